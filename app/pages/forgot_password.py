"""A lost password: ask for a link by mail. The browser itself sends the form, and the answer tells nothing."""

import reflex as rx

from app.components.button import button
from app.components.field import text_field
from app.components.links import anchor
from app.components.native_form import native_form, server_slot
from app.shell import ShellState, front


@rx.page(route="/forgot-password", title="Set a new password · Ideasmith", image="/og.png", on_load=ShellState.load,
         description="Ask for a link by mail that sets a new password.")  # fmt: skip
def forgot_password() -> rx.Component:
    """Return the page."""
    form = native_form(
        server_slot("message"),
        text_field("E-mail", "email", type="email", auto_complete="username", required=True,
                   hint="The address that you sign in with.", error=server_slot("error:email")),
        button("Send the link", kind="ink wide", type="submit"),
        action="/auth/forgot-password", method="post", no_validate=True, class_name="form",
    )  # fmt: skip
    other = rx.el.p("You know it? ", anchor("Sign in", href="/sign-in"))
    return front(
        rx.el.div(
            rx.el.h1("Set a new password"), rx.el.div(form, class_name="card"), other, class_name="sign"
        )
    )
