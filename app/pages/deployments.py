"""The list of deployments: what the last look saw of each, and how long ago that was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import reflex as rx
from sqlmodel import Session

from app.components.button import button_link
from app.components.empty import empty
from app.components.filters import choice_field, export_link, filters, search_field
from app.components.icons import icon
from app.components.links import anchor
from app.components.moments import ago
from app.components.pulse import pulse
from app.components.seen import age_told, seen_badge
from app.components.selection import Choosable, Offer
from app.components.table import cell, row_link
from app.components.toast import UNDOS, Undo
from app.pages.lists import Action, ListState, list_body
from app.shell import ShellState, page_head, shell
from app.wording import moment
from models.paging import Page
from services import deployments
from services.accounts import Actor
from services.deployments import DeploymentView

REFRESH_MS = 4000
HEADERS = ["Application", "State", "Address", "Release", "Last probe"]
START, STOP = partial(deployments.want_all, wanted="running"), partial(deployments.want_all, wanted="stopped")
GONE_LATER = (
    "Process and address go at once; releases, data and repository 10 s later. Until then it can be undone."
)
# The states here are what its owner wants of it.
ACTIONS = {
    "start": Action(
        Offer("start", "Start", "executions", ("stopped",)), START, "{} is starting.", "{} applications are starting."
    ),
    "restart": Action(
        Offer("restart", "Restart", "retry", ("running",)),
        deployments.restart_all, "{} is restarting.", "{} applications are restarting.",
    ),
    "stop": Action(
        Offer("stop", "Stop", "stop", ("running",),
              text="The address answers with a notice until it is started again. The data stays."),
        STOP, "{} is stopping.", "{} applications are stopping.", undo="deployments.start",
    ),
    "delete": Action(
        Offer("delete", "Delete", "trash", ("running", "stopped"), keep="Keep", danger=True,
              text=GONE_LATER),
        deployments.delete_all, "{} was deleted.", "{} applications were deleted.", undo="deployments.restore",
    ),
}  # fmt: skip


@dataclass
class Row:
    """One deployment in the list. Moments are ISO texts."""

    pick: Choosable
    address: str
    state: str
    seen_at: str
    age_s: float
    release: str


class DeploymentsState(ListState, rx.State):
    """What the list shows."""

    rows: list[Row] = []

    @rx.var
    def filtered(self) -> bool:
        """Whether the address chooses among the deployments."""
        return bool(self.query or self.template)

    def _path(self) -> str:
        return "/deployments"

    def _actions(self) -> Mapping[str, Action]:
        return ACTIONS

    def _read(self, session: Session, actor: Actor, limit: int) -> Page[DeploymentView]:
        return deployments.list_deployments(
            session,
            actor,
            query=self.query,
            template=self.template,
            cursor=self._after,
            limit=limit,
            most=limit,
        )

    def _take(self, items: Sequence[DeploymentView]) -> None:
        self.rows = [row_of(one) for one in items]


def row_of(one: DeploymentView) -> Row:
    """Return a deployment as the list shows it."""
    release = f"#{one.release_number}" if one.release_number else "–"
    pick = Choosable(one.id, one.name, one.wanted, one.url)
    age_s = age_told(one.state, one.observed_age_s)
    return Row(pick, one.url.partition("://")[2], one.state, moment(one.observed_at), age_s, release)


UNDOS["deployments.start"] = Undo(
    START, "{} is starting again.", "{} applications are starting again.", DeploymentsState.refresh
)
UNDOS["deployments.restore"] = Undo(
    deployments.restore_all, "{} is back.", "{} applications are back.", DeploymentsState.refresh
)


@rx.page(route="/deployments", title="Deployments · Ideasmith", image="/og.png",
         description="Your running applications: address, state as last probed, release.",
         on_load=[DeploymentsState.load, ShellState.load_if_old])  # fmt: skip
def deployments_page() -> rx.Component:
    """Return the list."""
    launch = button_link(icon("plus"), "Launch a template", to="/templates", kind="ink")
    sent = {"q": "query", "template": "template"}
    return shell(
        page_head("Deployments", "Your running applications, as the last probe saw them.", launch),
        filters(
            search_field("Search deployments", "Search by name or address"),
            choice_field("template", "Template", DeploymentsState.templates),
            on_choose=DeploymentsState.load,
        ),
        list_body(
            DeploymentsState, "Deployments", HEADERS, _cells, _none(),
            noun=("application", "applications"), actions=ACTIONS,
            extra=export_link("/api/v1/deployments.csv", sent), right=(3, 4),
        ),
        pulse(ms=REFRESH_MS, on_beat=DeploymentsState.refresh),
        here="/deployments",
    )  # fmt: skip


def _cells(row: rx.Var[Row]) -> list[rx.Component]:
    address = anchor(
        rx.el.span(row.address, class_name="clip"), icon("open"), href=row.pick.url, target="_blank", rel="noopener",
        class_name="above fact",
    )  # fmt: skip
    return [
        cell("Application", row_link(row.pick.name, f"/deployments/{row.pick.id}", named=True)),
        cell("State", seen_badge(row.state, at=row.seen_at, age=row.age_s)),
        cell("Address", address),
        cell("Release", row.release, right=True),
        cell("Last probe", ago(at=row.seen_at), right=True),
    ]


def _none() -> rx.Component:
    return rx.cond(
        DeploymentsState.filtered,
        empty("deployments", "No deployment fits", "Nothing matches these filters.",
              button_link("Show all deployments", to="/deployments")),
        empty("deployments", "Nothing is deployed yet", "What a launch builds runs here, at an address of its own.",
              button_link("Choose a template", to="/templates", kind="ink")),
    )  # fmt: skip
