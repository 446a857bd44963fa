"""The bell: where notifications are, and how many are not read."""

import reflex as rx

from app.components.icons import icon
from app.components.links import link
from app.shell.state import ShellState

PATH = "/notifications"


def unread_link(*, here: str = "", compact: bool = False) -> rx.Component:
    """Return the link with its count: a line of the rail, or an icon for the bar on top."""
    count = rx.cond(ShellState.unread > 99, "99+", ShellState.unread.to_string())
    shown = rx.el.span(count, class_name="unread-count number", aria_hidden="true")
    label = rx.cond(ShellState.unread > 0, f"Notifications, {count} not read", "Notifications, all read")
    current = {"aria_current": "page"} if here == PATH else {}
    words = [] if compact else [rx.el.span("Notifications", class_name="grow")]
    return link(
        icon("bell"), *words, rx.cond(ShellState.unread > 0, shown),
        to=PATH, class_name="button quiet square bell" if compact else "rail-link", aria_label=label, **current,
    )  # fmt: skip
