"""The frame of every section: the head, and the navigation beside it."""

from typing import Any

import reflex as rx

from app.components.links import anchor, link
from app.shell import ShellState, page_head, shell

# What is a link by the browser itself has a form in it that the server may have answered.
SECTIONS: tuple[tuple[str, str, Any], ...] = (
    ("Account", "/settings", anchor),
    ("Profile", "/settings/profile", anchor),
    ("Security", "/settings/security", anchor),
    ("Team", "/settings/team", anchor),
    ("Notifications", "/settings/notifications", link),
    ("API keys", "/settings/keys", link),
    ("Your cases", "/settings/cases", link),
    ("Your data", "/settings/data", anchor),
    ("Installation", "/settings/installation", link),
)


def section(here: str, *content: Any) -> rx.Component:
    """Return the section at the address `here` in the frame."""
    entries = [_entry(text, to, leads, here) for text, to, leads in SECTIONS]
    return shell(
        page_head("Settings"),
        rx.el.div(
            rx.el.nav(*entries, _outbox(), class_name="side", aria_label="Settings"),
            rx.el.div(*content, class_name="stack loose"),
            class_name="split side-by-side",
        ),
        here="/settings",
    )  # fmt: skip


def figure(name: str, value: Any) -> rx.Component:
    """Return one name with its value, for a list of figures."""
    return rx.el.div(rx.el.dt(name), rx.el.dd(value))


def _entry(words: str, to: str, make: Any, here: str) -> rx.Component:
    current = {"aria_current": "page"} if to == here else {}
    address = {"href": to} if make is anchor else {"to": to}
    return make(words, class_name="rail-link", **address, **current)


def _outbox() -> rx.Component:
    return rx.cond(ShellState.is_operator, link("Outbox", to="/outbox", class_name="rail-link"))
