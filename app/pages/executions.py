"""The list of executions: newest first, filtered by state, name, template and time, live while something moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import reflex as rx
from sqlmodel import Session

from app.components.badge import STATES, badge, example_tag
from app.components.button import button_link
from app.components.empty import empty
from app.components.filters import RANGE_WORDS, RANGES, choice_field, export_link, filters, search_field
from app.components.icons import icon
from app.components.moments import ago, elapsed
from app.components.pulse import pulse
from app.components.selection import Choosable, Offer
from app.components.table import cell, row_link
from app.pages.lists import Action, ListState, list_body
from app.shell import ShellState, page_head, shell
from app.wording import moment
from models.clock import now
from models.paging import Page
from services import executions
from services.accounts import Actor
from services.executions.views import ExecutionView

REFRESH_MS = 3000
MOVING = ("queued", "running", "waiting")
ACTIONS = {
    "cancel": Action(
        Offer(
            "cancel", "Cancel", "stop", MOVING, keep="Keep running", danger=True,
            text="Processes end within 2 s. What is deployed already stays as it is.",
        ),
        executions.cancel_all, "{} is being cancelled.", "{} executions are being cancelled.",
    ),
    "retry": Action(
        Offer("retry", "Retry", "retry", ("failed", "cancelled")),
        executions.retry_all, "{} starts again where it ended.", "{} executions start again where they ended.",
    ),
}  # fmt: skip


@dataclass
class Row:
    """One execution in the list. Moments are ISO texts."""

    pick: Choosable
    template: str
    state: str
    step: str
    created_at: str
    started_at: str
    finished_at: str
    example: bool


class ExecutionsState(ListState, rx.State):
    """What the list shows."""

    rows: list[Row] = []
    state: str = ""
    when: str = ""

    @rx.var
    def beat(self) -> int:
        """How often to look again: not at all while nothing moves."""
        return REFRESH_MS if any(row.state in MOVING for row in self.rows) else 0

    @rx.var
    def filtered(self) -> bool:
        """Whether the address chooses among the executions."""
        return bool(self.query or self.template or self.state or self.when)

    def _choose(self, chosen: Mapping[str, str]) -> None:
        self.state = chosen.get("state", "") if chosen.get("state") in STATES else ""
        self.when = chosen.get("when", "") if chosen.get("when") in RANGES else ""

    def _path(self) -> str:
        return "/executions"

    def _actions(self) -> Mapping[str, Action]:
        return ACTIONS

    def _read(self, session: Session, actor: Actor, limit: int) -> Page[ExecutionView]:
        return executions.list_executions(
            session, actor, state=self.state, template=self.template, query=self.query,
            since=now() - RANGES[self.when] if self.when else None, cursor=self._after, limit=limit, most=limit,
            running_only=True,
        )  # fmt: skip

    def _take(self, items: Sequence[ExecutionView]) -> None:
        self.rows = [row_of(one) for one in items]


def row_of(one: ExecutionView) -> Row:
    """Return an execution as the list shows it."""
    running = next((step.title for step in one.steps if step.state == "running"), "")
    asked = one.cancel_requested and one.state in MOVING
    return Row(
        Choosable(one.id, one.name, "cancelling" if asked else one.state, one.url if one.state == "succeeded" else ""),
        one.template_name, one.state, "Cancelling…" if asked else running,
        moment(one.created_at), moment(one.started_at), moment(one.finished_at), one.example,
    )  # fmt: skip


@rx.page(route="/executions", title="Executions · Ideasmith", image="/og.png",
         description="Every launch of a template: what it did, how long it took, and how it ended.",
         on_load=[ExecutionsState.load, ShellState.load_if_old])  # fmt: skip
def executions_page() -> rx.Component:
    """Return the list."""
    launch = button_link(icon("plus"), "Launch a template", to="/templates", kind="ink")
    sent = {"q": "query", "state": "state", "template": "template"}
    return shell(
        page_head("Executions", "Every launch of a template, newest first.", launch),
        _filters(),
        list_body(
            ExecutionsState, "Executions", ["Application", "State", "Template", "Duration", "Started"], _cells, _none(),
            noun=("execution", "executions"), actions=ACTIONS, extra=export_link("/api/v1/executions.csv", sent),
            right=(3, 4),
        ),
        pulse(ms=ExecutionsState.beat, on_beat=ExecutionsState.refresh),
        here="/executions",
    )  # fmt: skip


def _filters() -> rx.Component:
    states = [("", "All states"), *((name, look.word) for name, look in STATES.items())]
    return filters(
        search_field("Search executions", "Search by name"), choice_field("state", "State", states),
        choice_field("template", "Template", ExecutionsState.templates), choice_field("when", "Launched", RANGE_WORDS),
        on_choose=ExecutionsState.load,
    )  # fmt: skip


def _cells(row: rx.Var[Row]) -> list[rx.Component]:
    step = rx.cond(row.step != "", rx.el.span(row.step, class_name="muted small"))
    return [
        cell(
            "Application",
            rx.el.span(
                row_link(row.pick.name, f"/executions/{row.pick.id}", named=True),
                example_tag(row.example),
                class_name="row tight",
            ),
        ),
        cell("State", rx.el.span(badge(row.state), step, class_name="row tight")),
        cell("Template", rx.el.span(row.template, class_name="muted")),
        cell("Duration", elapsed(since=row.started_at, until=row.finished_at), right=True),
        cell("Started", ago(at=row.created_at), right=True),
    ]


def _none() -> rx.Component:
    return rx.cond(
        ExecutionsState.filtered,
        empty("executions", "No execution fits", "Nothing matches these filters.",
              button_link("Show all executions", to="/executions")),
        empty("executions", "No executions yet", "A launch of a template appears here, with every line of its log.",
              button_link("Choose a template", to="/templates", kind="ink")),
    )  # fmt: skip
