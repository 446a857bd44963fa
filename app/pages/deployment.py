"""One deployment: its address, its state with the age of the last probe, its releases, its log, its source."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

import reflex as rx

from app.components.address import at_address
from app.components.button import button, opener
from app.components.copying import copy_icon, copybox
from app.components.dialog import confirm
from app.components.empty import empty, failed, notice
from app.components.icons import icon
from app.components.links import anchor, link
from app.components.log import execution_log
from app.components.moments import ago
from app.components.pulse import pulse
from app.components.seen import seen_badge
from app.components.skeleton import deployment_bones
from app.components.tabs import tabs
from app.components.toast import say, tell
from app.pages.deployment_backups import BackupsState, data_panel
from app.pages.deployment_care import CareState, care_cards, releases_table
from app.pages.deployment_rating import RatingState, rating_card
from app.pages.deployment_reading import Opened, find_opened, find_view
from app.pages.deployment_rows import Head, ReleaseRow, head_of, releases_of
from app.pages.deployment_upgrade import UpgradeState, upgrade_strip
from app.pages.deployment_variables import VariablesState, variables_panel
from app.pages.deployments import ACTIONS, GONE_LATER
from app.session import actor_from_state, for_visitor, in_thread
from app.shell import ShellState, breadcrumbs, page_head, shell
from models.errors import IdeasmithError, NotFound
from services import deployments
from services.upgrades.redeploying import redeploy

REFRESH_MS = 2000
READ_WHEN_OPENED: dict[str, type[VariablesState | BackupsState]] = {
    "Releases": BackupsState,  # which of them can come back with their data
    "Variables": VariablesState,
    "Data": BackupsState,
}
T = TypeVar("T")
Show = Callable[[T], Awaitable[None]]


class DeploymentState(rx.State):
    """What the page of one deployment shows."""

    shown: str = ""
    missing: bool = False
    problem: str = ""
    title: str = "Deployment · Ideasmith"
    deployment_id: str = ""
    head: Head = Head()
    releases: list[ReleaseRow] = []

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Read the deployment in the address: what stands above its tabs, and in the first of them."""
        self.missing, self.problem = False, ""
        for tab in (VariablesState, BackupsState):
            (await self.get_state(tab))._forget()  # they may speak of another one
        return await self._read(
            self.router.url.path.strip("/").partition("/")[2], find_opened, self._show_opened
        )

    @rx.event
    async def open_tab(self, label: str) -> None:
        """Read what a tab shows, now that it is opened for the first time."""
        if tab := READ_WHEN_OPENED.get(str(label)):
            await (await self.get_state(tab)).load()

    @rx.event
    async def refresh(self) -> rx.event.EventSpec | None:
        """Read again what the last probe saw."""
        return (
            await self._read(self.deployment_id, find_view, self._show_view) if self.deployment_id else None
        )

    @rx.event
    async def start(self) -> None:
        """Want it running."""
        await self._do("start")

    @rx.event
    async def stop(self) -> None:
        """Want it stopped. Its data stays."""
        await self._do("stop")

    @rx.event
    async def restart(self) -> None:
        """Replace its process."""
        await self._do("restart")

    @rx.event
    async def redeploy(self) -> rx.event.EventSpec | None:
        """Build it again from the options of its last release."""
        actor = await actor_from_state(self)
        if actor is None:
            return None
        try:
            execution = await in_thread(redeploy, actor, self.deployment_id)
            return rx.redirect(f"/executions/{execution.id}")
        except IdeasmithError as error:
            await say(self, error.message, "failed")
        return None

    @rx.event
    async def delete(self) -> rx.event.EventSpec | None:
        """Delete it; for 10 s that can be undone."""
        return rx.redirect("/deployments") if await self._do("delete") else None

    async def _do(self, name: str) -> bool:
        actor, action = await actor_from_state(self), ACTIONS[name]
        if actor is None:
            return False
        try:
            result = await in_thread(action.service, actor, [self.deployment_id])
        except IdeasmithError as error:
            await say(self, error.message, "failed")
            return False
        await tell(self, result, action.one, action.many, undo=action.undo)
        await self._read(self.deployment_id, find_view, self._show_view)
        return bool(result.done)

    async def _read(
        self, wanted: str, find: Callable[..., T | None], show: Show[T]
    ) -> rx.event.EventSpec | None:
        try:
            found = await for_visitor(self, find, wanted)
            if found is None:
                return rx.redirect("/sign-in?" + urlencode({"next": f"/deployments/{wanted}"}))
            await show(found)
        except NotFound:
            self.missing = True
        except IdeasmithError as error:
            self.problem = error.message
        self.shown = f"/deployments/{wanted}"
        return None

    async def _show_opened(self, opened: Opened) -> None:
        await self._show_view(opened.care.view)
        (await self.get_state(CareState))._show(opened.care)
        (await self.get_state(RatingState))._show(opened.rating)

    async def _show_view(self, view: deployments.DeploymentView) -> None:
        self.deployment_id, self.title = view.id, f"{view.name} · Deployment · Ideasmith"
        self.head, self.releases = head_of(view), releases_of(view)


@rx.page(route="/deployments/[id]", title=DeploymentState.title, image="/og.png",
         description="One running application: address, state as last probed, releases, log, source.",
         on_load=[DeploymentState.load, ShellState.load_if_old, UpgradeState.load])  # fmt: skip
def deployment() -> rx.Component:
    """Return the page."""
    found = rx.cond(
        DeploymentState.missing, _missing(), rx.cond(DeploymentState.problem != "", _problem(), _page())
    )
    return shell(
        at_address(DeploymentState.shown, found, deployment_bones()),
        pulse(ms=rx.cond(DeploymentState.missing, 0, REFRESH_MS), on_beat=DeploymentState.refresh),
        here="/deployments",
    )


def _page() -> rx.Component:
    head = DeploymentState.head
    return rx.fragment(
        breadcrumbs(("Deployments", "/deployments"), (head.name, "")),
        page_head(head.name, "", *_actions()),
        _facts(),
        rx.cond(head.detail != "", notice("alert", head.detail)),
        upgrade_strip(),
        tabs(
            "Deployment",
            {
                "Overview": _overview(),
                "Releases": releases_table(head.name, DeploymentState.releases),
                "Variables": variables_panel(head.id, head.name),
                "Data": data_panel(head.name),
                "Log": _log(),
            },
            on_first=DeploymentState.open_tab,
        ),
        *_dialogs(),
    )


def _actions() -> list[rx.Component]:
    head = DeploymentState.head
    stopped = head.wanted == "stopped"
    open_app = anchor(
        icon("open"), "Open app", href=head.url, target="_blank", rel="noopener", class_name="button ink"
    )
    start = button(icon("executions"), "Start", kind="ink", on_click=DeploymentState.start)
    more = rx.fragment(
        button(icon("retry"), "Restart", on_click=DeploymentState.restart),
        opener(icon("stop"), "Stop", dialog="stop"),
    )
    redeploy = button("Redeploy", on_click=DeploymentState.redeploy)
    delete = opener(icon("trash"), "Delete", dialog="delete", kind="quiet")
    return [delete, redeploy, rx.cond(stopped, start, more), rx.cond(stopped, rx.fragment(), open_app)]


def _facts() -> rx.Component:
    head = DeploymentState.head
    return rx.el.div(
        seen_badge(head.state, at=head.seen_at, age=head.age_s),
        rx.el.span(icon("clock"), "Probed ", ago(at=head.seen_at), class_name="fact"),
        rx.el.span(
            anchor(head.url, href=head.url, target="_blank", rel="noopener", class_name="clip"),
            copy_icon(head.url, "Copy address"), class_name="fact",
        ),
        rx.el.span(rx.el.code(head.short_id), copy_icon(head.id, "Copy id"), class_name="fact"),
        class_name="row facts",
    )  # fmt: skip


def _overview() -> rx.Component:
    head = DeploymentState.head

    def figure(name: str, value: Any) -> rx.Component:
        return rx.el.div(rx.el.dt(name), rx.el.dd(value))

    figures = rx.el.dl(
        figure("Release", head.release), figure("Last answer", head.probe), figure("Restarts", head.restarts),
        figure("Made", ago(at=head.created_at)), class_name="figures wide card",
    )  # fmt: skip
    archive = anchor(
        icon("download"),
        "Download zip",
        href=f"/api/v1/deployments/{head.id}/source.zip",
        class_name="button lined",
    )
    source = rx.el.section(
        rx.el.h2("Source", class_name="card-title"),
        rx.el.p(
            "The repository with its history; one commit a release. What you push to main runs after a redeploy.",
            class_name="muted",
        ),
        copybox(head.clone, "Clone command"),
        rx.el.div(archive, class_name="row"),
        class_name="card stack",
    )
    return rx.el.div(figures, care_cards(), rating_card(), source, class_name="stack")


def _log() -> rx.Component:
    head = DeploymentState.head
    url = rx.cond(head.id != "", f"/api/v1/deployments/{head.id}", "")
    return execution_log(
        url=url, turn=0, titles={}, name=head.name, failure="", next="", on_state=DeploymentState.refresh
    )


def _dialogs() -> list[rx.Component]:
    name = DeploymentState.head.name
    return [
        confirm(
            "stop", title=f"Stop {name}?", keep="Keep running", act="Stop app", on_confirm=DeploymentState.stop,
            text="Its address answers with a notice until it is started again. Its data stays.",
        ),
        confirm(
            "delete", title=f"Delete {name}?", keep="Keep it", act="Delete app", on_confirm=DeploymentState.delete,
            text=GONE_LATER,
        ),
    ]  # fmt: skip


def _missing() -> rx.Component:
    back = link("All deployments", to="/deployments", class_name="button lined")
    words = "There is none with this id, it was deleted, or it belongs to another team."
    return rx.fragment(
        page_head("No such deployment"), empty("deployments", "Nothing at this address", words, back)
    )


def _problem() -> rx.Component:
    return rx.fragment(
        page_head("Deployment"),
        failed(
            "The deployment could not be read",
            DeploymentState.problem,
            DeploymentState.refresh,
            DeploymentState.deployment_id,
        ),
    )
