"""The list of deployments: what the last look saw of each, and how long ago that was."""

from dataclasses import dataclass

import reflex as rx

from app.components.badge import OBSERVED, badge
from app.components.button import button_link
from app.components.empty import empty, failed
from app.components.filters import filters, search_field
from app.components.icons import icon
from app.components.links import anchor
from app.components.moments import ago
from app.components.pulse import pulse
from app.components.skeleton import rows
from app.components.table import cell, more, row_link, table
from app.session import actor_from_state, in_thread
from app.shell import ShellState, page_head, shell
from app.wording import moment
from models.errors import IdeasmithError
from services import deployments

REFRESH_MS = 4000


@dataclass
class Row:
    """One deployment in the list. Moments are ISO texts."""

    id: str
    name: str
    url: str
    address: str
    state: str
    seen_at: str
    release: str
    created_at: str


class DeploymentsState(rx.State):
    """What the list shows."""

    loaded: bool = False
    problem: str = ""
    rows: list[Row] = []
    query: str = ""
    cursor: str = ""
    busy: bool = False

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Read the search out of the address, and the first page."""
        self.query = self.router.url.query_parameters.get("q", "")[:100]
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
        page = await in_thread(deployments.list_deployments, actor, query=self.query, cursor=self.cursor)
        self.rows, self.cursor = [*self.rows, *map(_row, page.items)], page.next_cursor or ""

    async def _read(self, limit: int) -> rx.event.EventSpec | None:
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect("/sign-in?next=/deployments")
        try:
            page = await in_thread(deployments.list_deployments, actor, query=self.query, limit=limit)
            self.rows, self.cursor, self.problem = (
                [_row(one) for one in page.items],
                page.next_cursor or "",
                "",
            )
        except IdeasmithError as error:
            self.problem = error.message
        self.loaded = True
        return None


def _row(one: deployments.DeploymentView) -> Row:
    release = f"#{one.release_number}" if one.release_number else "–"
    address = one.url.partition("://")[2]
    return Row(
        one.id,
        one.name,
        one.url,
        address,
        one.state,
        moment(one.observed_at),
        release,
        moment(one.created_at),
    )


@rx.page(route="/deployments", title="Deployments · Ideasmith", image="/og.png",
         description="Your running applications: address, state as last probed, release.",
         on_load=[ShellState.load, DeploymentsState.load])  # fmt: skip
def deployments_page() -> rx.Component:
    """Return the list."""
    content = rx.cond(DeploymentsState.rows.length() > 0, _table(), _none())
    launch = button_link(icon("plus"), "Launch a template", to="/templates", kind="ink")
    return shell(
        page_head("Deployments", "Your running applications, as the last probe saw them.", launch),
        filters(search_field("Search deployments", "Search by name or address")),
        rx.cond(
            DeploymentsState.problem != "", _problem(), rx.cond(DeploymentsState.loaded, content, rows())
        ),
        pulse(ms=REFRESH_MS, on_beat=DeploymentsState.refresh),
        here="/deployments",
    )


def _table() -> rx.Component:
    headers = ["Application", "State", "Address", "Release", "Last probe"]
    return rx.fragment(
        table("Deployments", headers, rx.foreach(DeploymentsState.rows, _table_row), right=(3, 4)),
        more(DeploymentsState.cursor, DeploymentsState.more, DeploymentsState.busy),
    )


def _table_row(row: rx.Var[Row]) -> rx.Component:
    address = anchor(
        row.address, icon("open"), href=row.url, target="_blank", rel="noopener", class_name="above fact"
    )
    return rx.el.tr(
        cell("Application", row_link(row.name, f"/deployments/{row.id}")),
        cell("State", badge(row.state, OBSERVED)),
        cell("Address", address),
        cell("Release", row.release, right=True),
        cell("Last probe", ago(at=row.seen_at), right=True),
        key=row.id,
    )


def _none() -> rx.Component:
    return rx.cond(
        DeploymentsState.query != "",
        empty("deployments", "No deployment fits", "Nothing matches this search.",
              button_link("Show all deployments", to="/deployments")),
        empty("deployments", "Nothing is deployed yet", "What a launch builds runs here, at an address of its own.",
              button_link("Choose a template", to="/templates", kind="ink")),
    )  # fmt: skip


def _problem() -> rx.Component:
    return failed("The deployments could not be read", DeploymentsState.problem, DeploymentsState.refresh)
