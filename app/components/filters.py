"""Filters of a list. The choice stands in the address and the list follows it: links, reload and back just work.

The browser writes the address by itself. A handler that answers with a redirect would come too late for somebody who
has gone on to another page meanwhile, and call them back.
"""

from typing import Any

import reflex as rx

from app.components.icons import icon

LIBRARY = rx.asset("filters.jsx", shared=True).importable_path


class SearchField(rx.Component):
    """A search field that writes the parameter `name` of the address."""

    library = LIBRARY
    tag = "SearchField"
    name: rx.Var[str]
    label: rx.Var[str]
    placeholder: rx.Var[str]


class ChoiceField(rx.Component):
    """A select that writes the parameter `name` of the address. `options` are dicts of `value` and `words`."""

    library = LIBRARY
    tag = "ChoiceField"
    name: rx.Var[str]
    label: rx.Var[str]
    options: rx.Var[list[dict[str, str]]]


def filters(*fields: rx.Component) -> rx.Component:
    """Return the row of filters above a list."""
    return rx.el.div(*fields, class_name="filters")


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
