"""The password once more, before something that only its owner shall do."""

import reflex as rx

from app.components.button import button
from app.components.field import text_field
from app.components.links import anchor
from app.components.native_form import native_form, server_slot
from app.shell import ShellState, front


@rx.page(route="/confirm", title="Enter your password · Ideasmith", image="/og.png", on_load=ShellState.load,
         description="Enter your password again before something important.")  # fmt: skip
def confirm() -> rx.Component:
    """Return the page."""
    form = native_form(
        server_slot("message"),
        rx.el.input(type="hidden", name="next"),
        text_field("Password", "password", type="password", auto_complete="current-password", required=True,
                   error=server_slot("error:password")),
        button("Go on", kind="ink wide", type="submit"),
        action="/auth/confirm", method="post", no_validate=True, class_name="form",
    )  # fmt: skip
    why = rx.el.p("What comes next needs your password again. It is asked for once in ten minutes.")
    other = rx.el.p(anchor("Set a new password by mail", href="/forgot-password"))
    return front(
        rx.el.div(
            rx.el.h1("Enter your password"),
            why,
            rx.el.div(server_slot("who", class_name="muted"), form, class_name="card stack"),
            other,
            class_name="sign",
        )
    )
