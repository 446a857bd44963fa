"""Copying: a button, and a line of code with that button behind it."""

from typing import Any

import reflex as rx

from app.components.icons import icon


class CopyButton(rx.Component):
    """Copies `text`; with `relative`, the address of this site is put before it."""

    library = rx.asset("copying.jsx", shared=True).importable_path
    tag = "CopyButton"
    text: rx.Var[str]
    label: rx.Var[str]
    relative: rx.Var[bool]
    compact: rx.Var[bool]


def copy_button(
    text: Any, label: str = "Copy", *, relative: bool = False, symbol: str = "copy"
) -> rx.Component:
    """Return the button. It needs the clipboard, which browsers give to https and to localhost."""
    return CopyButton.create(icon(symbol), text=text, label=label, relative=relative)


def copy_icon(text: Any, label: str) -> rx.Component:
    """Return the icon alone, for the end of a line. `label` says what is copied: "Copy address"."""
    return CopyButton.create(icon("copy"), text=text, label=label, compact=True)


def copybox(text: Any, name: str) -> rx.Component:
    """Return one line of code that scrolls by itself, and its copy button."""
    code = rx.el.code(text, tab_index=0, aria_label=name, role="region")
    return rx.el.div(code, copy_button(text), class_name="copybox")
