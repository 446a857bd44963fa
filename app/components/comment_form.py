"""A form for words that keeps what was typed until they are taken; and what brings a reader to a comment."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

LIBRARY = rx.asset("comment_form.jsx", shared=True).importable_path
MOST = 4_000


@dataclass
class Heard:
    """What the server said to one sending of a form: `error` is "" where the words were taken."""

    turn: str = ""
    error: str = ""


class CommentForm(rx.Component):
    """The form, or with an `opener` a button that opens it.

    `name` is what a draft is kept under, `target` what the words are about, `answer` what was said last: one to another
    form, or to an earlier sending, changes nothing.
    """

    library = LIBRARY
    tag = "CommentForm"
    name: rx.Var[str]
    target: rx.Var[str]
    label: rx.Var[str]
    noun: rx.Var[str]
    does: rx.Var[str]
    doing: rx.Var[str]
    opener: rx.Var[str]
    initial: rx.Var[str]
    most: rx.Var[int]
    answer: rx.Var[Heard]
    on_send: rx.EventHandler[rx.event.passthrough_event_spec(str, str, str)]


class Linked(rx.Component):
    """Scrolls to the comment that the address leads to, or else to this one."""

    library = LIBRARY
    tag = "Linked"
    comment: rx.Var[str]


linked = Linked.create


def comment_form(
    *, name: Any, target: Any, label: str, does: str, answer: Any, on_send: Any, noun: str = "Your comment",
    doing: str = "Sending…", opener: str = "", initial: Any = "",
) -> rx.Component:  # fmt: skip
    """Return the form."""
    return CommentForm.create(
        name=name, target=target, label=label, noun=noun, does=does, doing=doing, opener=opener, initial=initial,
        most=MOST, answer=answer, on_send=on_send,
    )  # fmt: skip
