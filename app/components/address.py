"""What is shown belongs to the address, from the first frame on.

A page of one thing keeps in its State what it has read, also while the browser goes on to the next thing. Only the
browser knows at once that the address is another one.
"""

from typing import Any

import reflex as rx

LIBRARY = rx.asset("address.jsx", shared=True).importable_path


class AtAddress(rx.Component):
    """Two children: the first is shown where the address is `path`, the second anywhere else."""

    library = LIBRARY
    tag = "AtAddress"
    path: rx.Var[str]


def at_address(path: Any, content: rx.Component, otherwise: rx.Component) -> rx.Component:
    """Return `content` at its own address, and `otherwise` until State has read what the address names."""
    # In fragments: a child that draws nothing must not make the other one the first.
    return AtAddress.create(rx.fragment(content), rx.fragment(otherwise), path=path)


class KnownHead(rx.Component):
    """Its children, or the head of the page where the row that led here has told its name (`row_link`)."""

    library = LIBRARY
    tag = "KnownHead"
    list: rx.Var[str]
    at: rx.Var[str]


def known_head(name: str, at: str, otherwise: rx.Component) -> rx.Component:
    """Return crumbs and heading of a page of one thing before it is read, where its name is known from the list `name`.

    `at` is the list's address, `otherwise` what stands here while nothing is known.
    """
    return KnownHead.create(otherwise, list=name, at=at)
