"""A grid of rows and checks: each cell says by icon, colour and word what a check has found."""

from dataclasses import dataclass, field

import reflex as rx

from app.components.proof_badge import outcome_mark
from app.components.table import row_link
from services.proving.contract import CONTRACT, ORDER


@dataclass
class Cell:
    """What one check says of one row. `words` are for the pointer and for readers."""

    check: str
    outcome: str
    words: str


@dataclass
class GridRow:
    """One row of the grid."""

    number: int
    title: str
    options: str
    seconds: str
    address: str
    cells: list[Cell] = field(default_factory=list)


def proof_grid(rows: rx.Var[list[GridRow]]) -> rx.Component:
    """Return the grid, which scrolls by itself where it is wider than its place."""
    heads = [
        rx.el.th(
            rx.el.span(CONTRACT[check][0], class_name="proof-head"), scope="col", title=CONTRACT[check][1]
        )
        for check in ORDER
    ]
    head = rx.el.tr(rx.el.th("Row", scope="col"), *heads, rx.el.th("Time", scope="col", class_name="right"))
    table = rx.el.table(
        rx.el.caption("Rows of the proof, and what each check says of them", class_name="unseen"),
        rx.el.thead(head),
        rx.el.tbody(rx.foreach(rows, _grid_row)),
        class_name="proof-grid",
    )
    return rx.cond(
        rows.length() > 0,
        rx.el.div(
            table,
            class_name="card flush proof-scroll",
            tab_index=0,
            role="region",
            aria_label="Grid of the proof",
        ),
    )


def _grid_row(row: rx.Var[GridRow]) -> rx.Component:
    name = rx.el.th(
        row_link(row.title, row.address), rx.el.span(row.options, class_name="proof-options"), scope="row"
    )
    return rx.el.tr(name, rx.foreach(row.cells, _grid_cell), rx.el.td(row.seconds, class_name="right"))


def _grid_cell(cell: rx.Var[Cell]) -> rx.Component:
    return rx.el.td(
        outcome_mark(cell.outcome),
        rx.el.span(cell.words, class_name="unseen"),
        title=cell.words,
        class_name=f"proof-cell {cell.outcome}",
    )
