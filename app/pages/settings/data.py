"""Settings → Your data: everything as one archive, and the end of the account."""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from app.components.button import button
from app.components.empty import failed, notice
from app.components.icons import icon
from app.components.links import anchor
from app.components.moments import ago
from app.components.native_form import native_form, server_slot
from app.components.pulse import pulse
from app.components.skeleton import bones
from app.components.toast import say
from app.pages.settings.frame import section
from app.session import actor_from_state, in_thread
from app.shell import ShellState
from app.wording import count, moment
from models.errors import IdeasmithError
from services import privacy
from services.accounts import Actor

HERE = "/settings/data"
LOOK_EVERY_MS = 1500


@dataclass
class ExportRow:
    """The newest export. `state` is empty while there is none."""

    state: str = ""
    progress: int = 0
    step: str = ""
    size: str = ""
    ends: str = ""
    error: str = ""
    made_at: str = ""


@dataclass
class Farewell:
    """What would go and what would stay, in sentences; `first` is what must be done before."""

    email: str = ""
    goes: list[str] = field(default_factory=list)
    stays: list[str] = field(default_factory=list)
    first: list[str] = field(default_factory=list)


class DataState(rx.State):
    """What belongs to one person."""

    loaded: bool = False
    problem: str = ""
    export: ExportRow = ExportRow()
    farewell: Farewell = Farewell()
    beat: int = 0

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Read the newest export, and what deleting the account would do."""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect(f"/sign-in?next={HERE}")
        try:
            self._show(await in_thread(privacy.latest_export, actor))
            self.farewell, self.problem = await in_thread(_farewell, actor), ""
        except IdeasmithError as error:
            self.problem = error.message
        self.loaded = True
        return None

    @rx.event
    async def refresh(self) -> None:
        """Look how far the export is."""
        actor = await actor_from_state(self)
        if actor is not None:
            self._show(await in_thread(privacy.latest_export, actor))

    @rx.event
    async def start(self) -> None:
        """Ask for an export."""
        actor = await actor_from_state(self)
        if actor is None:
            return
        try:
            self._show(await in_thread(privacy.request_export, actor))
        except IdeasmithError as error:
            await say(self, error.message, "failed")

    def _show(self, view: privacy.ExportView | None) -> None:
        self.export = _row(view) if view else ExportRow()
        self.beat = LOOK_EVERY_MS if self.export.state in ("queued", "running") else 0


def _row(view: privacy.ExportView) -> ExportRow:
    return ExportRow(
        state=view.state,
        progress=view.progress,
        step=view.step or "waiting for a worker",
        size=f"{max(1, round(view.size_bytes / 1024)):,} KB",
        ends=moment(view.expires_at),
        error=view.error,
        made_at=moment(view.finished_at),
    )


def _farewell(session: Any, actor: Actor) -> Farewell:
    told = privacy.farewell(session, actor)
    goes = [
        "Your name, e-mail address, password, picture and sessions.",
        f"{count(told.executions, 'execution')} of your own teams, and {count(told.keys, 'API key')}.",
        *[f"The application {name}, with its data." for name in told.applications],
        *[f"The team {name}, in which nobody else is." for name in told.teams_deleted],
    ]
    stays = [
        *[f"What you made in {name} stays with that team, without your name." for name in told.teams_left],
        "Lines of the audit trail, without your name.",
    ]
    return Farewell(actor.email, goes, stays, told.first)


@rx.page(route="/settings/data", title="Your data · Settings · Ideasmith", image="/og.png",
         description="Everything of your account as one archive, and deleting the account.",
         on_load=[DataState.load, ShellState.load_if_old])  # fmt: skip
def data_page() -> rx.Component:
    """Return the page."""
    read = rx.cond(
        DataState.problem != "",
        failed("Your data could not be read", DataState.problem, DataState.load),
        rx.fragment(_export(), _delete()),
    )
    return section(
        HERE,
        server_slot("message"),
        rx.cond(DataState.loaded, read, bones("title", "rows", "rows")),
        pulse(ms=DataState.beat, on_beat=DataState.refresh),
    )


def _export() -> rx.Component:
    export = DataState.export
    ask = button("Make an export", kind="ink", on_click=DataState.start)
    at_work = rx.el.div(
        rx.el.progress(
            value=export.progress, max=100, aria_label="Progress of the export", class_name="progress"
        ),
        rx.el.p(f"{export.progress} % · ", export.step, class_name="muted small", role="status"),
        class_name="stack tight",
    )
    ready = rx.el.div(
        rx.el.p("Ready: ", export.size, ", made ", ago(at=export.made_at), ". It is removed seven days after."),
        rx.el.div(
            anchor(icon("download"), "Download the archive", href="/api/v1/account/export/archive",
                   class_name="button ink", download=True),
            button("Make a new one", on_click=DataState.start),
            class_name="row tight",
        ),
        class_name="stack tight",
    )  # fmt: skip
    broken = rx.el.div(
        notice("alert", "The export failed", rx.el.p(export.error), kind="danger"),
        ask,
        class_name="stack tight",
    )
    return rx.el.section(
        rx.el.h2("Export"),
        rx.el.p(
            "One zip archive: everything of your account as JSON, the source of your applications as git bundles, "
            "and a README that explains both.",
            class_name="muted",
        ),
        rx.match(
            export.state,
            ("queued", at_work),
            ("running", at_work),
            ("ready", ready),
            ("failed", broken),
            rx.el.div(ask),
        ),
        class_name="card stack", aria_label="Export",
    )  # fmt: skip


def _delete() -> rx.Component:
    told = DataState.farewell
    form = native_form(
        rx.el.div(
            rx.el.div(
                rx.el.label("Type your e-mail address", html_for="email"),
                rx.el.input(id="email", name="email", class_name="input", auto_complete="off", placeholder=told.email),
                class_name="field",
            ),
            button("Delete my account", kind="danger", type="submit"),
            class_name="row form-row",
        ),
        rx.el.p("You may be asked for your password. It cannot be undone.", class_name="hint"),
        action="/settings/data/delete", method="post", class_name="stack tight",
    )  # fmt: skip
    return rx.el.section(
        rx.el.h2("Delete your account"),
        rx.el.p("Make an export first if you want to keep anything.", class_name="muted"),
        rx.el.h3("What goes, at once"),
        _list(told.goes),
        rx.el.h3("What stays"),
        _list(told.stays),
        rx.cond(told.first.length() > 0, notice("alert", "Not yet", _list(told.first)), form),
        class_name="card stack", aria_label="Delete your account",
    )  # fmt: skip


def _list(items: Any) -> rx.Component:
    return rx.el.ul(rx.foreach(items, rx.el.li), class_name="bullets")
