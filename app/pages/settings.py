"""Settings: the account, its API keys, and the sandbox of this machine."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.components.button import closer, opener
from app.components.empty import failed
from app.components.icons import icon
from app.components.moments import ago
from app.components.new_key import new_key
from app.components.skeleton import bones
from app.components.table import cell, table
from app.components.toast import say
from app.session import actor_from_state, in_thread
from app.shell import ShellState, page_head, shell, tier_notice
from app.wording import moment
from models.errors import IdeasmithError
from services import keys
from services.accounts import SCOPES

SCOPE_WORDS = {
    "templates:read": "Read templates",
    "executions:read": "Read executions",
    "executions:write": "Launch, cancel and retry executions",
    "deployments:read": "Read deployments",
    "deployments:write": "Start, stop and delete deployments",
    "keys:read": "List API keys",
    "keys:write": "Make and revoke API keys",
}


@dataclass
class KeyRow:
    """One API key: what it is called and may do, never the key itself."""

    id: str
    name: str
    prefix: str
    scopes: str
    created_at: str
    used_at: str


class SettingsState(rx.State):
    """The keys of one person."""

    loaded: bool = False
    problem: str = ""
    keys: list[KeyRow] = []

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Read the keys."""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect("/sign-in?next=/settings")
        try:
            self.keys, self.problem = await in_thread(_rows, actor), ""
        except IdeasmithError as error:
            self.problem = error.message
        self.loaded = True
        return None

    @rx.event
    async def revoke(self, key_id: str) -> None:
        """End one key."""
        actor = await actor_from_state(self)
        if actor is None:
            return
        try:
            name = await in_thread(_revoke, actor, str(key_id))
            await say(self, f"{name} is revoked.")
        except IdeasmithError as error:
            await say(self, error.message, "failed")
        self.keys = await in_thread(_rows, actor)


def _rows(session: Any, actor: Any) -> list[KeyRow]:
    return [
        KeyRow(
            row.id,
            row.name,
            f"{row.prefix}…",
            ", ".join(row.scopes),
            moment(row.created_at),
            moment(row.last_used_at),
        )
        for row in keys.list_keys(session, actor)
    ]


def _revoke(session: Any, actor: Any, key_id: str) -> str:
    return keys.revoke_key(session, actor, key_id).name


@rx.page(route="/settings", title="Settings · Ideasmith", image="/og.png",
         description="Your account, your API keys, and the sandbox of this machine.",
         on_load=[ShellState.load, SettingsState.load])  # fmt: skip
def settings_page() -> rx.Component:
    """Return the page."""
    read = rx.cond(SettingsState.problem != "", failed("The keys could not be read", SettingsState.problem,
                   SettingsState.load), _keys())  # fmt: skip
    return shell(
        page_head("Settings"),
        rx.el.div(_account(), rx.cond(SettingsState.loaded, read, bones("title", "rows", "rows")), _sandbox(),
                  class_name="stack loose"),
        here="/settings",
    )  # fmt: skip


def _account() -> rx.Component:
    def figure(name: str, value: Any) -> rx.Component:
        return rx.el.div(rx.el.dt(name), rx.el.dd(value))

    figures = rx.el.dl(
        figure("Name", ShellState.name), figure("E-mail", ShellState.email), class_name="figures wide"
    )
    return rx.el.section(rx.el.h2("Account"), figures, class_name="card")


def _keys() -> rx.Component:
    headers = ["Name", "Key", "May", "Made", "Last used", "Action"]
    listed = table("API keys", headers, rx.foreach(SettingsState.keys, _row), right=(3, 4, 5))
    none = rx.el.p(
        "No keys yet. A program signs in with one: Authorization: Bearer ism_…", class_name="muted"
    )
    head = rx.el.div(
        rx.el.h2("API keys"),
        opener(icon("plus"), "Make a key", dialog="new-key", kind="ink"),
        class_name="row apart",
    )
    return rx.el.section(
        head,
        rx.cond(SettingsState.keys.length() > 0, listed, none),
        new_key("new-key", {scope: SCOPE_WORDS.get(scope, scope) for scope in sorted(SCOPES)}, SettingsState.load),
        class_name="stack", aria_label="API keys",
    )  # fmt: skip


def _row(row: rx.Var[KeyRow]) -> rx.Component:
    dialog = f"revoke-{row.id}"
    used = rx.cond(row.used_at != "", ago(at=row.used_at), rx.el.span("Never", class_name="muted"))
    return rx.el.tr(
        cell("Name", rx.el.strong(row.name)),
        cell("Key", rx.el.code(row.prefix)),
        cell("May", rx.el.span(row.scopes, class_name="muted small")),
        cell("Made", ago(at=row.created_at), right=True),
        cell("Last used", used, right=True),
        cell("Action", opener("Revoke", dialog=dialog, kind="quiet", aria_label=f"Revoke {row.name}"),
             _revoke_dialog(row, dialog), right=True),
        key=row.id,
    )  # fmt: skip


def _revoke_dialog(row: rx.Var[KeyRow], dialog: Any) -> rx.Component:
    return rx.el.dialog(
        rx.el.h2(f"Revoke {row.name}?"),
        rx.el.p("Programs that use it are refused at once. This cannot be undone."),
        rx.el.div(
            closer("Keep", dialog=dialog),
            closer(f"Revoke {row.name}", dialog=dialog, kind="danger", on_click=SettingsState.revoke(row.id)),
            class_name="dialog-actions",
        ),
        id=dialog, class_name="dialog", aria_label=f"Revoke {row.name}",
    )  # fmt: skip


def _sandbox() -> rx.Component:
    words = rx.match(
        ShellState.tier,
        (
            "strong",
            "Foreign code runs apart from this machine: own user, no network, limits on time, memory and disk.",
        ),
        (
            "good",
            "Foreign code runs apart from this machine. Memory is limited for each process only: no cgroup here.",
        ),
        ("weak", "Only templates of the house run here, with fewer walls around them."),
        ("none", "Nothing can be built on this machine yet."),
        "Not probed yet.",
    )
    tier = rx.el.div(
        rx.el.dt("Tier"), rx.el.dd(rx.cond(ShellState.tier != "", ShellState.tier.capitalize(), "–"))
    )
    return rx.el.section(
        rx.el.h2("Sandbox"), rx.el.dl(tier, class_name="figures wide"), rx.el.p(words, class_name="muted"),
        tier_notice(), class_name="card stack",
    )  # fmt: skip
