"""Settings → Your cases: what moderators decided about you, with their reasons; and what you reported."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.components.button import button
from app.components.empty import empty, failed
from app.components.icons import icon
from app.components.moments import ago
from app.components.skeleton import bones
from app.components.toast import say
from app.pages.settings.frame import section
from app.session import actor_from_state, in_thread
from app.shell import ShellState
from app.wording import moment
from models.errors import IdeasmithError
from services.moderation import appeals, reporting, statements
from services.moderation.reporting import ReportView
from services.moderation.rules import ACTIONS, RULES
from services.moderation.statements import Statement

OUTCOMES = {
    "open": "A moderator is going to look at it.",
    "agreed": "You were right: something was done.",
    "kept": "It was looked at, and it stays.",
    "closed": "It was looked at.",
}
APPEALS = {
    "waiting": "Somebody is going to look at your appeal.",
    "upheld": "The decision stays.",
    "overturned": "The decision is taken back.",
}


@dataclass
class CaseRow:
    """One decision. `until` is an ISO moment, empty where there is nothing to appeal."""

    id: str
    title: str
    what: str
    rule: str
    reason: str
    means: str
    state: str
    at: str
    until: str
    appeal: str
    outcome: str
    answer: str


@dataclass
class ReportRow:
    """One report of this person."""

    id: str
    title: str
    reason: str
    outcome: str
    at: str


class CasesState(rx.State):
    """What was decided about one person, and what they reported."""

    loaded: bool = False
    problem: str = ""
    rows: list[CaseRow] = []
    reports: list[ReportRow] = []
    # The decision whose appeal could not be sent, and why.
    about: str = ""
    error: str = ""

    @rx.event
    async def load(self) -> Any:
        """Read both, the newest first."""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect("/sign-in?next=/settings/cases")
        try:
            told = await in_thread(statements.list_statements, actor, "", 100)
            made = await in_thread(reporting.list_reports, actor, "", 100)
            self.rows = [case_row(one) for one in told.items]
            self.reports = [report_row(one) for one in made.items]
            self.problem = ""
        except IdeasmithError as error:
            self.problem = error.message
        self.loaded = True
        return None

    @rx.event
    async def appeal(self, form: dict[str, Any]) -> Any:
        """Appeal a decision."""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect("/sign-in?next=/settings/cases")
        decision, words = str(form.get("decision", "")), str(form.get("words", ""))
        try:
            await in_thread(_appeal, actor, decision, words)
        except IdeasmithError as error:
            self.about, self.error = decision, error.message
            return None
        self.about, self.error = "", ""
        await say(self, "Your appeal is sent. The answer comes by mail.")
        return CasesState.load


def _appeal(session: Any, actor: Any, decision: str, words: str) -> None:
    appeals.appeal(session, actor, decision, words)


def case_row(one: Statement) -> CaseRow:
    """Return a decision ready to be drawn."""
    state = {"undone": "Taken back", "overturned": "Overturned"}.get(one.state, ACTIONS[one.action])  # type: ignore[index]
    return CaseRow(
        one.id, one.title, one.what, f"{one.rule}: {one.rule_words}", one.reason, one.means, state,
        moment(one.created_at), moment(one.appeal_until), one.appeal_words, APPEALS.get(one.outcome, ""), one.answer,
    )  # fmt: skip


def report_row(one: ReportView) -> ReportRow:
    """Return a report ready to be drawn."""
    name = RULES[one.reason].name  # type: ignore[index]
    return ReportRow(one.id, one.title or "It is gone", name, OUTCOMES[one.outcome], moment(one.created_at))


@rx.page(route="/settings/cases", title="Your cases · Settings · Ideasmith", image="/og.png",
         description="What moderators decided about you, why, and how you appeal.",
         on_load=[CasesState.load, ShellState.load_if_old])  # fmt: skip
def cases_page() -> rx.Component:
    """Return the section."""
    none = empty(
        "shield", "Nothing was decided about you",
        "When a moderator decides about something of yours, the reason stands here, and you can appeal.",
    )  # fmt: skip
    decided = rx.el.section(
        rx.el.h2("Decisions about you"),
        rx.cond(
            CasesState.rows.length() > 0,
            rx.el.div(rx.foreach(CasesState.rows, _case), class_name="stack"),
            none,
        ),
        class_name="stack",
    )
    reported = rx.el.section(
        rx.el.h2("What you reported"),
        rx.el.ul(rx.foreach(CasesState.reports, _report), class_name="told-list"),
        class_name="card stack",
    )
    read = rx.cond(
        CasesState.problem != "",
        failed("Your cases could not be read", CasesState.problem, CasesState.load),
        rx.fragment(decided, rx.cond(CasesState.reports.length() > 0, reported)),
    )
    return section("/settings/cases", rx.cond(CasesState.loaded, read, bones("rows", "rows")))


def _case(row: rx.Var[CaseRow]) -> rx.Component:
    answered = rx.el.div(
        rx.el.h4("Your appeal"),
        rx.el.p(row.appeal, class_name="said-words"),
        rx.el.p(
            row.outcome,
            rx.cond(row.answer != "", rx.fragment(" ", row.answer)),
            class_name="said-words muted",
        ),
        class_name="stack tight",
    )
    return rx.el.article(
        rx.el.div(
            rx.el.h3(row.title),
            rx.el.span(row.state, class_name="tag"),
            ago(at=row.at),
            class_name="row tight",
        ),
        rx.el.p(row.what),
        rx.el.dl(
            rx.el.div(rx.el.dt("Rule"), rx.el.dd(row.rule)),
            rx.el.div(rx.el.dt("Reason"), rx.el.dd(row.reason, class_name="said-words")),
            rx.el.div(rx.el.dt("How"), rx.el.dd(row.means)),
            class_name="said-parts",
        ),
        rx.cond(row.appeal != "", answered),
        rx.cond(row.until != "", _form(row)),
        key=row.id,
        class_name="card stack",
    )


def _form(row: rx.Var[CaseRow]) -> rx.Component:
    wrong = (CasesState.about == row.id) & (CasesState.error != "")
    form = rx.el.form(
        rx.el.input(type="hidden", name="decision", value=row.id),
        rx.el.div(
            rx.el.label("Why is it wrong?", html_for=f"words-{row.id}"),
            rx.el.textarea(
                id=f"words-{row.id}", name="words", rows="4", max_length=2_000, class_name="input",
                aria_describedby=f"hint-{row.id} error-{row.id}", aria_invalid=wrong,
            ),
            rx.el.p(
                "Once a decision. Somebody answers who has not decided it, where there is one.", class_name="hint",
                id=f"hint-{row.id}",
            ),
            rx.el.div(
                rx.cond(wrong, rx.el.p(icon("alert"), CasesState.error, class_name="field-error")),
                role="alert", id=f"error-{row.id}",
            ),
            class_name="field",
        ),
        rx.el.div(button("Send appeal", type="submit")),
        on_submit=CasesState.appeal, no_validate=True, class_name="stack",
    )  # fmt: skip
    return rx.el.details(rx.el.summary("Appeal"), form, class_name="data stack tight")


def _report(row: rx.Var[ReportRow]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(row.title), rx.el.span(row.reason, class_name="tag"), ago(at=row.at), class_name="row tight"
        ),
        rx.el.p(row.outcome, class_name="muted"),
        key=row.id,
    )  # fmt: skip
