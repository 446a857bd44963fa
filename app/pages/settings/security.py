"""Security: the password, and the browsers that are signed in."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.components.badge import CONFIRMED, badge
from app.components.button import button, opener
from app.components.dialog import confirm
from app.components.empty import failed
from app.components.field import text_field
from app.components.links import anchor
from app.components.moments import ago
from app.components.native_form import native_form, server_slot
from app.components.skeleton import bones
from app.components.table import cell, table
from app.components.toast import say
from app.pages.settings.frame import section
from app.session import actor_from_state, in_thread
from app.shell import ShellState
from app.wording import count, moment
from models.errors import IdeasmithError
from services import sessions

SIGN_IN = "/sign-in?next=/settings/security"


@dataclass
class SessionRow:
    """One signed-in browser. Moments are ISO texts."""

    id: str
    device: str
    address: str
    created_at: str
    seen_at: str
    current: bool


class SecurityState(rx.State):
    """The sessions of one person."""

    loaded: bool = False
    problem: str = ""
    sessions: list[SessionRow] = []

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Read the sessions."""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect(SIGN_IN)
        try:
            self.sessions, self.problem = await in_thread(_rows, actor), ""
        except IdeasmithError as error:
            self.problem = error.message
        self.loaded = True
        return None

    @rx.event
    async def end(self, session_id: str) -> rx.event.EventSpec | None:
        """Sign one browser out."""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect(SIGN_IN)
        try:
            await in_thread(sessions.revoke_session, actor, str(session_id))
            await say(self, "That device is signed out.")
        except IdeasmithError as error:
            await say(self, error.message, "failed")
        return await self.load()

    @rx.event
    async def end_others(self) -> rx.event.EventSpec | None:
        """Sign every other browser out."""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect(SIGN_IN)
        ended = await in_thread(sessions.revoke_other_sessions, actor)
        await say(self, f"{count(ended, 'device')} signed out.")
        return await self.load()


def _rows(session: Any, actor: Any) -> list[SessionRow]:
    return [
        SessionRow(
            row.id, row.device, row.address, moment(row.created_at), moment(row.last_seen_at), row.current
        )
        for row in sessions.list_sessions(session, actor)
    ]


@rx.page(route="/settings/security", title="Security · Settings · Ideasmith", image="/og.png",
         description="Your password, and the devices that are signed in to your account.",
         on_load=[SecurityState.load, ShellState.load_if_old])  # fmt: skip
def security() -> rx.Component:
    """Return the section."""
    read = rx.cond(
        SecurityState.problem != "",
        failed("The sessions could not be read", SecurityState.problem, SecurityState.load),
        _sessions(),
    )
    return section(
        "/settings/security", _password(), rx.cond(SecurityState.loaded, read, bones("title", "rows"))
    )


def _password() -> rx.Component:
    others = rx.el.label(
        rx.el.input(type="checkbox", name="end_others", default_checked=True),
        "Sign every other device out",
        class_name="choice switch",
    )
    form = native_form(
        server_slot("message"),
        text_field("Your password", "password", type="password", auto_complete="current-password", required=True,
                   error=server_slot("error:password")),
        text_field("New password", "new_password", type="password", auto_complete="new-password", required=True,
                   hint="At least 8 characters.", error=server_slot("error:new_password")),
        others,
        rx.el.div(button("Change password", kind="lined", type="submit")),
        action="/auth/password", method="post", no_validate=True, class_name="form narrow",
    )  # fmt: skip
    forgotten = rx.el.p(
        "Do you not know it? ",
        anchor("Set a new one by mail", href="/forgot-password"),
        class_name="muted small",
    )
    return rx.el.section(rx.el.h2("Password"), form, forgotten, class_name="card stack")


def _sessions() -> rx.Component:
    headers = ["Device", "Address", "Signed in", "Last seen", "Action"]
    others = rx.cond(
        SecurityState.sessions.length() > 1,
        rx.fragment(
            opener("Sign out all others", dialog="end-others"),
            confirm("end-others", title="Sign out all other devices?", keep="Keep them", act="Sign out all others",
                    text="Each of them has to sign in again. This one stays.",
                    on_confirm=SecurityState.end_others),
        ),
    )  # fmt: skip
    return rx.el.section(
        rx.el.div(rx.el.h2("Signed-in devices"), others, class_name="row apart"),
        table("Signed-in devices", headers, rx.foreach(SecurityState.sessions, _row), right=(2, 3, 4)),
        class_name="stack", aria_label="Signed-in devices",
    )  # fmt: skip


def _row(row: rx.Var[SessionRow]) -> rx.Component:
    dialog = f"end-{row.id}"
    sign_out = rx.fragment(
        opener("Sign out", dialog=dialog, kind="quiet", aria_label=f"Sign out {row.device}"),
        confirm(dialog, title=f"Sign out {row.device}?", keep="Keep", act=f"Sign out {row.device}",
                text="It has to sign in again.", on_confirm=SecurityState.end(row.id)),
    )  # fmt: skip
    address = rx.cond(row.address != "", row.address, "–")
    return rx.el.tr(
        cell("Device", rx.el.strong(row.device)),
        cell("Address", rx.el.code(address)),
        cell("Signed in", ago(at=row.created_at), right=True),
        cell("Last seen", ago(at=row.seen_at), right=True),
        cell("Action", rx.cond(row.current, badge("here", CONFIRMED), sign_out), right=True),
        key=row.id,
    )
