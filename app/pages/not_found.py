"""404: nothing at this address."""

import reflex as rx

from app.components.button import button_link
from app.components.empty import empty
from app.shell import ShellState, front


@rx.page(route="404", title="Page not found · Ideasmith", image="/og.png", on_load=ShellState.load,
         description="There is nothing at this address.")  # fmt: skip
def not_found() -> rx.Component:
    """Return the page."""
    ways = rx.el.div(
        button_link("Templates", to="/templates", kind="ink"),
        button_link("Front page", to="/"),
        class_name="row",
    )
    said = empty(
        "search",
        "There is nothing at this address",
        "It may have been deleted, or the link is not complete.",
        ways,
    )
    return front(rx.el.div(rx.el.h1("Page not found", class_name="unseen"), said, class_name="page narrow"))
