"""The people who run this installation: a section of the operator's overview."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.components.button import button, opener
from app.components.dialog import confirm
from app.components.links import anchor
from app.components.table import cell, table
from app.components.toast import say
from app.session import actor_from_state, in_thread
from models.errors import IdeasmithError
from services import operators
from services.accounts import is_confirmed

CONFIRM = "/confirm?next=/operations"


@dataclass
class OperatorRow:
    """One operator."""

    user_id: str
    name: str
    email: str
    you: bool


class OperatorsState(rx.State):
    """Who runs this installation."""

    rows: list[OperatorRow] = []
    confirmed: bool = False
    error: str = ""
    # Raised when the form did its work, so that it is drawn anew and empty.
    turn: int = 0

    @rx.event
    async def load(self) -> None:
        """Read who they are; nobody else is shown anything."""
        actor = await actor_from_state(self)
        self.rows, self.confirmed = [], actor is not None and is_confirmed(actor)
        if actor is not None and actor.is_operator:
            found = await in_thread(operators.list_operators, actor)
            self.rows = [OperatorRow(one.user_id, one.name, one.email, one.you) for one in found]

    @rx.event
    async def add(self, form: dict[str, Any]) -> Any:
        """Let somebody run this installation."""
        email = str(form.get("email", "")).strip()
        return await self._change(operators.add_operator, email, f"{email} runs this installation now.")

    @rx.event
    async def remove(self, email: str) -> Any:
        """Take an operator's rights back."""
        words = f"{email} does not run this installation any more."
        return await self._change(operators.remove_operator, str(email), words)

    async def _change(self, service: Callable[..., Any], email: str, done: str) -> Any:
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect("/sign-in?next=/operations")
        try:
            await in_thread(service, actor, email)
        except IdeasmithError as error:
            if error.code == "step_up_needed":
                return rx.redirect(CONFIRM)
            self.error = error.message
            return None
        self.error, self.turn = "", self.turn + 1
        await say(self, done)
        return OperatorsState.load


def operators_section() -> rx.Component:
    """Return the section."""
    listed = table(
        "Operators", ["Name", "E-mail", "Action"], rx.foreach(OperatorsState.rows, _row), right=(2,)
    )
    ask = rx.el.p(
        anchor("Enter your password", href=CONFIRM, class_name="button lined"),
        " to add or remove somebody.",
        class_name="row tight muted",
    )
    return rx.el.section(
        rx.el.h2("Operators"),
        rx.el.p("They see this page and the outbox, and are told by mail of every change here.", class_name="muted"),
        listed,
        rx.cond(OperatorsState.confirmed, _form(), ask),
        class_name="stack",
        aria_label="Operators",
    )  # fmt: skip


def _form() -> rx.Component:
    field = rx.el.input(
        id="operator-email", name="email", type="email", class_name="input", auto_complete="off",
        aria_invalid=OperatorsState.error != "", aria_describedby="error-operator",
    )  # fmt: skip
    problem = rx.el.p(OperatorsState.error, role="alert", id="error-operator", class_name="error")
    return rx.el.form(
        rx.el.div(
            rx.el.div(
                rx.el.label("E-mail of an account", html_for="operator-email", class_name="label"), field,
                class_name="field grow",
            ),
            button("Add operator", type="submit"),
            class_name="row form-row",
        ),
        rx.cond(OperatorsState.error != "", problem),
        on_submit=OperatorsState.add, no_validate=True, key=OperatorsState.turn.to_string(), class_name="stack tight",
    )  # fmt: skip


def _row(row: rx.Var[OperatorRow]) -> rx.Component:
    dialog = f"operator-{row.user_id}"
    remove = rx.fragment(
        opener("Remove", dialog=dialog, kind="quiet", aria_label=f"Remove {row.name}"),
        confirm(
            dialog,
            title=f"Take the operator's rights of {row.name} back?",
            text="The account itself stays. All operators are told by mail.",
            keep="Keep",
            act=f"Remove {row.name}",
            on_confirm=OperatorsState.remove(row.email),
        ),
    )
    alone = OperatorsState.rows.length() < 2
    last = rx.el.span("The only one", class_name="muted small")
    action = rx.cond(alone, last, rx.cond(OperatorsState.confirmed, remove))
    return rx.el.tr(
        cell("Name", rx.el.div(rx.el.strong(row.name), rx.cond(row.you, rx.el.span(" (you)", class_name="muted")))),
        cell("E-mail", rx.el.span(row.email, class_name="break")),
        cell("Action", action, right=True),
        key=row.user_id,
    )  # fmt: skip
