"""What the frame knows: who looks, and in which box foreign code runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

import reflex as rx
from sqlmodel import Session

from app.bell import bell
from app.components.toast import say
from app.session import actor_from_state, for_visitor, in_thread, session_token
from models.clock import now
from models.errors import IdeasmithError
from models.settings import settings
from services import credentials, notifications, profile, rate_limits, sandbox, teams
from services.accounts import Actor
from services.one_time_links import hash_token
from services.sandbox.base import Probe

# How old the frame may be while somebody goes from screen to screen.
FRESH_FOR = timedelta(seconds=5)


@dataclass
class TeamChoice:
    """One of the visitor's teams, in the switcher."""

    id: str
    name: str
    chosen: bool


class ShellState(rx.State):
    """What the frame knows: who looks, and in which box foreign code runs."""

    loaded: bool = False
    name: str = ""
    email: str = ""
    tier: str = ""
    tier_fix: str = ""
    after: str = ""
    is_operator: bool = False
    sends_mail: bool = False
    unverified: bool = False
    picture: str = ""
    time_zone: str = ""
    team: str = ""
    teams: list[TeamChoice] = []
    # How many notifications are not read, 100 at most; app/bell.py has it looked at again.
    unread: int = 0
    _read_for: str = ""
    _read_at: datetime | None = None
    # Until the next visit: a new tab begins anew.
    hidden: bool = False

    @rx.var
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return bool(self.email)

    @rx.event
    async def load(self) -> None:
        """Read the visitor and the sandbox's tier."""
        actor, probe, who, choices, self.unread = await for_visitor(self, _look)
        bell.listen(self.router.session.client_token, actor.user_id if actor else "")
        self.name, self.email = (actor.name or actor.email, actor.email) if actor else ("", "")
        self.is_operator, self.unverified = (
            (actor.is_operator, not actor.email_verified) if actor else (False, False)
        )
        self.picture, self.time_zone = (who.picture, who.time_zone) if who else ("", "")
        self.teams = choices
        self.team = next((one.name for one in choices if one.chosen), "")
        self.sends_mail = bool(settings().smtp_host)
        self.tier, self.tier_fix = probe.tier.value, probe.fix
        # Going from one form to the other must not forget where the visitor wanted to go.
        wish = self.router.url.query_parameters.get("next", "")
        self.after = "?" + urlencode({"next": wish}) if wish else ""
        self.loaded, self._read_for, self._read_at = True, self._tab(), now()

    @rx.event
    async def count_unread(self) -> None:
        """Look how many notifications are not read."""
        self.unread = await for_visitor(self, _unread)

    @rx.event
    async def load_if_old(self) -> None:
        """Do so unless this tab has done it a moment ago: going from screen to screen changes nothing in the frame.

        A page that is loaded anew, or another cookie, always looks. Only the frame may be so old: whatever reads or
        changes data asks again who wants it.
        """
        if self._read_for != self._tab() or self._read_at is None or now() - self._read_at > FRESH_FOR:
            await self.load()

    def _tab(self) -> str:
        """Return which page load this is, by its socket, and in whose name."""
        cookie = self.router.headers.cookie
        return f"{self.router.session.session_id}:{hash_token(session_token(cookie))}"

    @rx.event
    async def choose_theme(self, theme: str) -> None:
        """Keep the theme that was chosen here for all browsers of this account; a visitor's stays in the cookie."""
        actor = await actor_from_state(self)
        if actor is not None:
            await in_thread(profile.set_theme, actor, str(theme))

    @rx.event
    async def send_verification(self) -> None:
        """Mail the link that confirms the visitor's address once more."""
        actor = await actor_from_state(self)
        if actor is None:
            return
        try:
            await in_thread(_send_verification, actor)
            await say(self, f"A link is on its way to {actor.email}.")
        except IdeasmithError as error:
            await say(self, error.message, "failed")

    @rx.event
    async def hide_notice(self) -> None:
        """Hide what asks to confirm the address, until the next visit."""
        self.hidden = True


def _send_verification(session: Session, actor: Actor) -> None:
    rate_limits.use_form("verify_mail", actor.user_id, mailed=actor.email)
    credentials.send_verification(session, actor)


def _unread(session: Session, actor: Actor | None) -> int:
    return notifications.count_unread(session, actor) if actor else 0


def _look(
    session: Session, actor: Actor | None
) -> tuple[Actor | None, Probe, profile.Profile | None, list[TeamChoice], int]:
    if actor is None:
        return None, sandbox.probe(), None, [], 0
    choices = [TeamChoice(one.id, one.name, one.chosen) for one in teams.list_teams(session, actor)]
    who = profile.get_profile(session, actor)
    return actor, sandbox.probe(), who, choices, _unread(session, actor)
