"""The last step of a sign-up, where mails are sent: a link out of a mail, and the password that was chosen."""

import reflex as rx

from app.components.button import button
from app.components.field import text_field
from app.components.links import anchor
from app.components.native_form import native_form, server_slot
from app.shell import ShellState, front


@rx.page(route="/finish-sign-up", title="Finish signing up · Ideasmith", image="/og.png",
         description="Finish your account with the link from the mail.", on_load=ShellState.load)  # fmt: skip
def finish_sign_up() -> rx.Component:
    """Return the page."""
    form = native_form(
        rx.el.input(type="hidden", name="token"),
        text_field("Password", "password", type="password", auto_complete="current-password", required=True,
                   hint="The one that you chose when you signed up.", error=server_slot("error:password")),
        button("Finish signing up", kind="ink wide", type="submit"),
        action="/auth/finish-sign-up", method="post", no_validate=True, class_name="form",
        custom_attrs={"data-part": "form"},
    )  # fmt: skip
    on = rx.el.p(anchor("Sign up anew", href="/sign-up"), " · ", anchor("Sign in", href="/sign-in"))
    return front(
        rx.el.div(
            rx.el.h1("Finish signing up"),
            rx.el.div(server_slot("message"), form, class_name="card stack"),
            on,
            class_name="sign",
        )
    )
