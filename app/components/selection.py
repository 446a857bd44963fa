"""Choosing rows of a list and doing something with them: one, or many after one question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.components import menu  # noqa: F401 - its file is imported by selection.jsx
from app.components.icons import icon_paths

LIBRARY = rx.asset("selection.jsx", shared=True).importable_path


@dataclass
class Choosable:
    """What the browser has to know of a row to offer what may be done with it."""

    id: str
    name: str
    state: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that may be done with rows in certain states. With `keep`, also a single row is asked about."""

    name: str
    label: str
    symbol: str
    states: tuple[str, ...]
    text: str = ""
    keep: str = ""
    danger: bool = False

    def as_prop(self) -> dict[str, Any]:
        """Return it for the browser."""
        names = ("name", "label", "symbol", "text", "keep", "danger")
        return {**{name: getattr(self, name) for name in names}, "states": list(self.states)}


class SelectBox(rx.Component):
    """The box that chooses a row."""

    library = LIBRARY
    tag = "SelectBox"
    row: rx.Var[Choosable]


class RowMenu(rx.Component):
    """The menu of a row."""

    library = LIBRARY
    tag = "RowMenu"
    row: rx.Var[Choosable]
    actions: rx.Var[list[dict[str, Any]]]
    icons: rx.Var[dict[str, list[str]]]


class ListActions(rx.Component):
    """The line above a list. Its children are shown at its end while nothing is chosen."""

    library = LIBRARY
    tag = "ListActions"
    noun: rx.Var[list[str]]
    rows: rx.Var[list[Any]]
    actions: rx.Var[list[dict[str, Any]]]
    icons: rx.Var[dict[str, list[str]]]
    on_act: rx.EventHandler[rx.event.passthrough_event_spec(str, list[str])]


def select_box(row: Any) -> rx.Component:
    """Return the box of a row."""
    return SelectBox.create(row=row)


def row_menu(row: Any, offers: Sequence[Offer]) -> rx.Component:
    """Return the menu of a row."""
    return RowMenu.create(row=row, actions=[offer.as_prop() for offer in offers], icons=_icons(offers))


def list_actions(
    *children: rx.Component, noun: tuple[str, str], rows: Any, offers: Sequence[Offer], on_act: Any
) -> rx.Component:
    """Return the line above a list of `noun` (one, many). `on_act` is called with an offer's name and ids."""
    props = [offer.as_prop() for offer in offers]
    return ListActions.create(
        *children, noun=list(noun), rows=rows, actions=props, icons=_icons(offers), on_act=on_act
    )


def _icons(offers: Sequence[Offer]) -> dict[str, list[str]]:
    return icon_paths("more", "open", *(offer.symbol for offer in offers))
