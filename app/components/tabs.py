"""Tabs: one panel of several, chosen in the browser."""

from typing import Any

import reflex as rx


class Tabs(rx.Component):
    """A row of tabs and as many children, one panel each. `name` is what a screen reader calls the row."""

    library = rx.asset("tabs.jsx", shared=True).importable_path
    tag = "Tabs"
    labels: rx.Var[list[str]]
    name: rx.Var[str]
    on_first: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def tabs(name: str, panels: dict[str, rx.Component], **events: Any) -> rx.Component:
    """Return tabs from a table of label and panel; `on_first` hears of each that is opened for the
    first time, and none is drawn before."""
    return Tabs.create(*panels.values(), labels=list(panels), name=name, **events)
