"""Tabs whose choice stands in the address: links, so that Back leads to the tab before."""

import reflex as rx

from app.components import filters  # noqa: F401 - its file is imported by address_tabs.jsx


class AddressTabs(rx.Component):
    """The row of tabs. `options` are dicts of `value` and `words`; the first one is what no choice means."""

    library = rx.asset("address_tabs.jsx", shared=True).importable_path
    tag = "AddressTabs"
    name: rx.Var[str]
    label: rx.Var[str]
    options: rx.Var[list[dict[str, str]]]


class ListAt(rx.Component):
    """A list that was read for the query `shown`: dimmed while the address asks for another one."""

    library = AddressTabs.library
    tag = "ListAt"
    shown: rx.Var[str]


list_at = ListAt.create


def address_tabs(name: str, label: str, options: dict[str, str]) -> rx.Component:
    """Return the tabs from a table of value and words."""
    return AddressTabs.create(
        name=name, label=label, options=[{"value": key, "words": words} for key, words in options.items()]
    )
