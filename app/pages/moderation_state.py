"""What the moderators' screen holds: the queue, the chosen case, and what is decided about it."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from sqlmodel import Session

from app.components.toast import say
from app.pages.moderation_rows import CaseLook, QueueRow, case_look, queue_row
from app.session import actor_from_state, in_thread
from app.wording import count
from models.errors import IdeasmithError, NotAllowed
from models.moderation import Decision
from services.accounts import Actor
from services.moderation import appeals, context, deciding, listing

# What the dialog asks for each act: its title, and the verb on its button.
ASKS = {
    "keep": ("Keep it", "Keep"),
    "hide": ("Hide it", "Hide"),
    "warn": ("Warn its author", "Warn"),
    "restore": ("Restore it", "Restore"),
    "close": ("Propose to close the account", "Propose closing"),
    "upheld": ("Let the decision stand", "Let it stand"),
    "overturned": ("Take the decision back", "Take it back"),
}
ANSWERS = ("upheld", "overturned")


class ModerationState(rx.State):
    """The queue, and the case that is looked at."""

    loaded: bool = False
    refused: bool = False
    problem: str = ""
    which: str = "waiting"
    headline: str = ""
    rows: list[QueueRow] = []
    more: str = ""
    chosen: str = ""
    case: CaseLook = CaseLook()
    acting: str = "keep"
    ask: str = ASKS["keep"][0]
    verb: str = ASKS["keep"][1]
    error: str = ""
    # The case whose paid part is being read, or nothing.
    reading: str = ""
    # Raised when the dialog did its work, so that it is drawn anew: closed and empty.
    turn: int = 0

    @rx.event
    async def load(self) -> Any:
        """Read the queue, and the case in the address, the chosen one, or the first."""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect("/sign-in?next=/moderation")
        wanted = self.router.url.query_parameters.get("case", "") if not self.loaded else ""
        await self._read(actor, wanted or self.chosen)
        return None

    @rx.event
    async def show(self, which: str) -> None:
        """Show the cases that wait, or those that are decided."""
        self.which = "decided" if which == "decided" else "waiting"
        actor = await actor_from_state(self)
        if actor is not None:
            await self._read(actor, "")

    @rx.event
    async def load_more(self) -> None:
        """Read the next cases of the list."""
        actor = await actor_from_state(self)
        if actor is None or not self.more:
            return
        try:
            page = await in_thread(listing.list_cases, actor, self.which, self.more)
        except IdeasmithError as error:
            await say(self, error.message, "failed")
            return
        self.rows, self.more = [*self.rows, *map(queue_row, page.items)], page.next_cursor or ""

    @rx.event
    async def choose(self, case_id: str) -> None:
        """Look at a case."""
        actor = await actor_from_state(self)
        if actor is not None:
            await self._open(actor, str(case_id))

    @rx.event
    async def begin(self, act: str) -> None:
        """Ask for the reason of an act."""
        self.acting = act if act in ASKS else "keep"
        (self.ask, self.verb), self.error = ASKS[self.acting], ""

    @rx.event
    async def decide(self, form: dict[str, Any]) -> None:
        """Decide the case, or answer its appeal, with the reason that was given."""
        reason, rule = str(form.get("reason", "")), str(form.get("rule", ""))
        actor = await actor_from_state(self)
        if actor is None:
            return
        try:
            if self.acting in ANSWERS:
                await in_thread(_answer, actor, self.case.appeal, self.acting, reason)
            else:
                await in_thread(_decide, actor, self.case.id, self.acting, rule, reason)
        except IdeasmithError as error:
            self.error = error.message
            return
        proposed = self.acting == "close"
        await say(
            self, "Proposed: another operator confirms it." if proposed else "Decided, and they are told."
        )
        self.error, self.turn = "", self.turn + 1
        await self._read(actor, self.chosen if proposed else self._next())

    @rx.event
    async def undo(self, decision_id: str) -> None:
        """Take a decision back."""
        await self._step(deciding.undo, decision_id, "Taken back: the case is open again.")

    @rx.event
    async def confirm_closing(self) -> None:
        """Close the account that another operator has proposed to close."""
        await self._step(deciding.confirm, self.case.proposal, "The account is closed.")

    @rx.event
    async def decline_closing(self) -> None:
        """Drop the proposal to close the account."""
        await self._step(deciding.decline, self.case.proposal, "The proposal is dropped.")

    @rx.event
    async def read_paid(self) -> None:
        """Show what the idea sells. The text itself never passes through here."""
        self.reading = self.case.id

    async def _step(self, service: Callable[..., Decision], decision_id: str, done: str) -> None:
        actor = await actor_from_state(self)
        if actor is None:
            return
        try:
            await in_thread(_take, service, actor, str(decision_id))
            await say(self, done)
        except IdeasmithError as error:
            await say(self, error.message, "failed")
        await self._read(actor, self.chosen)

    async def _read(self, actor: Actor, wanted: str) -> None:
        try:
            page = await in_thread(listing.list_cases, actor, self.which)
            waiting, overdue = await in_thread(listing.count_waiting, actor)
            self.rows, self.more = [queue_row(row) for row in page.items], page.next_cursor or ""
            self.headline = f"{count(waiting, 'case')} waiting" + (f", {overdue} overdue" if overdue else "")
            self.refused, self.problem = False, ""
            await self._open(actor, wanted or (self.rows[0].id if self.rows else ""))
        except NotAllowed:
            self.rows, self.case, self.refused = [], CaseLook(), True
        except IdeasmithError as error:
            self.problem = error.message
        self.loaded = True

    async def _open(self, actor: Actor, case_id: str) -> None:
        self.reading = ""
        if not case_id:
            self.chosen, self.case = "", CaseLook()
            return
        try:
            self.case = case_look(await in_thread(context.get_case, actor, case_id))
            self.chosen = case_id
        except IdeasmithError as error:
            self.chosen, self.case = "", CaseLook()
            await say(self, error.message, "failed")

    def _next(self) -> str:
        ids = [row.id for row in self.rows]
        at = ids.index(self.chosen) if self.chosen in ids else -1
        rest = ids[at + 1 :] or ids[:at] if at >= 0 else ids
        return rest[0] if rest else ""


# A row's attributes are gone with its session, so nothing is returned.
def _decide(session: Session, actor: Actor, case_id: str, action: str, rule: str, reason: str) -> None:
    deciding.decide(session, actor, case_id, action, rule, reason)


def _answer(session: Session, actor: Actor, appeal_id: str, outcome: str, words: str) -> None:
    appeals.answer(session, actor, appeal_id, outcome, words)


def _take(session: Session, service: Callable[..., Decision], actor: Actor, decision_id: str) -> None:
    service(session, actor, decision_id)
