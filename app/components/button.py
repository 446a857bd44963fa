"""Buttons and links that look like buttons: ink (one a view), lined, quiet, danger."""

from typing import Any

import reflex as rx

from app.components.links import link


def button(
    *children: Any, kind: str = "lined", busy: Any = False, says: str = "", **props: Any
) -> rx.Component:
    """Return a button. While `busy` it keeps its place, shows `says` ("Launching…") and cannot be pressed twice."""
    props["class_name"] = f"button {kind} {props.pop('class_name', '')}".strip()
    props.setdefault("type", "button")
    if isinstance(busy, bool) and not busy:
        return rx.el.button(*children, **props)
    working = rx.fragment(rx.el.span(class_name="spinner", aria_hidden="true"), says)
    disabled = props.pop("disabled", False)
    return rx.el.button(
        rx.cond(busy, working, rx.fragment(*children)), aria_busy=busy, disabled=busy | disabled, **props
    )


def button_link(*children: Any, to: Any, kind: str = "lined", **props: Any) -> rx.Component:
    """Return a link within this site, in the shape of a button."""
    props["class_name"] = f"button {kind} {props.pop('class_name', '')}".strip()
    return link(*children, to=to, **props)


def opener(*children: Any, dialog: Any, kind: str = "lined", **props: Any) -> rx.Component:
    """Return a button that opens the dialog with the id `dialog`, without a script of ours."""
    return button(*children, kind=kind, custom_attrs={"commandfor": dialog, "command": "show-modal"}, **props)


def closer(*children: Any, dialog: Any, kind: str = "lined", **props: Any) -> rx.Component:
    """Return a button that closes the dialog with the id `dialog`."""
    return button(*children, kind=kind, custom_attrs={"commandfor": dialog, "command": "close"}, **props)
