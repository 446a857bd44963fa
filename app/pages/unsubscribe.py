"""No more mails of a kind: the page that a link in a mail leads to. It takes a press of the button."""

import reflex as rx

from app.components.button import button
from app.components.links import anchor
from app.components.native_form import native_form, server_slot
from app.shell import ShellState, front


@rx.page(route="/unsubscribe", title="No more mails · Ideasmith", image="/og.png",
         description="End mails about what happens to your ideas.", on_load=ShellState.load)  # fmt: skip
def unsubscribe() -> rx.Component:
    """Return the page."""
    form = native_form(
        rx.el.input(type="hidden", name="token"),
        rx.el.p("You get no more mails about:"),
        server_slot("kinds", class_name="readme"),
        rx.el.p("On the page you are told as before.", class_name="muted"),
        button("Stop these mails", kind="ink wide", type="submit"),
        action="/unsubscribe", method="post", class_name="form", custom_attrs={"data-part": "form"},
    )  # fmt: skip
    on = rx.el.p("Everything you are told of: ", anchor("your settings", href="/settings/notifications"))
    return front(
        rx.el.div(
            rx.el.h1("No more mails"),
            rx.el.div(server_slot("message"), form, class_name="card stack"),
            on,
            class_name="sign",
        )
    )
