"""Tabs: one panel of several, chosen in the browser."""

import reflex as rx


class Tabs(rx.Component):
    """A row of tabs and as many children, one panel each. `name` is what a screen reader calls the row."""

    library = rx.asset("tabs.jsx", shared=True).importable_path
    tag = "Tabs"
    labels: rx.Var[list[str]]
    name: rx.Var[str]


def tabs(name: str, panels: dict[str, rx.Component]) -> rx.Component:
    """Return tabs from a table of label and panel."""
    return Tabs.create(*panels.values(), labels=list(panels), name=name)
