"""An invitation: the server writes what it offers, so that it works signed out and without scripts."""

import reflex as rx

from app.components.native_form import server_slot
from app.shell import ShellState, front


@rx.page(route="/invitation", title="Invitation · Ideasmith", image="/og.png", on_load=ShellState.load,
         description="Somebody invites you to work together.")  # fmt: skip
def invitation() -> rx.Component:
    """Return the page."""
    card = rx.el.div(
        server_slot("message"), server_slot("invitation", class_name="stack"), class_name="card stack"
    )
    return front(rx.el.div(rx.el.h1("Invitation"), card, class_name="sign"))
