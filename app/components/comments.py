"""Comments below an idea: threads one deep, and what may be done with each. The classes of `app.ideas.drawn_talk`."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.components.button import button
from app.components.comment_form import comment_form
from app.components.links import link
from app.components.moments import ago
from app.components.report import report_button
from app.ideas.talk import Said, Thread


@dataclass(frozen=True)
class Doing:
    """What is called: `said(words, answer_to, turn)`, `changed(words, id, turn)`, `deleted(id, thread)`, `earlier`."""

    idea: Any
    signed_in: Any
    answer: Any
    said: Any
    changed: Any
    deleted: Any
    earlier: Any


def thread_list(threads: Any, on: Doing) -> rx.Component:
    """Return threads, in their order."""
    return rx.el.div(rx.foreach(threads, lambda one: _thread(one, on)), class_name="comments")


def _thread(one: rx.Var[Thread], on: Doing) -> rx.Component:
    more = rx.cond(
        one.earlier != "",
        button(one.earlier, kind="quiet", class_name="small-button", on_click=on.earlier(one.id)),
    )
    answers = rx.el.div(
        more, rx.foreach(one.answers, lambda answer: _said(answer, on, one.id)), class_name="answers"
    )
    below = rx.cond((one.answers.length() > 0) | (one.earlier != ""), answers)
    return rx.el.div(_said(one, on, one.id), below, class_name="thread", key=one.id)


def _said(one: rx.Var[Said], on: Doing, thread: Any) -> rx.Component:
    at = link(ago(at=one.at), to=f"/ideas/{on.idea}?comment={one.id}#{one.id}", class_name="muted")
    head = rx.el.div(
        rx.cond(one.author != "", rx.el.strong(one.author)),
        rx.cond(one.by_author, rx.el.span("Author", class_name="tag")),
        at,
        rx.cond(one.edited, rx.el.span("edited", class_name="muted")),
        class_name="row tight small",
    )
    body = rx.cond(
        one.place != "",
        rx.el.p(one.place, class_name="muted"),
        rx.html(one.html, class_name="readme"),
    )
    return rx.el.article(
        head, body, rx.cond(one.note != "", rx.el.p(one.note, class_name="hint")), _acts(one, on, thread),
        id=one.id, class_name="comment", tab_index=-1, key=one.id,
    )  # fmt: skip


def _acts(one: rx.Var[Said], on: Doing, thread: Any) -> rx.Component:
    answer = comment_form(
        name=f"answer:{one.id}", target=one.id, label="Your answer", does="Answer", answer=on.answer,
        on_send=on.said, opener="Answer",
    )  # fmt: skip
    edit = comment_form(
        name=f"edit:{one.id}", target=one.id, label="Your comment", does="Save", doing="Saving…",
        answer=on.answer, on_send=on.changed, opener="Edit", initial=one.words,
    )  # fmt: skip
    delete = button("Delete", kind="quiet", class_name="small-button", on_click=on.deleted(one.id, thread))
    own = rx.fragment(rx.cond(one.note == "", edit), delete)
    readable = on.signed_in & (one.place == "")
    others = rx.cond(one.mine, own, report_button(one.id, "this comment"))
    return rx.cond(readable, rx.el.div(rx.cond(one.note == "", answer), others, class_name="acts"))
