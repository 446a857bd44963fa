"""What a person may do with an execution: pause, go on, start again from any step, branch; and what it was before."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from app.components.badge import badge
from app.components.button import button, closer, opener
from app.components.empty import notice
from app.components.field import Changes, FieldGroup, schema_form
from app.components.icons import icon
from app.components.links import link
from app.components.toast import say
from app.pages.template_form import Form
from app.session import actor_from_state, in_thread
from app.wording import seconds
from models.errors import IdeasmithError, InvalidInput
from models.executions import ENDED, STEP_NAMES, UPGRADE_STEP_NAMES
from models.templates import TemplateVersion
from services import executions
from services.accounts import Actor
from services.executions.titles import TITLES

DIALOG = "again"
WHILE_TYPING_MS = 300


@dataclass
class Relation:
    """Another execution: one that this branched from, or that branched from this."""

    name: str
    address: str
    words: str


@dataclass
class AttemptRow:
    """One earlier attempt: how it ended, why, and how far it came."""

    number: str
    state: str
    why: str
    steps: str
    took: str


class ControlState(rx.State):
    """What is chosen in the dialog that starts an execution again or branches it."""

    execution_id: str = ""
    name: str = ""
    from_step: str = ""
    groups: list[FieldGroup] = []
    steps: list[tuple[str, str]] = []
    plan: str = ""
    branch_plan: str = ""
    refusal: str = ""
    past: list[AttemptRow] = []
    _typed: dict[str, Any] = {}
    _round: int = 0

    @rx.event
    async def begin(self) -> None:
        """Fill the dialog with the options that the execution has."""
        self.execution_id = self.router.url.path.strip("/").partition("/")[2]
        self.from_step, self._typed, self._round = "", {}, self._round + 1
        await self._draw()

    @rx.event
    async def choose(self, step: str) -> None:
        """Take the step that is done anew."""
        self.from_step = str(step) if step in UPGRADE_STEP_NAMES + STEP_NAMES else ""
        await self._draw()

    @rx.event
    async def change(self, name: str, value: str) -> None:
        """Take one change of the options, and tell what it means."""
        await self._draw((str(name), str(value)))

    @rx.event
    async def retry(self) -> None:
        """Start it again as chosen."""
        await self._do(executions.retry)

    @rx.event
    async def branch(self) -> Any:
        """Start another one as chosen, and go there."""
        made = await self._do(executions.branch)
        return rx.redirect(f"/executions/{made}") if made else None

    @rx.event
    async def look_back(self) -> None:
        """Read what the execution in the address was before it was retried."""
        self.past = []
        actor = await actor_from_state(self)
        wanted = self.router.url.path.strip("/").partition("/")[2]
        if actor is None:
            return
        try:
            found = await in_thread(executions.list_attempts, actor, wanted)
            self.past = [attempt_row(one) for one in found]
        except IdeasmithError:
            return  # the page itself says that there is no such execution

    async def _do(self, service: Any) -> str:
        actor = await actor_from_state(self)
        if actor is None:
            return ""
        try:
            made = await in_thread(start, actor, self.execution_id, service, self.from_step, self._typed)
        except IdeasmithError as error:
            await say(self, error.message, "failed")
            return ""
        return str(made)

    async def _draw(self, change: tuple[str, str] | None = None) -> None:
        actor = await actor_from_state(self)
        if actor is None:
            return
        try:
            found = await in_thread(look, actor, self.execution_id, self.from_step, self._typed, change)
        except IdeasmithError as error:
            self.refusal, self.plan = error.message, ""
            return
        self._typed, self.name, self.refusal = found.form.typed, found.name, found.refusal
        self.plan, self.branch_plan = found.plan, found.branch_plan
        self.groups, self.steps = found.form.groups(self._round), found.steps


@dataclass
class Look:
    """The dialog as it stands: its form, and what would happen."""

    form: Form
    name: str
    steps: list[tuple[str, str]]  # name and title
    plan: str = ""
    branch_plan: str = ""
    refusal: str = ""


def look(
    session: Session,
    actor: Actor,
    execution_id: str,
    from_step: str,
    typed: dict[str, Any],
    change: tuple[str, str] | None,
) -> Look:
    """Return the dialog after a change."""
    row = executions.find_execution(session, actor, execution_id)
    form = form_of(session, row, typed)
    if change is not None:
        form.change(*change)
    found = Look(form, row.name, steps_of(row))
    try:
        changes = changes_of(form, row.config)
        more = {"from_step": from_step, "changes": changes}
        retry = executions.plan_retry(session, actor, execution_id, **more)
        found.plan = retry.sentence.capitalize() if from_step or changes else ""
        if not row.upgrade:  # which belongs to its deployment
            branch = executions.plan_retry(session, actor, execution_id, branch=True, **more)
            found.branch_plan = branch.sentence.capitalize()
    except InvalidInput as error:
        form.refuse(error)
        found.refusal = error.message
    return found


def steps_of(row: Any) -> list[tuple[str, str]]:
    """Return the steps of an execution with what people call them."""
    return [(name, TITLES[name]) for name in (UPGRADE_STEP_NAMES if row.upgrade else STEP_NAMES)]


def start(
    session: Session, actor: Actor, execution_id: str, service: Any, from_step: str, typed: dict[str, Any]
) -> str:
    """Retry or branch an execution as the dialog stands."""
    row = executions.find_execution(session, actor, execution_id)
    changes = changes_of(form_of(session, row, typed), row.config)
    return str(service(session, actor, execution_id, from_step=from_step, changes=changes).id)


def form_of(session: Session, row: Any, typed: dict[str, Any]) -> Form:
    """Return the form of an execution's options."""
    version = session.get_one(TemplateVersion, row.template_version_id)
    return Form(version.config_schema, typed or dict(row.config))


def changes_of(form: Form, config: dict[str, Any]) -> dict[str, Any]:
    """Return the options that differ from those of the execution."""
    return {name: value for name, value in form.config().items() if value != config.get(name)}


def attempt_row(view: executions.AttemptView) -> AttemptRow:
    """Return an earlier attempt as the page shows it."""
    done = sum(step["state"] == "succeeded" for step in view.steps)
    took = (
        (view.finished_at - view.started_at).total_seconds() if view.finished_at and view.started_at else None
    )
    return AttemptRow(
        f"Attempt {view.number}",
        view.state,
        view.error_message,
        f"{done} of {len(view.steps)} steps",
        "" if took is None else seconds(took),
    )


def relations(view: executions.ExecutionView) -> list[Relation]:
    """Return the executions on the other ends of this one's branches."""
    found = []
    if source := view.branched_from:
        found.append(Relation(source.name, f"/executions/{source.id}", f"Branch{at(source.from_step)} of"))
    found += [
        Relation(one.name, f"/executions/{one.id}", f"Branched{at(one.from_step)} to")
        for one in view.branches
    ]
    return found


def at(step: str) -> str:
    """Say at which step, where one was named."""
    return f" at “{TITLES.get(step, step)}”" if step else ""


def pause_words(view: executions.ExecutionView) -> str:
    """Return the heading over a pause; empty when nobody has asked for one."""
    if not view.pausing or view.state in ENDED:
        return ""
    following = next((step for step in view.steps if step.state in ("queued", "cancelled")), None)
    before = f"before “{following.title}”" if following else "here"
    return f"Paused {before}" if view.state == "waiting" else f"Pauses {before}"


def pause_button(head: Any, on_pause: Any, on_resume: Any) -> rx.Component:
    """Return the button that pauses or resumes what has not ended."""
    marked = {"data-pause": True}
    pause = button(icon("pause"), "Pause", on_click=on_pause, custom_attrs=marked)
    resume = button(icon("play"), "Resume", kind="ink", on_click=on_resume, custom_attrs=marked)
    keep = button(icon("play"), "Do not pause", on_click=on_resume, custom_attrs=marked)
    return rx.cond(
        head.state == "waiting", resume, rx.cond(head.pausing, keep, rx.cond(~head.cancelling, pause))
    )


def again_button() -> rx.Component:
    """Return the button that opens the dialog."""
    return opener(
        icon("branch"), "Go on from…", dialog=DIALOG, on_click=ControlState.begin, id="go-on-from",
        class_name="go-on-from",
    )  # fmt: skip


def pause_notice(words: Any) -> rx.Component:
    """Return what is said while an execution is paused, or about to be."""
    text = rx.el.p("It holds no worker while it waits. Resume it when you like; cancelling works as well.")
    return rx.el.div(
        rx.cond(words != "", notice("pause", words, text, kind="info")), role="status", class_name="alert"
    )


def related(rows: Any) -> rx.Component:
    """Return links to where it branched from and to."""
    return rx.foreach(
        rows,
        lambda row: rx.el.span(
            icon("branch"), row.words, " ", link(row.name, to=row.address), class_name="fact"
        ),
    )


def past_attempts() -> rx.Component:
    """Return what it was before, folded."""
    rows = rx.foreach(
        ControlState.past,
        lambda row: rx.el.li(
            rx.el.div(rx.el.strong(row.number), badge(row.state), class_name="row tight"),
            rx.el.span(row.steps, rx.cond(row.took != "", f" · {row.took}", ""), class_name="fact"),
            rx.cond(row.why != "", rx.el.p(row.why, class_name="muted")),
            class_name="stack",
        ),
    )
    return rx.cond(
        ControlState.past.length() > 0,  # type: ignore[attr-defined]
        rx.el.details(
            rx.el.summary("Earlier attempts"),
            rx.el.ol(rows, class_name="stack attempts"),
            rx.el.p("Everything that they said is in the log above each retry.", class_name="hint"),
            class_name="card stack past",
        ),
    )


def again_dialog(on_retried: Any, ended: Any) -> rx.Component:
    """Return the dialog: from which step, with which options, and what that means."""
    state = ControlState
    changes = Changes(typed=state.change.debounce(WHILE_TYPING_MS), chosen=state.change)
    steps = rx.foreach(state.steps, lambda one: rx.el.option(one[1], value=one[0]))
    first = rx.el.option("Only what the changes need", value="")
    chosen = rx.el.select(
        first, steps, id="from-step", value=state.from_step, on_change=state.choose, class_name="input",
    )  # fmt: skip
    plan = rx.cond(state.plan != "", rx.el.p(rx.el.strong("Retry: "), state.plan))
    branch_plan = rx.cond(state.branch_plan != "", rx.el.p(rx.el.strong("Branch: "), state.branch_plan))
    said = rx.cond(
        state.refusal != "",
        rx.el.p(icon("alert"), state.refusal, class_name="field-error"),
        rx.fragment(rx.cond(ended, plan), branch_plan),
    )
    retry = closer(
        icon("retry"), "Retry", dialog=DIALOG, disabled=(state.plan == "") | (state.refusal != ""), kind="ink",
        on_click=[state.retry, on_retried, state.look_back],
    )  # fmt: skip
    branch = closer(
        icon("branch"),
        "Branch",
        dialog=DIALOG,
        disabled=(state.refusal != "") | (state.branch_plan == ""),
        on_click=state.branch,
    )
    return rx.el.dialog(
        rx.el.h2("Go on from a step", id=f"{DIALOG}-title"),
        rx.el.p("A retry goes on here; what was there stays readable. A branch is another execution, beside this one."),
        rx.el.div(
            rx.el.label("Do this step anew", html_for="from-step"), chosen,
            rx.el.span("Steps that nothing changes for are reused.", class_name="hint"),
            class_name="field dialog-part",
        ),
        rx.el.details(
            rx.el.summary("Other options"),
            rx.el.form(schema_form(state.groups, changes), class_name="form", no_validate=True),
            class_name="stack dialog-part options",
        ),
        rx.el.div(
            rx.el.div(said, role="status"),
            rx.el.div(
                closer("Leave it", dialog=DIALOG), branch, rx.cond(ended, retry), class_name="dialog-actions"
            ),
            class_name="dialog-foot",
        ),
        id=DIALOG, class_name="dialog wide", aria_labelledby=f"{DIALOG}-title",
    )  # fmt: skip
