"""Ideas in a list: the vote, what it is and for whom, what it costs. The same classes as `app.ideas.drawn` writes."""

from typing import Any

import reflex as rx

from app.components.icons import icon
from app.components.links import link
from app.components.table import row_link
from app.components.vote import vote_button
from app.components.why import why_here
from app.ideas.rows import IdeaRow, Piece, Tag


def idea_rows(rows: Any) -> rx.Component:
    """Return the list."""
    return rx.el.div(rx.foreach(rows, _row), class_name="ideas")


def tag_link(tag: rx.Var[Tag]) -> rx.Component:
    """Return a word that leads to its list."""
    return link(tag.words, to=tag.address, class_name="tag link above")


def _row(row: rx.Var[IdeaRow]) -> rx.Component:
    words = rx.el.div(
        rx.el.h2(row_link(row.title, row.address, named=True)),
        rx.el.p(rx.cond(row.found.length() > 0, rx.foreach(row.found, _piece), row.promise)),
        rx.el.div(
            link(row.author, to=row.author_address, class_name="above idea-author"),
            *_marks(row),
            rx.foreach(row.tags, tag_link),
            why_here(row.id, row.title, row.slot),
            class_name="row tight",
        ),
        class_name="idea-words",
    )  # fmt: skip
    vote = vote_button(idea=row.id, title=row.title, count=row.votes, voted=row.voted, mine=row.mine)
    return rx.el.article(
        vote, words, rx.el.span(row.price, class_name="idea-price number"), class_name="idea", key=row.id
    )


def _piece(piece: rx.Var[Piece]) -> rx.Component:
    return rx.cond(piece.hit, rx.el.mark(piece.text), rx.el.span(piece.text))


def _marks(row: rx.Var[IdeaRow]) -> list[rx.Component]:
    said = [
        rx.cond(words != "", rx.el.span(words, class_name="tag")) for words in (row.state, row.relation, row.language)
    ]  # fmt: skip
    return [
        rx.cond(row.featured, rx.el.span("Featured", class_name="tag example")),
        rx.cond(
            row.fresh,
            rx.el.span("New", class_name="tag", title="Hardly seen yet: some places are kept for new ideas."),
        ),
        rx.cond(row.built, rx.el.span(icon("check"), "Built", class_name="fact")),
        *said,
    ]
