"""One execution, live: its steps, its log, and what its steps have shown."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import reflex as rx
from sqlmodel import Session

from app.components.address import at_address
from app.components.badge import badge, example_tag
from app.components.button import button, opener
from app.components.copying import copy_icon
from app.components.dialog import confirm
from app.components.empty import empty, failed, notice
from app.components.icons import icon
from app.components.links import anchor, link
from app.components.log import execution_log, log_address, run_steps, run_timeline
from app.components.moments import ago, elapsed
from app.components.pulse import pulse
from app.components.results import share_dialog
from app.components.skeleton import execution_bones
from app.components.tabs import tabs
from app.components.toast import say
from app.pages.execution_controls import (
    ControlState,
    Relation,
    again_button,
    again_dialog,
    past_attempts,
    pause_button,
    pause_notice,
    pause_words,
    related,
    relations,
)
from app.pages.execution_proof import Proof, proof_of, proof_panels
from app.pages.execution_provenance import ProvenanceState, provenance_panel
from app.session import actor_from_state, for_visitor, in_thread
from app.shell import ShellState, breadcrumbs, page_head, shell
from app.wording import moment, money
from models.errors import IdeasmithError, NotFound
from services import executions
from services.accounts import Actor
from services.executions.titles import titles_of

IN_LINE_MS = 3000
MOVING = ("queued", "running", "waiting")


@dataclass
class Head:
    """What stands above the log. Moments are ISO texts."""

    id: str = ""
    name: str = ""
    template: str = ""
    template_slug: str = ""
    state: str = "queued"
    created_at: str = ""
    started_at: str = ""
    finished_at: str = ""
    cost: str = "$0.00"
    error: str = ""
    next_action: str = ""
    url: str = ""
    deployment_id: str = ""
    again: str = ""
    cancelling: bool = False
    short_id: str = ""
    example: bool = False
    pausing: bool = False
    pause: str = ""
    place: str = ""
    attempt: int = 1


class ExecutionState(rx.State):
    """What the page of one execution shows. Log lines never pass through here."""

    shown: str = ""
    missing: bool = False
    problem: str = ""
    title: str = "Execution · Ideasmith"
    execution_id: str = ""
    log_name: str = "execution"
    titles: dict[str, str] = titles_of()  # of its steps, in their order
    head: Head = Head()
    relations: list[Relation] = []
    proof: Proof = Proof()
    busy: bool = False
    attempts: int = 0

    @rx.var
    def moving(self) -> bool:
        """Whether it can still be cancelled."""
        return self.head.state in MOVING

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Read the execution in the address."""
        self.missing, self.problem = False, ""
        return await self._read(self.router.url.path.strip("/").partition("/")[2])

    @rx.event
    async def refresh(self) -> rx.event.EventSpec | None:
        """Read again: a step began or ended."""
        return await self._read(self.execution_id)

    @rx.event
    async def cancel(self) -> None:
        """Ask the execution to stop."""
        await self._do(executions.cancel)

    @rx.event
    async def retry(self) -> None:
        """Start it again at the step that did not succeed."""
        await self._do(executions.retry)
        self.attempts += 1

    @rx.event
    async def pause(self) -> None:
        """Let it wait before its next step."""
        await self._do(executions.pause)

    @rx.event
    async def resume(self) -> None:
        """Let it go on."""
        await self._do(executions.resume)

    @rx.event
    async def again(self) -> None:
        """Show another attempt: its log begins anew."""
        self.attempts += 1
        await self._read(self.execution_id)

    async def _do(self, service: Any) -> None:
        actor = await actor_from_state(self)
        if actor is None:
            return
        try:
            await in_thread(lambda session: service(session, actor, self.execution_id) and None)
        except IdeasmithError as error:
            await say(self, error.message, "failed")
        await self._read(self.execution_id)

    async def _read(self, wanted: str) -> rx.event.EventSpec | None:
        try:
            found = await for_visitor(self, _find, wanted)
            if found is None:
                return rx.redirect("/sign-in?" + urlencode({"next": f"/executions/{wanted}"}))
            self._show(found)
        except NotFound:
            self.missing = True
        except IdeasmithError as error:
            self.problem = error.message
        self.shown = f"/executions/{wanted}"
        return ProvenanceState.load

    def _show(self, view: executions.ExecutionView) -> None:
        self.execution_id, self.title = view.id, f"{view.name} · Execution · Ideasmith"
        self.log_name = f"{view.template_slug}-{view.id[-8:]}"
        again = urlencode({name: _link_value(value) for name, value in view.config.items()})
        self.head = Head(
            view.id, view.name, view.template_name, view.template_slug, view.state, moment(view.created_at),
            moment(view.started_at), moment(view.finished_at), money(view.cost_cents), view.error_message,
            view.next_action, view.url, view.deployment_id or "", f"/templates/{view.template_slug}?{again}",
            view.cancel_requested, f"…{view.id[-6:]}", view.example, view.pausing,
            pause_words(view), view.place.sentence if view.place else "", view.attempt,
        )  # fmt: skip
        if (titles := titles_of([step.name for step in view.steps])) != self.titles:
            self.titles = titles
        self.proof = proof_of(view)
        self.relations = relations(view)


def _find(session: Session, actor: Actor | None, wanted: str) -> executions.ExecutionView | None:
    return executions.get_execution(session, actor, wanted) if actor else None


def _link_value(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return {True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else str(value)


@rx.page(route="/executions/[id]", title=ExecutionState.title, image="/og.png",
         description="One launch of a template, live: its steps, its log, its tests, its scan.",
         on_load=[ExecutionState.load, ShellState.load_if_old, ControlState.look_back])  # fmt: skip
def execution() -> rx.Component:
    """Return the page."""
    found = rx.cond(
        ExecutionState.missing, _missing(), rx.cond(ExecutionState.problem != "", _problem(), _page())
    )
    return shell(at_address(ExecutionState.shown, found, execution_bones(listed=True)), here="/executions")


def _page() -> rx.Component:
    head = ExecutionState.head
    return rx.fragment(
        breadcrumbs(("Executions", "/executions"), (head.name, "")),
        page_head(head.name, "", *_actions()),
        _facts(),
        _example(),
        _failure(),
        pause_notice(head.pause),
        rx.el.div(
            rx.el.aside(
                run_steps(**_source(), state=head.state), past_attempts(),
                class_name="card sticky", aria_label="Steps of this execution",
            ),
            tabs(
                "Execution",
                {
                    "Log": _log(), "Timeline": _timeline(), **proof_panels(ExecutionState.proof),
                    "Provenance": provenance_panel(),
                },
            ),
            class_name="split left",
        ),
        share_dialog("share", ExecutionState.execution_id),
        confirm(
            "cancel", title=f"Cancel {head.name}?", keep="Keep running", act="Cancel execution",
            text="Its processes end within 2 s. What is deployed already stays as it is.",
            on_confirm=ExecutionState.cancel,
        ),
        again_dialog(ExecutionState.again, ~ExecutionState.moving),  # type: ignore[operator]
        pulse(ms=rx.cond(head.place != "", IN_LINE_MS, 0), on_beat=ExecutionState.refresh),
    )  # fmt: skip


def _actions() -> list[rx.Component]:
    head = ExecutionState.head
    open_app = anchor(
        icon("open"), "Open app", href=head.url, target="_blank", rel="noopener", class_name="button ink"
    )
    cancelling = button("Cancel", busy=True, says="Cancelling…")
    cancel = rx.cond(head.cancelling, cancelling, opener(icon("stop"), "Cancel", dialog="cancel"))
    retry = button(icon("retry"), "Retry", kind="ink", on_click=ExecutionState.retry)
    again = link("Launch again", to=head.again, class_name="button lined")
    can_retry = (head.state == "failed") | (head.state == "cancelled")
    return [
        opener(icon("link"), "Share", dialog="share"),
        rx.cond(ExecutionState.moving, pause_button(head, ExecutionState.pause, ExecutionState.resume)),
        rx.cond(ExecutionState.moving, cancel),
        rx.cond(can_retry, retry),
        rx.cond(~head.example, again_button()),
        rx.cond(~ExecutionState.moving, again),  # type: ignore[operator]
        rx.cond((head.url != "") & (head.state == "succeeded"), open_app),
    ]


def _facts() -> rx.Component:
    head = ExecutionState.head
    return rx.el.div(
        badge(head.state),
        example_tag(head.example),
        rx.cond(head.attempt > 1, rx.el.span(f"Attempt {head.attempt}", class_name="fact")),
        rx.cond(head.place != "", rx.el.span(icon("recent"), head.place, class_name="fact", role="status")),
        rx.el.span(icon("clock"), elapsed(since=head.started_at, until=head.finished_at), class_name="fact"),
        rx.el.span(head.cost, class_name="fact"),
        link(head.template, to=f"/templates/{head.template_slug}", class_name="fact"),
        rx.el.span(
            rx.cond(head.example, "Recorded ", "Launched "), ago(at=head.created_at), class_name="fact"
        ),
        related(ExecutionState.relations),
        rx.el.span(rx.el.code(head.short_id), copy_icon(head.id, "Copy id"), class_name="fact"),
        class_name="row facts",
    )


def _example() -> rx.Component:
    words = (
        "This launch was recorded on another machine, to show what a finished one looks like. Its application does not "
        "run here, and no figure counts it. `ideasmith seed --remove` takes it away for good."
    )
    return rx.cond(
        ExecutionState.head.example, notice("executions", "A recorded example", words, kind="info")
    )


def _failure() -> rx.Component:
    head = ExecutionState.head
    said = notice("alert", head.error, head.next_action, kind="danger")
    return rx.el.div(
        rx.cond((head.error != "") & (head.state == "failed"), said), role="alert", class_name="alert"
    )


def _source() -> dict[str, Any]:
    """Return where every part of the view reads the same events."""
    url = log_address(ExecutionState.execution_id)
    return {"url": url, "turn": ExecutionState.attempts, "titles": ExecutionState.titles}


def _log() -> rx.Component:
    head = ExecutionState.head
    return execution_log(
        **_source(), name=ExecutionState.log_name, failure=head.error, next=head.next_action,
        on_state=ExecutionState.refresh,
    )  # fmt: skip


def _timeline() -> rx.Component:
    return run_timeline(**_source(), queued=ExecutionState.head.created_at)


def _missing() -> rx.Component:
    back = link("All executions", to="/executions", class_name="button lined")
    words = "There is none with this id, or it belongs to another team."
    return rx.fragment(
        page_head("No such execution"), empty("executions", "Nothing at this address", words, back)
    )


def _problem() -> rx.Component:
    return rx.fragment(
        page_head("Execution"),
        failed(
            "The execution could not be read",
            ExecutionState.problem,
            ExecutionState.refresh,
            ExecutionState.execution_id,
        ),
    )
