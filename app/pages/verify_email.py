"""The proof of an e-mail address. It takes a press of the button: programs that scan mails open links too."""

import reflex as rx

from app.components.button import button
from app.components.links import anchor
from app.components.native_form import native_form, server_slot
from app.shell import ShellState, front


@rx.page(route="/verify-email", title="Confirm your e-mail address · Ideasmith", image="/og.png",
         description="Confirm your e-mail address with the link from the mail.", on_load=ShellState.load)  # fmt: skip
def verify_email() -> rx.Component:
    """Return the page."""
    form = native_form(
        rx.el.input(type="hidden", name="token"),
        rx.el.p("One press, and this address is yours here."),
        button("Confirm e-mail address", kind="ink wide", type="submit"),
        action="/auth/verify-email", method="post", class_name="form", custom_attrs={"data-part": "form"},
    )  # fmt: skip
    on = rx.el.p(anchor("Go to your settings", href="/settings"))
    return front(
        rx.el.div(
            rx.el.h1("Confirm your e-mail address"),
            rx.el.div(server_slot("message"), form, class_name="card stack"),
            on,
            class_name="sign",
        )
    )
