"""Filters of a list. The choice stands in the address and the list follows it: links, reload and back just work.

The browser writes the address by itself and then sends the page's one event that reads it. A handler that answered with
a redirect would come too late for somebody who has gone on to another page meanwhile, and call them back; a navigation
of the router would load frame and page anew for what changes neither.
"""

from datetime import timedelta
from typing import Any

import reflex as rx

from app.components.icons import icon

LIBRARY = rx.asset("filters.jsx", shared=True).importable_path
# How long ago, by its value in the address. filters.jsx knows the same for the download.
RANGES = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
RANGE_WORDS = (
    ("", "Any time"),
    ("1h", "Last hour"),
    ("24h", "Last 24 hours"),
    ("7d", "Last 7 days"),
    ("30d", "Last 30 days"),
)


class Filters(rx.Component):
    """The row of filters. `on_choose` is what reads the address, once one of them has written it."""

    library = LIBRARY
    tag = "Filters"
    on_choose: rx.EventHandler[rx.event.no_args_event_spec]


class SearchField(rx.Component):
    """A search field that writes the parameter `name` of the address."""

    library = LIBRARY
    tag = "SearchField"
    name: rx.Var[str]
    label: rx.Var[str]
    placeholder: rx.Var[str]


class LoadMore(rx.Component):
    """Shows `step` rows more up to `most`, then leads to older ones. `cursor` is empty at the end of the list."""

    library = LIBRARY
    tag = "LoadMore"
    shown: rx.Var[int]
    step: rx.Var[int]
    most: rx.Var[int]
    cursor: rx.Var[str]
    older: rx.Var[str]
    on_choose: rx.EventHandler[rx.event.no_args_event_spec]


class Newest(rx.Component):
    """The way back from later rows: where one is, and the words of the link."""

    library = LIBRARY
    tag = "Newest"
    said: rx.Var[str]
    leads: rx.Var[str]


class Export(rx.Component):
    """A download at `to` with the filters of the address; `names` maps theirs to the server's."""

    library = LIBRARY
    tag = "Export"
    to: rx.Var[str]
    names: rx.Var[dict[str, str]]


class ChoiceField(rx.Component):
    """A select that writes the parameter `name` of the address. `options` are dicts of `value` and `words`."""

    library = LIBRARY
    tag = "ChoiceField"
    name: rx.Var[str]
    label: rx.Var[str]
    options: rx.Var[list[dict[str, str]]]


def filters(*fields: rx.Component, on_choose: Any) -> rx.Component:
    """Return the row of filters above a list. `on_choose` reads the choices out of the address, and the list."""
    return Filters.create(*fields, on_choose=on_choose)


def search_field(label: str, placeholder: str) -> rx.Component:
    """Return the search field of a list, which writes `q`."""
    return SearchField.create(icon("search"), name="q", label=label, placeholder=placeholder)


def choice_field(name: str, label: str, options: Any) -> rx.Component:
    """Return a select. The first option is what no choice means.

    `options` are pairs of value and words, or a Var of dicts with these two.
    """
    if not isinstance(options, rx.Var):
        options = [{"value": value, "words": words} for value, words in options]
    return ChoiceField.create(name=name, label=label, options=options)


def load_more(
    shown: Any, cursor: Any, *, step: int, most: int, on_choose: Any, older: str = "Older ones"
) -> rx.Component:
    """Return what leads to more rows, while there are any; behind `most` of them the link `older`."""
    return LoadMore.create(shown=shown, cursor=cursor, step=step, most=most, older=older, on_choose=on_choose)


def newest(said: str = "These are older ones.", leads: str = "Show the newest") -> rx.Component:
    """Return the way back to the first rows, where later ones are shown."""
    return Newest.create(said=said, leads=leads)


def export_link(to: str, names: dict[str, str]) -> rx.Component:
    """Return the download of a whole list. `names` maps filters of the address to the server's."""
    return Export.create(icon("download"), "Export CSV", to=to, names=names)
