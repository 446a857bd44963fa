"""A new password, by the link of a mail. The server puts the link's token into the form, or hides the form."""

import reflex as rx

from app.components.button import button
from app.components.field import text_field
from app.components.links import anchor
from app.components.native_form import native_form, server_slot
from app.shell import ShellState, front


@rx.page(route="/reset-password", title="Choose a new password · Ideasmith", image="/og.png",
         description="Choose a new password with the link from the mail.", on_load=ShellState.load)  # fmt: skip
def reset_password() -> rx.Component:
    """Return the page."""
    form = native_form(
        rx.el.input(type="hidden", name="token"),
        text_field("New password", "new_password", type="password", auto_complete="new-password", required=True,
                   hint="At least 8 characters. Every device is signed out.",
                   error=server_slot("error:new_password")),
        button("Set the password", kind="ink wide", type="submit"),
        action="/auth/reset-password", method="post", no_validate=True, class_name="form",
        custom_attrs={"data-part": "form"},
    )  # fmt: skip
    other = rx.el.p("The link does not work? ", anchor("Send a new one", href="/forgot-password"))
    return front(
        rx.el.div(
            rx.el.h1("Choose a new password"),
            rx.el.div(server_slot("message"), form, class_name="card stack"),
            other,
            class_name="sign",
        )
    )
