"""One case beside the queue: what it is about, why it is here, who answers for it, what was said and decided."""

from typing import Any

import reflex as rx

from app.components.bought import bought
from app.components.button import button, opener
from app.components.icons import icon
from app.components.links import link
from app.components.moments import ago, until
from app.pages.moderation_rows import Act, CaseLook, Said, Sign, Told


def case_beside(state: Any) -> rx.Component:
    """Return the chosen case; `state` is ModerationState."""
    case: rx.Var[CaseLook] = state.case
    return rx.el.article(
        _head(case),
        rx.cond(case.proposal != "", _proposal(state, case)),
        rx.cond(case.appeal != "", _appeal(state, case)),
        _acts(state, case),
        _section("Why it is here", rx.el.ul(rx.foreach(case.signs, _sign), class_name="told-list")),
        rx.cond(
            case.reports.length() > 0,
            _section("Reports", rx.el.ul(rx.foreach(case.reports, _told), class_name="told-list")),
        ),
        rx.cond(case.gone, _gone(), _texts(state, case)),
        rx.cond(case.author != "", _author(case)),
        rx.cond(
            case.decisions.length() > 0,
            _section(
                "Decided in this case",
                rx.el.ul(
                    rx.foreach(case.decisions, lambda one: _decision(state, one)), class_name="told-list"
                ),
            ),
        ),
        class_name="card stack loose case",
        aria_label="Case",
        key=case.id,
    )


def _section(title: str, *content: Any) -> rx.Component:
    return rx.el.section(rx.el.h3(title), *content, class_name="stack tight")


def _head(case: rx.Var[CaseLook]) -> rx.Component:
    due = rx.cond(
        case.overdue,
        rx.el.span(icon("alert"), "Overdue", class_name="fact late"),
        rx.el.span("Due ", until(at=case.due_at), class_name="fact"),
    )
    title = rx.cond(case.gone, rx.el.span(case.title), link(case.title, to=case.address))
    return rx.el.div(
        rx.el.h2(title),
        rx.el.div(
            rx.el.span(case.kind, class_name="tag"),
            rx.cond(case.state != "", rx.el.span(case.state, class_name="tag")),
            rx.el.span("Here since ", ago(at=case.since), class_name="fact"),
            rx.cond(case.decided, rx.el.span(icon("succeeded"), "Decided", class_name="fact"), due),
            class_name="row tight",
        ),
        class_name="stack tight",
    )


def _acts(state: Any, case: rx.Var[CaseLook]) -> rx.Component:
    def act(one: rx.Var[Act]) -> rx.Component:
        key = rx.cond(one.key != "", rx.el.kbd(one.key, aria_hidden="true"))
        return button(
            one.words, key_cap(key), key=one.name, on_click=state.begin(one.name),
            custom_attrs={"commandfor": "ask", "command": "show-modal", "data-act": one.name},
        )  # fmt: skip

    return rx.cond(
        case.acts.length() > 0, rx.el.div(rx.foreach(case.acts, act), class_name="row tight case-acts")
    )


def key_cap(key: rx.Component) -> rx.Component:
    """Return the key of a button, for who sees."""
    return rx.el.span(key, class_name="key-cap")


def _proposal(state: Any, case: rx.Var[CaseLook]) -> rx.Component:
    ways = rx.el.div(
        opener("Confirm…", dialog="second"),
        button("Drop the proposal", kind="quiet", on_click=state.decline_closing),
        class_name="row tight",
    )
    return rx.el.div(
        icon("alert"),
        rx.el.div(
            rx.el.strong("Closing the account is proposed"),
            rx.el.p(case.proposal_by, ": ", case.proposal_reason),
            rx.el.p("A second operator confirms it."),
            ways,
            class_name="stack tight",
        ),
        class_name="notice",
    )


def _appeal(state: Any, case: rx.Var[CaseLook]) -> rx.Component:
    def way(words: str, outcome: str) -> rx.Component:
        return button(
            words, on_click=state.begin(outcome),
            custom_attrs={"commandfor": "ask", "command": "show-modal", "data-act": outcome},
        )  # fmt: skip

    return rx.el.div(
        icon("mail"),
        rx.el.div(
            rx.el.strong("They appeal"),
            rx.el.p(case.appeal_words, class_name="said-words"),
            rx.el.p(ago(at=case.appealed_at), ". Somebody answers who has not decided, where there is one."),
            rx.el.div(
                way("Let it stand", "upheld"), way("Take it back", "overturned"), class_name="row tight"
            ),
            class_name="stack tight",
        ),
        class_name="notice info",
    )


def _sign(sign: rx.Var[Sign]) -> rx.Component:
    return rx.el.li(
        rx.el.strong(sign.words), rx.foreach(sign.why, lambda why: rx.el.p(why, class_name="muted"))
    )


def _told(one: rx.Var[Told]) -> rx.Component:
    return rx.el.li(
        rx.el.div(rx.el.strong(one.heading), ago(at=one.at), class_name="row tight"),
        rx.cond(one.text != "", rx.el.p(one.text, class_name="said-words")),
        rx.el.p(one.facts, class_name="muted small"),
    )


def _decision(state: Any, one: rx.Var[Told]) -> rx.Component:
    undo = button("Undo", kind="quiet", on_click=state.undo(one.id), custom_attrs={"data-undo": ""})
    return rx.el.li(
        rx.el.div(rx.el.strong(one.heading), ago(at=one.at), class_name="row tight"),
        rx.el.p(one.text, class_name="said-words"),
        rx.el.p(one.facts, class_name="muted small"),
        rx.cond(one.undoable, rx.el.div(undo)),
        key=one.id,
    )


def _texts(state: Any, case: rx.Var[CaseLook]) -> rx.Component:
    def said(one: rx.Var[Said]) -> rx.Component:
        return rx.el.div(rx.el.dt(one.heading), rx.el.dd(one.text, class_name="said-words"))

    read = button("Read what it sells", kind="quiet", on_click=state.read_paid)
    ask = rx.el.div(read, rx.el.p("That you read it is written into the audit trail.", class_name="hint"))
    paid = rx.cond(state.reading == case.id, bought(idea=case.idea, version=0, case_id=case.id), ask)
    return _section(
        "What everybody reads",
        rx.el.dl(rx.foreach(case.texts, said), class_name="said-parts"),
        rx.cond(case.idea != "", paid),
    )


def _author(case: rx.Var[CaseLook]) -> rx.Component:
    name = rx.cond(
        case.author_address != "", link(case.author, to=case.author_address), rx.el.strong(case.author)
    )
    before = rx.cond(
        case.before.length() > 0,
        rx.el.ul(rx.foreach(case.before, _told), class_name="told-list"),
        rx.el.p("Nothing was decided about them before.", class_name="muted"),
    )
    return _section("Who answers for it", rx.el.p(name, " · ", case.author_facts), before)


def _gone() -> rx.Component:
    return _section(
        "What everybody reads",
        rx.el.p("It was deleted meanwhile. There is nothing to decide but to keep it so."),
    )
