"""Reviews of an idea: what they say on average, each of them, and the form. The classes of `app.ideas.drawn_talk`."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.components.button import button
from app.components.comment_form import comment_form
from app.components.icons import icon
from app.components.moments import ago
from app.components.report import report_button
from app.ideas.talk import SCALES, Mark, Opinion

VALUES = ("1", "2", "3", "4", "5")


@dataclass(frozen=True)
class Acts:
    """What the buttons of a review call: `replied(words, id, turn)`, `marked(id, helpful)`, `unreplied(id)`."""

    signed_in: Any
    replies: Any
    answer: Any
    replied: Any
    unreplied: Any
    marked: Any


def marks(found: Any) -> rx.Component:
    """Return scales with their values, as a list of terms."""

    def one(mark: rx.Var[Mark]) -> rx.Component:
        return rx.el.div(rx.el.dt(mark.label), rx.el.dd(mark.value, class_name="number"))

    return rx.el.dl(rx.foreach(found, one), class_name="marks")


def opinion_list(opinions: Any, on: Acts) -> rx.Component:
    """Return reviews, in their order."""
    return rx.el.div(rx.foreach(opinions, lambda one: opinion(one, on)), class_name="comments")


def opinion(one: rx.Var[Opinion], on: Acts) -> rx.Component:
    """Return one review with its reply."""
    head = rx.el.div(
        rx.el.strong(one.author),
        ago(at=one.at),
        rx.cond(one.edited, rx.el.span("edited")),
        rx.el.span(one.version),
        class_name="row tight small muted",
    )
    return rx.el.article(
        head,
        marks(one.marks),
        rx.el.p(one.build, class_name="built"),
        rx.cond(one.html != "", rx.html(one.html, class_name="readme")),
        rx.cond(one.stands != "", rx.el.p(one.stands, class_name="hint")),
        rx.cond(one.reply_html != "", _reply(one)),
        _acts(one, on),
        id=one.id, class_name="comment", tab_index=-1, key=one.id,
    )  # fmt: skip


def _reply(one: rx.Var[Opinion]) -> rx.Component:
    head = rx.el.div(
        rx.el.strong(one.reply_author),
        rx.el.span("Author", class_name="tag"),
        ago(at=one.reply_at),
        rx.cond(one.reply_edited, rx.el.span("edited")),
        class_name="row tight small muted",
    )
    said = rx.el.div(head, rx.html(one.reply_html, class_name="readme"), class_name="comment")
    return rx.el.div(said, class_name="answers")


def _acts(one: rx.Var[Opinion], on: Acts) -> rx.Component:
    words = rx.cond(one.helpful > 0, rx.fragment("Helpful · ", one.helpful), "Helpful")
    mark = button(
        rx.cond(one.marked, icon("check")), words, kind="quiet", class_name="small-button", aria_pressed=one.marked,
        on_click=on.marked(one.id, ~one.marked),
    )  # fmt: skip
    told = rx.cond(one.helpful > 0, rx.el.span(words, class_name="hint"))
    may_mark = on.signed_in & ~one.mine
    return rx.el.div(
        rx.cond(may_mark, mark, told),
        rx.cond(on.replies & ~one.mine, _replying(one, on)),
        rx.cond(may_mark, report_button(one.id, "this review")),
        class_name="acts",
    )


def _replying(one: rx.Var[Opinion], on: Acts) -> rx.Component:
    def form(opener: str, does: str, initial: Any) -> rx.Component:
        return comment_form(
            name=f"reply:{one.id}", target=one.id, label="Your reply", noun="Your reply", does=does,
            answer=on.answer, on_send=on.replied, opener=opener, initial=initial,
        )  # fmt: skip

    delete = button("Delete reply", kind="quiet", class_name="small-button", on_click=on.unreplied(one.id))
    change = rx.fragment(form("Edit reply", "Save", one.reply_words), delete)
    return rx.cond(one.reply_html != "", change, form("Reply", "Reply", ""))


def review_form(given: Any, errors: Any, on_submit: Any, foot: rx.Component) -> rx.Component:
    """Return the form of one's own review. `given` is what it begins with, `errors` what is wrong, by field."""
    scales = [_scale(name, label, words, given, errors) for name, label, words in SCALES]
    build = _choices(
        "build", "Would you build it?", (("yes", "Yes"), ("no", "No")), given, errors["would_build"]
    )
    words = rx.el.div(
        rx.el.label("In words", rx.el.span(" (optional)", class_name="optional"), html_for="review-words"),
        rx.el.textarea(
            id="review-words", name="words", class_name="input", rows="4", auto_complete="off",
            default_value=given["words"], aria_invalid=errors["words"] != "",
            aria_describedby="hint-review-words error-review-words",
        ),
        rx.el.p(
            "What you would tell its author, or the next buyer. Not what it sells: that is for buyers alone.",
            class_name="hint", id="hint-review-words",
        ),
        rx.el.div(errors["words"], id="error-review-words", role="alert", class_name="field-error"),
        class_name="field",
    )  # fmt: skip
    return rx.el.form(
        *scales, build, words, foot, on_submit=on_submit, id="review", class_name="form", no_validate=True
    )


def _scale(name: str, label: str, words: str, given: Any, errors: Any) -> rx.Component:
    ends = f"{words}, from 1 (not at all) to 5 (very)."
    return _choices(name, label, tuple((value, value) for value in VALUES), given, errors[name], ends)


def _choices(
    name: str, legend: str, values: tuple[tuple[str, str], ...], given: Any, error: Any, hint: str = ""
) -> rx.Component:
    def radio(value: str, words: str) -> rx.Component:
        chosen = rx.el.input(
            type="radio", name=name, value=value, default_checked=given[name] == value,
            custom_attrs={"data-invalid": error != ""},
        )  # fmt: skip
        return rx.el.label(chosen, words, class_name="choice")

    described = f"hint-review-{name} " if hint else ""
    return rx.el.fieldset(
        rx.el.legend(legend),
        rx.el.div(*[radio(value, words) for value, words in values], class_name="choices scale"),
        rx.el.p(hint, class_name="hint", id=f"hint-review-{name}") if hint else rx.fragment(),
        rx.el.div(error, id=f"error-review-{name}", role="alert", class_name="field-error"),
        class_name="field", aria_describedby=f"{described}error-review-{name}",
    )  # fmt: skip
