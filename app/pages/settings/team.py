"""Settings → Team: the team that one works in, its members and invitations, and one's other teams."""

from typing import Any

import reflex as rx

from app.components.empty import failed
from app.components.skeleton import bones
from app.components.toast import say
from app.pages.settings import team_parts
from app.pages.settings.frame import section
from app.pages.settings.team_rows import TeamPage, page_of
from app.session import actor_from_state, in_thread, session_token
from app.shell import ShellState
from models.errors import IdeasmithError
from services import teams
from services.accounts import Actor

HERE = "/settings/team"


class TeamState(rx.State):
    """The team that the visitor works in."""

    loaded: bool = False
    problem: str = ""
    page: TeamPage = TeamPage()
    errors: dict[str, str] = {}
    # Raised when a form did its work, so that it is drawn anew and empty.
    turn: int = 0

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Read the team."""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect(f"/sign-in?next={HERE}")
        try:
            self.page, self.problem = await in_thread(page_of, actor), ""
        except IdeasmithError as error:
            self.problem = error.message
        self.loaded = True
        return None

    @rx.event
    async def create(self, form: dict[str, Any]) -> list[Any] | None:
        """Make a team and work in it."""
        actor = await actor_from_state(self)
        if actor is None:
            return None
        token = session_token(self.router.headers.cookie)
        if not await self._try("create", _create, actor, token, str(form.get("name", ""))):
            return None
        await say(self, "The team is made, and you work in it now.")
        return [ShellState.load, TeamState.load]

    @rx.event
    async def rename(self, form: dict[str, Any]) -> rx.event.EventSpec | None:
        """Give the team another name."""
        actor = await actor_from_state(self)
        if actor is None:
            return None
        name = str(form.get("name", ""))
        if not await self._try("rename", teams.rename_team, actor, actor.team_id, name):
            return None
        await self._again(actor, "The team has its new name.")
        return ShellState.load

    @rx.event
    async def invite(self, form: dict[str, Any]) -> None:
        """Invite somebody by mail."""
        actor = await actor_from_state(self)
        if actor is None:
            return
        email, role = str(form.get("email", "")), str(form.get("role", ""))
        if await self._try("invite", teams.invite, actor, actor.team_id, email, role):
            await self._again(actor, f"An invitation is on its way to {email.strip()}.")

    @rx.event
    async def change_role(self, user_id: str, role: str) -> None:
        """Give a member another role."""
        await self._change(teams.change_role, "The role is changed.", str(user_id), str(role))

    @rx.event
    async def remove(self, user_id: str) -> None:
        """Take a member out of the team."""
        await self._change(teams.remove_member, "The member is removed.", str(user_id))

    @rx.event
    async def leave(self) -> list[Any] | None:
        """Leave the team and work in the personal one."""
        actor = await actor_from_state(self)
        if actor is None or not await self._try("", teams.leave, actor, actor.team_id):
            return None
        await say(self, "You have left the team.")
        return [ShellState.load, TeamState.load]

    @rx.event
    async def resend(self, invitation_id: str) -> None:
        """Send an invitation again."""
        actor = await actor_from_state(self)
        if actor is not None and await self._try("", teams.resend, actor, str(invitation_id)):
            await self._again(actor, "The invitation is sent again; the link before has ended.")

    @rx.event
    async def revoke(self, invitation_id: str) -> None:
        """Take an invitation back."""
        actor = await actor_from_state(self)
        if actor is not None and await self._try("", teams.revoke, actor, str(invitation_id)):
            await self._again(actor, "The invitation is taken back.")

    async def _change(self, change: Any, done: str, *what: str) -> None:
        actor = await actor_from_state(self)
        if actor is None:
            return
        if await self._try("", change, actor, actor.team_id, *what):
            await self._again(actor, done)
        else:
            # The table shows again what is, rather than what was wished.
            await self._read(actor)

    async def _try(self, form: str, service: Any, *arguments: Any) -> bool:
        """Call a service; a refusal is told beside `form`, or in a toast where there is none."""
        try:
            await in_thread(service, *arguments)
        except IdeasmithError as error:
            if form:
                self.errors = {form: error.message}
            else:
                await say(self, error.message, "failed")
            return False
        self.errors = {}
        return True

    async def _again(self, actor: Actor, done: str) -> None:
        self.turn += 1
        await self._read(actor)
        await say(self, done)

    async def _read(self, actor: Actor) -> None:
        try:
            self.page = await in_thread(page_of, actor)
        except IdeasmithError as error:
            self.problem = error.message


def _create(session: Any, actor: Actor, token: str, name: str) -> None:
    made = teams.create_team(session, actor, name)
    actor.roles[made.id] = "owner"
    teams.choose_team(session, actor, token, made.id)


@rx.page(route="/settings/team", title="Team · Settings · Ideasmith", image="/og.png",
         description="Who is in your team, who is invited, and who may do what.",
         on_load=[TeamState.load, ShellState.load_if_old])  # fmt: skip
def team_page() -> rx.Component:
    """Return the page."""
    read = rx.cond(
        TeamState.problem != "",
        failed("The team could not be read", TeamState.problem, TeamState.load),
        team_parts.parts(TeamState),
    )
    return section(
        HERE,
        team_parts.answer(),
        rx.cond(TeamState.loaded, read, bones("title", "rows", "rows")),
    )
