"""What was made of an idea, on its page; its author turns it into a template there, and takes that back."""

from typing import Any

import reflex as rx

from app.components.button import opener
from app.components.dialog import confirm
from app.components.icons import icon
from app.components.links import link
from app.ideas.lineage import Made
from app.ideas.look import Look


def lineage(look: rx.Var[Look], *, on_withdraw: Any) -> rx.Component:
    """Return the section, for authors also while nothing was made of the idea."""
    there = look.made.length() > 0
    none = rx.el.p("Nothing was made of it yet. Others launch what you publish, and each build is on record.",
                   class_name="muted")  # fmt: skip
    section = rx.el.section(
        rx.el.h2("As a template"),
        rx.cond(there, rx.fragment(rx.foreach(look.made, _made)), none),
        rx.cond(look.becomes.length() > 0, _author(look, on_withdraw)),
        class_name="stack tight",
    )
    return rx.cond(there | (look.becomes.length() > 0), section)


def _made(one: rx.Var[Made]) -> rx.Component:
    facts = rx.el.p(
        one.template, rx.cond(one.builds != "", rx.el.span(" · ", one.builds)), class_name="muted small"
    )
    ways = link(icon("executions"), "Launch it", to=one.address, class_name="button lined")
    words = rx.el.div(rx.el.strong(one.title), rx.el.p(one.words), facts, class_name="stack tight")
    return rx.el.div(words, rx.el.div(ways, class_name="row"), class_name="card stack", key=one.address)


def _author(look: rx.Var[Look], on_withdraw: Any) -> rx.Component:
    def choice(one: rx.Var[tuple[str, str]]) -> rx.Component:
        return rx.el.li(link(one[0], to=one[1]), key=one[1])

    there = look.made.length() > 0
    heading = rx.cond(there, "Make another one of it", "Turn into a template")
    back = rx.fragment(
        opener("Withdraw", dialog="withdraw-template", kind="quiet"),
        confirm(
            "withdraw-template", title="Withdraw the template of this idea?",
            text="Nobody can launch it any more. What was built from it stays, and you can publish it again.",
            keep="Keep it", act="Withdraw", on_confirm=on_withdraw,
        ),
    )  # fmt: skip
    details = rx.el.details(
        rx.el.summary(heading),
        rx.el.p("Choose a template, and fill in its form as this idea needs it. What you choose there is public.",
                class_name="hint"),
        rx.el.ul(rx.foreach(look.becomes, choice), class_name="stack tight"),
        class_name="data stack tight",
    )  # fmt: skip
    return rx.el.div(details, rx.cond(there, back), class_name="stack tight")
