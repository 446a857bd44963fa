"""What a screen shows when there is nothing yet, and when something failed."""

from typing import Any

import reflex as rx

from app.components.button import button
from app.components.icons import icon


def empty(symbol: str, title: Any, why: Any, *actions: rx.Component) -> rx.Component:
    """Return: what goes here, why, and the one action."""
    return rx.el.div(icon(symbol), rx.el.h2(title), rx.el.p(why), *actions, class_name="empty")


def failed(what: Any, message: Any, on_retry: Any, reference: Any = "") -> rx.Component:
    """Return: what failed, that nothing is lost, Retry, and the id to quote."""
    return rx.el.div(
        icon("alert"),
        rx.el.h2(what),
        rx.el.p(message),
        rx.cond(reference != "", rx.el.p("Quote this when you ask: ", rx.el.code(reference))),
        button(icon("retry"), "Try again", on_click=on_retry),
        class_name="empty", role="alert",
    )  # fmt: skip


def notice(symbol: str, title: Any, *text: Any, kind: str = "") -> rx.Component:
    """Return a coloured line that stays: a warning, a failure, a piece of news."""
    body = rx.el.div(rx.el.strong(title), *text)
    return rx.el.div(icon(symbol), body, class_name=f"notice {kind}".strip())
