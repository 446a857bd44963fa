"""The moderators' screen: the queue, the chosen case beside it, and what is decided about it."""

import reflex as rx

from app.components.button import button, closer
from app.components.case_keys import case_keys
from app.components.dialog import confirm
from app.components.empty import empty, failed
from app.components.icons import icon
from app.components.moments import ago, until
from app.components.skeleton import bones
from app.pages.moderation_case import case_beside
from app.pages.moderation_rows import KEYS, QueueRow
from app.pages.moderation_state import ANSWERS, ModerationState
from app.shell import ShellState, page_head, shell
from services.moderation.rules import RULES


@rx.page(route="/moderation", title="Moderation · Ideasmith", image="/og.png",
         description="What is before the moderators: reports, signs, appeals.",
         on_load=[ModerationState.load, ShellState.load_if_old])  # fmt: skip
def moderation_page() -> rx.Component:
    """Return the page."""
    shown = rx.cond(
        ModerationState.refused, _refused(), rx.cond(ModerationState.problem != "", _problem(), _desk())
    )
    waiting = bones("title", "short", "block", "block", heading="Moderation")
    return shell(rx.cond(ModerationState.loaded, shown, waiting), here="/moderation")


def _desk() -> rx.Component:
    tabs = rx.el.div(_tab("Waiting", "waiting"), _tab("Decided", "decided"), class_name="row tight")
    none = rx.cond(
        ModerationState.which == "waiting",
        empty(
            "succeeded",
            "Nothing waits",
            "Reports, held ideas and appeals appear here, the most urgent first.",
        ),
        empty("flag", "Nothing is decided yet", "What moderators decide stays here, with its reasons."),
    )
    more = button("Load more", on_click=ModerationState.load_more)
    queue = rx.el.nav(
        rx.foreach(ModerationState.rows, _row),
        rx.cond(ModerationState.more != "", more),
        class_name="queue", aria_label="Cases",
    )  # fmt: skip
    beside = rx.cond(ModerationState.chosen != "", case_beside(ModerationState), rx.fragment())
    return rx.fragment(
        page_head("Moderation", ModerationState.headline),
        tabs,
        rx.cond(
            ModerationState.rows.length() > 0, rx.el.div(queue, beside, class_name="split moderation"), none
        ),
        _ask(),
        _second(),
        case_keys(keys=KEYS),
    )


def _tab(words: str, which: str) -> rx.Component:
    pressed = rx.cond(ModerationState.which == which, "true", "false")
    return button(words, kind="quiet", on_click=ModerationState.show(which), aria_pressed=pressed)


def _row(row: rx.Var[QueueRow]) -> rx.Component:
    late = rx.el.span(icon("alert"), "Overdue", class_name="fact late")
    due = rx.el.span("Due ", until(at=row.due_at), class_name="fact")
    when = rx.cond(
        ModerationState.which == "decided",
        rx.el.span("Decided ", ago(at=row.due_at), class_name="fact"),
        rx.cond(row.overdue, late, due),
    )
    return rx.el.button(
        rx.el.span(row.title, class_name="queue-title"),
        rx.el.span(row.why, class_name="muted small"),
        rx.el.span(rx.cond(row.state != "", rx.el.span(row.state, class_name="tag")), when, class_name="row tight"),
        type="button", on_click=ModerationState.choose(row.id), key=row.id, class_name="queue-row",
        custom_attrs={"data-case": row.id, "aria-current": rx.cond(ModerationState.chosen == row.id, "true", "false")},
    )  # fmt: skip


def _ask() -> rx.Component:
    """Return the dialog that asks for the reason of an act."""
    answers = (ModerationState.acting == ANSWERS[0]) | (ModerationState.acting == ANSWERS[1])
    options = [
        rx.el.option(f"{rule.name}: {rule.words}", value=str(reason)) for reason, rule in RULES.items()
    ]
    rule = rx.el.div(
        rx.el.label("Rule", html_for="rule"),
        rx.el.select(
            *options, id="rule", name="rule", class_name="input", default_value=ModerationState.case.rule
        ),
        class_name="field",
    )
    reason = rx.el.div(
        rx.el.label("Reason", html_for="reason"),
        rx.el.textarea(
            id="reason", name="reason", rows="4", max_length=2_000, class_name="input",
            aria_describedby="hint-reason error-reason", aria_invalid=ModerationState.error != "",
        ),
        rx.el.p("They read this. Say what breaks the rule, and what they can do.", class_name="hint", id="hint-reason"),
        rx.el.div(
            rx.cond(
                ModerationState.error != "",
                rx.el.p(icon("alert"), ModerationState.error, class_name="field-error"),
            ),
            role="alert", id="error-reason",
        ),
        class_name="field",
    )  # fmt: skip
    act = button(ModerationState.verb, kind="ink", type="submit")
    form = rx.el.form(
        rx.cond(answers, rx.fragment(), rule),
        reason,
        rx.el.div(closer("Cancel", dialog="ask"), act, class_name="dialog-actions"),
        on_submit=ModerationState.decide, no_validate=True, class_name="stack dialog-part",
    )  # fmt: skip
    return rx.el.dialog(
        rx.el.h2(ModerationState.ask, id="ask-title"),
        rx.el.p(ModerationState.case.title, class_name="muted"),
        form,
        id="ask", key=f"ask-{ModerationState.case.id}-{ModerationState.turn}", class_name="dialog wide",
        aria_labelledby="ask-title",
    )  # fmt: skip


def _second() -> rx.Component:
    """Return the question to the second person who closes an account."""
    return confirm(
        "second",
        title=f"Close the account of {ModerationState.case.author}?",
        text="It is signed out everywhere, its keys end and its ideas are hidden. The person is told why by mail.",
        keep="Not now",
        act="Close the account",
        on_confirm=ModerationState.confirm_closing,
    )


def _refused() -> rx.Component:
    words = "It shows what was reported and what is held back. Ask the person who runs this installation."
    return rx.fragment(page_head("Moderation"), empty("flag", "This page is for operators", words))


def _problem() -> rx.Component:
    return rx.fragment(
        page_head("Moderation"),
        failed("The queue could not be read", ModerationState.problem, ModerationState.load),
    )
