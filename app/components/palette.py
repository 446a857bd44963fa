"""The command palette: pages, actions, and everything that has a name, found from the keyboard."""

from dataclasses import asdict
from typing import Any

import reflex as rx

from app.components.button import button
from app.components.icons import icon, icon_paths
from app.components.shortcuts import TABLE


class Palette(rx.Component):
    """The dialog. `entries` are rows of the table of keys, `signed_in` whether there is anything to search."""

    library = rx.asset("palette.jsx", shared=True).importable_path
    tag = "Palette"
    entries: rx.Var[list[dict[str, str]]]
    icons: rx.Var[dict[str, list[str]]]
    signed_in: rx.Var[bool]
    account: rx.Var[str]


def palette(signed_in: Any, account: Any) -> rx.Component:
    """Return the palette of a page. `account` keeps what one person chose recently from the next one's eyes."""
    offered = [row for row in TABLE if row.group]
    symbols = {row.symbol for row in offered} | {"templates", "executions", "deployments", "recent", "close"}
    return Palette.create(
        entries=[asdict(row) for row in offered], icons=icon_paths(*sorted(symbols)),
        signed_in=signed_in, account=account,
    )  # fmt: skip


def palette_opener(*, compact: bool = False, spare: bool = False) -> rx.Component:
    """Return the button that opens it: a field to look at in the rail, an icon in the bar on top.

    A `spare` one gives way on the smallest screens.
    """
    opens = {"commandfor": "palette", "command": "show-modal"}
    if compact:
        return button(
            icon("search"),
            kind=f"quiet square{' spare' if spare else ''}",
            aria_label="Search and commands",
            custom_attrs=opens,
        )
    return rx.el.button(
        icon("search"), rx.el.span("Search", class_name="grow"), rx.el.kbd("Ctrl k", aria_hidden="true"),
        type="button", class_name="find-button", custom_attrs=opens,
    )  # fmt: skip
