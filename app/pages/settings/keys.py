"""API keys: made and shown once, listed with what they may and when they end, revoked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reflex as rx

from app.components.button import closer, opener
from app.components.empty import failed
from app.components.icons import icon
from app.components.links import anchor
from app.components.moments import ago, until
from app.components.new_key import new_key
from app.components.skeleton import bones
from app.components.table import cell, table
from app.components.toast import say
from app.pages.settings.frame import section
from app.session import actor_from_state, in_thread
from app.shell import ShellState
from app.wording import moment
from models.clock import now
from models.errors import IdeasmithError
from services import keys
from services.accounts import OPERATES, SCOPES, is_confirmed
from services.permissions import SCOPE_WORDS


@dataclass
class KeyRow:
    """One API key: what it is called and may do, never the key itself. Moments are ISO texts."""

    id: str
    name: str
    prefix: str
    scopes: str
    created_at: str
    used_at: str
    ends_at: str
    ended: bool


class KeysState(rx.State):
    """The keys of one person."""

    loaded: bool = False
    problem: str = ""
    confirmed: bool = False
    keys: list[KeyRow] = []

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Read the keys, and whether one may be made without entering the password first."""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect("/sign-in?next=/settings/keys")
        try:
            self.keys, self.problem = await in_thread(_rows, actor), ""
        except IdeasmithError as error:
            self.problem = error.message
        self.confirmed, self.loaded = is_confirmed(actor), True
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
            moment(row.expires_at),
            _has_ended(row.expires_at),
        )
        for row in keys.list_keys(session, actor)
    ]


def _has_ended(ends_at: datetime | None) -> bool:
    return ends_at is not None and ends_at <= now()


def _revoke(session: Any, actor: Any, key_id: str) -> str:
    return keys.revoke_key(session, actor, key_id).name


@rx.page(route="/settings/keys", title="API keys · Settings · Ideasmith", image="/og.png",
         description="Keys for programs: made, shown once, revoked.",
         on_load=[KeysState.load, ShellState.load_if_old])  # fmt: skip
def keys_page() -> rx.Component:
    """Return the section."""
    read = rx.cond(
        KeysState.problem != "",
        failed("The keys could not be read", KeysState.problem, KeysState.load),
        _keys(),
    )
    return section("/settings/keys", rx.cond(KeysState.loaded, read, bones("title", "rows", "rows")))


def _keys() -> rx.Component:
    headers = ["Name", "Key", "May", "Ends", "Last used", "Action"]
    listed = table("API keys", headers, rx.foreach(KeysState.keys, _row), right=(3, 4, 5))
    none = rx.el.p(
        "No keys yet. A program signs in with one: Authorization: Bearer ism_…", class_name="muted"
    )
    words = {scope: SCOPE_WORDS.get(scope, scope) for scope in sorted(SCOPES)}
    for_all = {scope: text for scope, text in words.items() if scope not in OPERATES}
    make = rx.cond(
        KeysState.confirmed,
        opener(icon("plus"), "Make a key", dialog="new-key", kind="ink"),
        anchor(icon("plus"), "Make a key", href="/confirm?next=/settings/keys", class_name="button ink"),
    )
    return rx.el.section(
        rx.el.div(rx.el.h2("API keys"), make, class_name="row apart"),
        rx.cond(KeysState.keys.length() > 0, listed, none),
        new_key("new-key", rx.cond(ShellState.is_operator, words, for_all), KeysState.load),
        class_name="stack",
        aria_label="API keys",
    )


def _row(row: rx.Var[KeyRow]) -> rx.Component:
    dialog = f"revoke-{row.id}"
    used = rx.cond(row.used_at != "", ago(at=row.used_at), rx.el.span("Never", class_name="muted"))
    ended = rx.el.span(icon("clock"), "Ended", class_name="badge cancelled")
    ends = rx.cond(
        row.ends_at == "",
        rx.el.span("Never", class_name="muted"),
        rx.cond(row.ended, ended, until(at=row.ends_at)),
    )
    made = rx.el.div("Made ", ago(at=row.created_at), class_name="muted small nowrap")
    return rx.el.tr(
        cell("Name", rx.el.strong(row.name)),
        cell("Key", rx.el.code(row.prefix), made),
        cell("May", rx.el.span(row.scopes, class_name="muted small")),
        cell("Ends", ends, right=True),
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
            closer(f"Revoke {row.name}", dialog=dialog, kind="danger", on_click=KeysState.revoke(row.id)),
            class_name="dialog-actions",
        ),
        id=dialog, class_name="dialog", aria_label=f"Revoke {row.name}",
    )  # fmt: skip
