"""Tables: the row is a link; under 768 px each row is a card whose cells carry their header's word."""

from typing import Any

import reflex as rx

from app.components.links import link


def table(
    caption: str, headers: list[str], body: rx.Component, *, right: tuple[int, ...] = (), choose: bool = False
) -> rx.Component:
    """Return a table in a card. `right` names the columns of numbers.

    With `choose`, each row begins with its box and ends with its menu (`row_cells`).
    """
    head = [
        rx.el.th(text, scope="col", class_name="right" if at in right else "")
        for at, text in enumerate(headers)
    ]
    if choose:
        head = [_unseen("Select", "pick"), *head, _unseen("Actions", "dots")]
    words = rx.el.caption(caption, class_name="unseen")
    return rx.el.div(
        rx.el.table(words, rx.el.thead(rx.el.tr(*head)), rx.el.tbody(body), class_name="table"),
        class_name="card flush",
    )


def _unseen(text: str, kind: str) -> rx.Component:
    return rx.el.th(rx.el.span(text, class_name="unseen"), scope="col", class_name=kind)


def cell(label: str, *children: Any, right: bool = False) -> rx.Component:
    """Return a cell that knows its header's word."""
    return rx.el.td(*children, class_name="right" if right else "", custom_attrs={"data-label": label})


def row_link(text: Any, to: Any, *, named: bool = False) -> rx.Component:
    """Return the link that a whole row leads by (stretched by CSS), and that `j` and `k` walk over.

    Where `text` is what its page is `named`, that page is told, and says so before it has read it (`known_head`).
    """
    told = {"state": rx.Var.create({"name": text})} if named else {}
    return link(text, to=to, class_name="row-link", custom_attrs={"data-row": "", **told})
