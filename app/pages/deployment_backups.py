"""The data of a deployment: its backups, the way back to one, and how the last restore ended."""

from datetime import datetime
from typing import Any

import reflex as rx
from sqlmodel import Session

from app.components.badge import BACKUPS, badge
from app.components.button import button, closer, opener
from app.components.empty import empty, notice
from app.components.icons import icon
from app.components.links import anchor
from app.components.moments import ago
from app.components.pulse import pulse
from app.components.skeleton import bones
from app.components.table import cell, table
from app.components.toast import UNDOS, Undo, say
from app.pages.backup_rows import BackupRow, Compared, Last, Plan, last_of, plan_of, rows_of
from app.pages.deployment_reading import changed
from app.session import actor_from_state, for_visitor, in_pool, in_thread
from models.errors import IdeasmithError
from services import deployment_backups
from services.accounts import Actor

BUSY_MS, CALM_MS = 1500, 15_000
DIALOG = "restore-data"
KEPT = "Kept are 7 nightly and 4 weekly ones, 10 made by hand, and 5 each from before restores and releases."


class BackupsState(rx.State):
    """What is known of the backups of the deployment in the address."""

    shown: bool = False
    nightly: bool = True
    rows: list[BackupRow] = []
    last: Last = Last()
    plan: Plan = Plan()
    with_data: list[str] = []

    @rx.var
    def busy(self) -> bool:
        """Whether something is under way that a person waits for."""
        return self.last.state == "wanted" or any(row.state == "wanted" for row in self.rows)

    @rx.event
    async def load(self) -> None:
        """Read them."""
        self.plan = Plan()
        await self._read()

    @rx.event
    async def refresh(self) -> None:
        """Read them again."""
        await self._read()

    @rx.event
    async def make(self) -> None:
        """Want a backup."""
        if await self._change(deployment_backups.make_backup, self._deployment()):
            await say(self, "The data is being backed up. The app goes on.")

    @rx.event
    async def set_nightly(self, on: bool) -> None:
        """Switch the nightly backup."""
        if await self._change(deployment_backups.set_nightly, self._deployment(), bool(on)):
            await say(self, "A backup is made every night." if on else "No backup is made at night any more.")

    @rx.event
    async def delete(self, backup_id: str) -> None:
        """Delete a backup; for 10 s that can be undone."""
        if await self._change(deployment_backups.delete_backup, backup_id):
            await say(self, "The backup was deleted.", undo="backups.keep", ids=[backup_id])

    @rx.event
    async def ask(self, backup_id: str) -> None:
        """Count what a restore would change."""
        actor = await actor_from_state(self)
        if actor is None:
            return
        self.plan = Plan(id=str(backup_id))
        try:
            known = await in_thread(deployment_backups.preview_restore, actor, backup_id)
            self.plan = plan_of(await in_pool(deployment_backups.with_present, known))
        except IdeasmithError as error:
            self.plan = Plan(problem=error.message)

    @rx.event
    async def restore(self) -> None:
        """Bring back the backup that was asked about. Its dialog has named the app."""
        plan, self.plan = self.plan, Plan()
        if plan.made_at and await self._change(deployment_backups.request_restore, plan.id, plan.slug):
            await say(self, "The data is being restored. It is backed up as it is first.")

    @rx.event
    async def roll_back(self, number: str) -> None:
        """Go back to an earlier release and its data."""
        if not number.isdecimal() or len(number) > 9:
            return
        service = deployment_backups.roll_back_with_data
        if await self._change(service, self._deployment(), int(number)):
            await say(self, f"Release {number} is coming back with its data.")

    def _forget(self) -> None:
        """Know nothing until it is read again."""
        self.shown, self.rows, self.last, self.with_data = False, [], Last(), []

    async def _change(self, service: Any, *arguments: Any) -> bool:
        done = await changed(self, service, *arguments)
        if done:
            await self._read()
        return done

    async def _read(self) -> None:
        try:
            found = await for_visitor(self, find_backups, self._deployment())
        except IdeasmithError:
            return  # the page itself says why it cannot be read
        if found is None:
            return
        view, with_data = found
        self.nightly, self.rows, self.last = view.nightly, rows_of(view), last_of(view.last_restore)
        self.with_data, self.shown = [str(one) for one in with_data], True

    def _deployment(self) -> str:
        return self.router.url.path.strip("/").partition("/")[2]


def find_backups(
    session: Session, actor: Actor | None, deployment_id: str
) -> tuple[deployment_backups.BackupsView, dict[int, datetime]] | None:
    """Return the backups, and the releases that can come back with their data; None for a visitor."""
    if actor is None:
        return None
    with_data = deployment_backups.releases_with_data(session, actor, deployment_id)
    return deployment_backups.list_backups(session, actor, deployment_id), with_data


UNDOS["backups.keep"] = Undo(
    deployment_backups.keep_backups, "The {} is back.", "{} backups are back.", BackupsState.refresh
)


def data_panel(name: Any) -> rx.Component:
    """Return the tab with the backups of the deployment called `name`."""
    state = BackupsState
    make = button(
        icon("plus"), "Back up now", on_click=state.make, busy=state.busy & (state.last.state != "wanted"),
        says="Backing up…",
    )  # fmt: skip
    nightly = rx.el.label(
        rx.el.input(type="checkbox", checked=state.nightly, on_change=state.set_nightly, id="nightly"),
        rx.el.span(rx.el.span("Back up every night", class_name="label"), rx.el.br(),
                   rx.el.span(KEPT, class_name="hint")),
        class_name="choice switch",
    )  # fmt: skip
    none = empty(
        "shield",
        "No backup yet",
        "One is made every night while the switch is on, and before each new release.",
    )
    return rx.el.div(
        _last(),
        rx.el.section(
            rx.el.div(rx.el.h2("Backups", class_name="card-title"), make, class_name="row apart"),
            nightly,
            class_name="card stack",
        ),
        rx.cond(state.rows.length() > 0, _table(), rx.cond(state.shown, none, bones("rows"))),
        _dialog(name),
        pulse(ms=rx.cond(state.busy, BUSY_MS, rx.cond(state.shown, CALM_MS, 0)), on_beat=state.refresh),
        class_name="stack",
    )


def _last() -> rx.Component:
    last = BackupsState.last
    when = rx.fragment(" ", ago(at=last.at), ".")
    undo = opener(
        icon("undo"), "Undo", dialog=DIALOG, class_name="small-button", aria_label="Undo the restore",
        on_click=BackupsState.ask(last.undo),
    )  # fmt: skip
    done = notice(
        "check", "The data was restored", when, " ", last.detail,
        rx.cond(last.undo != "", rx.el.p("What was there before is kept as a backup. ", undo)),
        kind="good",
    )  # fmt: skip
    return rx.el.div(
        rx.match(
            last.state,
            (
                "wanted",
                notice(
                    "clock", "The data is being restored.", " It is backed up as it is first.", kind="info"
                ),
            ),
            ("done", done),
            (
                "returned",
                notice("alert", "The restore was taken back", when, " ", last.detail, kind="danger"),
            ),
            ("failed", notice("alert", "The restore did not begin", when, " ", last.detail, kind="danger")),
            rx.fragment(),
        ),
        role="status",
    )


def _table() -> rx.Component:
    def row(one: rx.Var[BackupRow]) -> rx.Component:
        ready = one.state == "ready"
        note = rx.cond(one.note != "", rx.el.p(one.note, class_name="small muted"))
        return rx.el.tr(
            cell("Backup", rx.el.div(one.kind, rx.el.p(one.holds, class_name="small muted"), note)),
            cell("State", badge(one.state, BACKUPS)),
            cell("Release", one.release, right=True),
            cell("Size", one.size, right=True),
            cell("Made", ago(at=one.made_at), right=True),
            cell(
                "Actions",
                rx.el.div(rx.cond(ready, _restore(one)), _rest(one), class_name="row end"),
                right=True,
            ),
            key=one.id,
        )

    headers = ["Backup", "State", "Release", "Size", "Made", "Actions"]
    return table("Backups", headers, rx.foreach(BackupsState.rows, row), right=(2, 3, 4, 5))


def _restore(one: Any) -> rx.Component:
    return rx.fragment(
        opener("Restore", dialog=DIALOG, class_name="small-button", aria_label=f"Restore the {one.label}",
               on_click=BackupsState.ask(one.id)),
        anchor(icon("download"), href=f"/api/v1/backups/{one.id}/archive", class_name="button quiet small-button",
               aria_label=f"Download the {one.label}", title="Download"),
    )  # fmt: skip


def _rest(one: Any) -> rx.Component:
    delete = button(
        icon("trash"), kind="quiet", class_name="small-button", aria_label=f"Delete the {one.label}", title="Delete",
        on_click=BackupsState.delete(one.id),
    )  # fmt: skip
    return rx.cond(one.state != "wanted", delete)


def _dialog(name: Any) -> rx.Component:
    plan = BackupsState.plan

    def line(one: rx.Var[Compared]) -> rx.Component:
        return rx.el.tr(
            cell("What", one.what), cell("In the backup", one.then, right=True), cell("Now", one.now, right=True),
            key=one.what,
        )  # fmt: skip

    counted = rx.fragment(
        rx.el.p(plan.kind, ", made ", ago(at=plan.made_at), "."),
        rx.cond(plan.newer != "", notice("alert", "A newer release serves.", " ", plan.newer)),
        table("What changes", ["What", "In the backup", "Now"], rx.foreach(plan.lines, line), right=(1, 2)),
        rx.cond(plan.more != "", rx.el.p(plan.more)),
        rx.el.p(
            "The data is backed up as it is first. The app stops for a moment, and who reads waits. If it does not "
            "become healthy, the data from before comes back by itself."
        ),
    )
    waits = rx.cond(
        plan.problem != "",
        notice("alert", plan.problem, kind="danger"),
        rx.el.p("Counting what is there now …"),
    )
    return rx.el.dialog(
        rx.el.h2("Restore the data of ", name, "?", id=f"{DIALOG}-title"),
        rx.el.div(rx.cond(plan.made_at != "", counted, waits), class_name="stack tight", aria_live="polite"),
        rx.el.div(
            closer("Keep the data", dialog=DIALOG),
            closer("Restore data", dialog=DIALOG, kind="danger", disabled=plan.made_at == "",
                   on_click=BackupsState.restore),
            class_name="dialog-actions",
        ),
        id=DIALOG, class_name="dialog wide", aria_labelledby=f"{DIALOG}-title",
    )  # fmt: skip
