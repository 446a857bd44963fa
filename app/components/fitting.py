"""What of a list fits its filters, decided in the browser: for lists that the page holds as a whole.

The choice stands in the address (`filters`), so what fits is seen in the next frame, and no server is asked.
"""

from typing import Any

import reflex as rx

rx.asset("fits.js", shared=True)
LIBRARY = rx.asset("fitting.jsx", shared=True).importable_path


class Fitting(rx.Component):
    """Its children, where all words of `q` stand in `text` (small letters) and the category is the chosen one."""

    library = LIBRARY
    tag = "Fitting"
    text: rx.Var[str]
    category: rx.Var[str]


class AnyFitting(rx.Component):
    """Two children: the first where any of `items` fits, which have `text` and `category`, else the second."""

    library = LIBRARY
    tag = "AnyFitting"
    items: rx.Var[Any]


def fitting(item: Any, content: rx.Component) -> rx.Component:
    """Return `content` where `item` fits the address; the item has `text` and `category`."""
    return Fitting.create(content, text=item.text, category=item.category)


def any_fitting(items: Any, content: rx.Component, otherwise: rx.Component) -> rx.Component:
    """Return `content` where any item fits the address, else `otherwise`."""
    return AnyFitting.create(rx.fragment(content), rx.fragment(otherwise), items=items)
