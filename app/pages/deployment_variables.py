"""What an application is told by its environment: its variables, what changed, and how to change them."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from app.components.button import button, opener
from app.components.dialog import confirm
from app.components.empty import empty, failed
from app.components.icons import icon
from app.components.moments import ago
from app.components.pulse import pulse
from app.components.skeleton import bones
from app.components.table import cell, table
from app.components.toast import say
from app.components.variables import DotenvDialog, VariableDialog, variable_opener
from app.pages.deployment_reading import changed
from app.session import for_visitor
from app.wording import moment
from models.errors import IdeasmithError, NotAllowed
from services import deployments, variables
from services.accounts import Actor

LOOK_MS = 2000
ONE, MANY = "variable", "dotenv"


@dataclass
class VariableRow:
    """One variable. `value` is empty for a secret, whose value is nowhere here."""

    name: str
    kind: str
    value: str
    changed_at: str
    changed_by: str
    problem: str


@dataclass
class SuggestionRow:
    """One that the application can use and does not have."""

    name: str
    description: str
    kind: str


class VariablesState(rx.State):
    """The variables of the deployment in the address."""

    loaded: bool = False
    allowed: bool = True
    problem: str = ""
    rows: list[VariableRow] = []
    suggestions: list[SuggestionRow] = []
    pending: int = 0
    asked: bool = False  # a restart was asked for, and is on its way

    @rx.event
    async def load(self) -> None:
        """Read them."""
        self.asked = False
        await self._read()

    @rx.event
    async def refresh(self) -> None:
        """Read them again."""
        await self._read()

    @rx.event
    async def unset(self, name: str) -> None:
        """Remove one."""
        if await self._do(variables.unset_variable, str(name)):
            await say(self, f"{name} is removed.")

    @rx.event
    async def apply(self) -> None:
        """Restart the application, so that it gets what has changed."""
        if await self._do(deployments.restart):
            self.asked = True

    async def _do(self, service: Any, *arguments: Any) -> bool:
        done = await changed(self, service, self._deployment(), *arguments)
        await self._read()
        return done

    def _forget(self) -> None:
        """Know nothing until it is read again."""
        self.loaded, self.rows, self.suggestions, self.pending = False, [], [], 0

    async def _read(self) -> None:
        self.problem, self.allowed = "", True
        try:
            view = await for_visitor(self, find_variables, self._deployment())
            if view is None:
                return
            self._show(view)
        except NotAllowed:
            self.allowed, self.rows, self.suggestions, self.pending = False, [], [], 0
        except IdeasmithError as error:
            self.problem = error.message
        self.loaded = True

    def _show(self, view: variables.VariablesView) -> None:
        self.rows = [
            VariableRow(
                one.name, one.kind, one.value or "", moment(one.changed_at), one.changed_by, one.problem
            )
            for one in view.items
        ]
        self.suggestions = [
            SuggestionRow(one.name, one.description, "secret" if one.secret else "plain")
            for one in view.suggestions
        ]
        self.pending = view.pending
        self.asked = self.asked and view.pending > 0

    def _deployment(self) -> str:
        return self.router.url.path.strip("/").partition("/")[2]


def find_variables(
    session: Session, actor: Actor | None, deployment_id: str
) -> variables.VariablesView | None:
    """Return the variables; None for a visitor."""
    return variables.list_variables(session, actor, deployment_id) if actor else None


def variables_panel(deployment_id: Any, name: Any) -> rx.Component:
    """Return the variables of a deployment."""
    state = VariablesState
    shown = rx.cond(
        state.problem != "",
        failed("The variables could not be read", state.problem, state.refresh, deployment_id),
        rx.cond(state.allowed, _variables(name), _closed()),
    )
    return rx.el.div(
        rx.cond(state.loaded, shown, bones("title", "rows", "rows")),
        VariableDialog.create(id=ONE, deployment=deployment_id, on_stored=state.refresh),
        DotenvDialog.create(id=MANY, deployment=deployment_id, on_stored=state.refresh),
        pulse(ms=rx.cond(state.pending > 0, LOOK_MS, 0), on_beat=state.refresh),
        class_name="stack",
    )


def _variables(name: Any) -> rx.Component:
    rows = table(
        "Variables",
        ["Name", "Value", "Changed", "Action"],
        rx.foreach(VariablesState.rows, _row),
        right=(2, 3),
    )
    none = empty(
        "keys", "No variables yet", "What the app reads from its environment: addresses, switches, keys.",
        rx.el.div(_add("ink"), _paste(), class_name="row"),
    )  # fmt: skip
    head = rx.el.div(
        rx.el.h2("Environment variables", class_name="card-title"),
        rx.el.div(_paste(), _add("lined"), class_name="row"),
        class_name="row apart",
    )
    some = VariablesState.rows.length() > 0
    return rx.fragment(_waiting(name), rx.cond(some, rx.fragment(head, rows), none), _suggestions())


def _add(kind: str) -> rx.Component:
    return variable_opener(icon("plus"), "Add a variable", dialog=ONE, look=kind)


def _paste() -> rx.Component:
    return opener("Paste a .env file", dialog=MANY)


def _waiting(name: Any) -> rx.Component:
    pending = VariablesState.pending
    changes = rx.cond(pending == 1, "1 change waits for a restart", f"{pending} changes wait for a restart")
    words = rx.el.p(name, " keeps answering: the new process takes over when it is ready.")
    act = button(
        icon("retry"), "Restart to apply", busy=VariablesState.asked, says="Restarting…",
        on_click=VariablesState.apply,
    )  # fmt: skip
    return rx.el.div(
        rx.cond(
            pending > 0,
            rx.el.div(
                icon("clock"), rx.el.div(rx.el.strong(changes), words), act, class_name="notice info asks"
            ),
        ),
        role="status",
    )


def _row(one: rx.Var[VariableRow]) -> rx.Component:
    secret = rx.el.span("Secret", class_name="tag")
    plain = rx.cond(
        one.problem != "",
        rx.el.span(one.problem, class_name="small muted"),
        rx.el.code(rx.cond(one.value == "", "(empty)", one.value), class_name="clip value", title=one.value),
    )
    dialog = f"unset-{one.name}"
    actions = rx.el.div(
        variable_opener(
            "Change", dialog=ONE, name=one.name, kind=one.kind, value=one.value, known=True, look="quiet",
            aria_label=f"Change {one.name}",
        ),
        opener("Remove", dialog=dialog, kind="quiet", aria_label=f"Remove {one.name}"),
        confirm(
            dialog, title=f"Remove {one.name}?", keep="Keep it", act="Remove",
            on_confirm=VariablesState.unset(one.name),
            text="The app runs with it until it is restarted. A secret cannot be brought back.",
        ),
        class_name="row end nowrap-row",
    )  # fmt: skip
    return rx.el.tr(
        cell("Name", rx.el.code(one.name)),
        cell("Value", rx.cond(one.kind == "secret", secret, plain)),
        cell(
            "Changed",
            rx.el.div(ago(at=one.changed_at), rx.el.div(one.changed_by, class_name="muted small")),
            right=True,
        ),
        cell("Action", actions, right=True),
        key=one.name,
    )


def _suggestions() -> rx.Component:
    def row(one: rx.Var[SuggestionRow]) -> rx.Component:
        return rx.el.li(
            rx.el.div(rx.el.code(one.name), rx.el.p(one.description, class_name="small muted")),
            variable_opener(
                icon("plus"), "Add", dialog=ONE, name=one.name, kind=one.kind, look="lined",
                aria_label=f"Add {one.name}",
            ),
            class_name="row apart",
        )  # fmt: skip

    return rx.cond(
        VariablesState.suggestions.length() > 0,
        rx.el.section(
            rx.el.h2("This app can use", class_name="card-title"),
            rx.el.ul(rx.foreach(VariablesState.suggestions, row), class_name="stack"),
            class_name="card stack",
        ),
    )


def _closed() -> rx.Component:
    return empty(
        "shield",
        "For those who manage this app",
        "Your role in this team reads deployments. Ask an owner or admin.",
    )
