"""The list of executions: newest first, filtered by state and name, live while something moves."""

from dataclasses import dataclass

import reflex as rx

from app.components.badge import STATES, badge, example_tag
from app.components.button import button_link
from app.components.empty import empty, failed
from app.components.filters import choice_field, filters, search_field
from app.components.icons import icon
from app.components.moments import ago, elapsed
from app.components.pulse import pulse
from app.components.skeleton import rows
from app.components.table import cell, more, row_link, table
from app.session import actor_from_state, in_thread
from app.shell import ShellState, page_head, shell
from app.wording import moment
from models.errors import IdeasmithError
from services import executions

REFRESH_MS = 3000
MOVING = ("queued", "running", "waiting")


@dataclass
class Row:
    """One execution in the list. Moments are ISO texts."""

    id: str
    name: str
    template: str
    state: str
    step: str
    created_at: str
    started_at: str
    finished_at: str
    example: bool


class ExecutionsState(rx.State):
    """What the list shows."""

    loaded: bool = False
    problem: str = ""
    rows: list[Row] = []
    state: str = ""
    query: str = ""
    cursor: str = ""
    busy: bool = False

    @rx.var
    def beat(self) -> int:
        """How often to look again: not at all while nothing moves."""
        return REFRESH_MS if any(row.state in MOVING for row in self.rows) else 0

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Read the choices out of the address, and the first page."""
        chosen = self.router.url.query_parameters
        self.state = chosen.get("state", "") if chosen.get("state") in STATES else ""
        self.query = chosen.get("q", "")[:100]
        return await self._read(limit=25)

    @rx.event
    async def refresh(self) -> rx.event.EventSpec | None:
        """Read again what is shown."""
        return await self._read(limit=max(25, len(self.rows)))

    @rx.event
    async def more(self) -> None:
        """Add the next page below."""
        actor = await actor_from_state(self)
        if actor is None or not self.cursor:
            return
        page = await in_thread(
            executions.list_executions, actor, state=self.state, query=self.query, cursor=self.cursor
        )
        self.rows, self.cursor = [*self.rows, *map(_row, page.items)], page.next_cursor or ""

    async def _read(self, limit: int) -> rx.event.EventSpec | None:
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect("/sign-in?next=/executions")
        try:
            page = await in_thread(
                executions.list_executions, actor, state=self.state, query=self.query, limit=limit
            )
            self.rows, self.cursor, self.problem = (
                [_row(one) for one in page.items],
                page.next_cursor or "",
                "",
            )
        except IdeasmithError as error:
            self.problem = error.message
        self.loaded = True
        return None


def _row(one: executions.ExecutionView) -> Row:
    running = next((step.title for step in one.steps if step.state == "running"), "")
    return Row(
        one.id, one.name, one.template_name, one.state, running,
        moment(one.created_at), moment(one.started_at), moment(one.finished_at), one.example,
    )  # fmt: skip


@rx.page(route="/executions", title="Executions · Ideasmith", image="/og.png",
         description="Every launch of a template: what it did, how long it took, and how it ended.",
         on_load=[ShellState.load, ExecutionsState.load])  # fmt: skip
def executions_page() -> rx.Component:
    """Return the list."""
    launch = button_link(icon("plus"), "Launch a template", to="/templates", kind="ink")
    content = rx.cond(ExecutionsState.rows.length() > 0, _table(), _none())
    return shell(
        page_head("Executions", "Every launch of a template, newest first.", launch),
        _filters(),
        rx.cond(ExecutionsState.problem != "", _problem(), rx.cond(ExecutionsState.loaded, content, rows())),
        pulse(ms=ExecutionsState.beat, on_beat=ExecutionsState.refresh),
        here="/executions",
    )


def _filters() -> rx.Component:
    states = [("", "All states"), *((name, look.word) for name, look in STATES.items())]
    return filters(
        search_field("Search executions", "Search by name"), choice_field("state", "State", states)
    )


def _table() -> rx.Component:
    headers = ["Application", "State", "Template", "Duration", "Started"]
    return rx.fragment(
        table("Executions", headers, rx.foreach(ExecutionsState.rows, _table_row), right=(3, 4)),
        more(ExecutionsState.cursor, ExecutionsState.more, ExecutionsState.busy),
    )


def _table_row(row: rx.Var[Row]) -> rx.Component:
    step = rx.cond(row.step != "", rx.el.span(row.step, class_name="muted small"))
    return rx.el.tr(
        cell("Application", row_link(row.name, f"/executions/{row.id}"), example_tag(row.example)),
        cell("State", rx.el.span(badge(row.state), step, class_name="row tight")),
        cell("Template", rx.el.span(row.template, class_name="muted")),
        cell("Duration", elapsed(since=row.started_at, until=row.finished_at), right=True),
        cell("Started", ago(at=row.created_at), right=True),
        key=row.id,
    )


def _none() -> rx.Component:
    filtered = (ExecutionsState.query != "") | (ExecutionsState.state != "")
    return rx.cond(
        filtered,
        empty("executions", "No execution fits", "Nothing matches this search and state.",
              button_link("Show all executions", to="/executions")),
        empty("executions", "No executions yet", "A launch of a template appears here, with every line of its log.",
              button_link("Choose a template", to="/templates", kind="ink")),
    )  # fmt: skip


def _problem() -> rx.Component:
    return failed("The executions could not be read", ExecutionsState.problem, ExecutionsState.refresh)
