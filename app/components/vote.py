"""The vote: ember once it is cast, taken back by the same button, shown at once and then as the server counts it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import reflex as rx
from sqlmodel import Session

from app.components.toast import say
from app.session import for_visitor
from models.errors import IdeasmithError
from services.accounts import Actor
from services.votes import VoteResult, set_vote


@dataclass
class Answer:
    """What the server said to one press of a button. `count` is -1 where the vote was refused."""

    id: str = ""
    turn: str = ""
    count: int = 0
    voted: bool = False


class VoteState(rx.State):
    """The last answer to a vote of this tab, whichever list or page the button stands on."""

    answer: Answer = Answer()

    @rx.event
    async def vote(self, idea_id: str, voted: bool, turn: str) -> Any:
        """Cast a vote or take it back. A visitor is asked to sign in first, and comes back here."""
        try:
            result = await for_visitor(self, _vote, str(idea_id), voted is True)
        except IdeasmithError as error:
            self.answer = Answer(str(idea_id), str(turn), -1)
            await say(self, error.message, "failed")
            return None
        if result is None:
            where = self.router.url.path + (f"?{self.router.url.query}" if self.router.url.query else "")
            return rx.redirect(f"/sign-in?next={quote(where, safe='/')}")
        self.answer = Answer(str(idea_id), str(turn), result.count, result.voted)
        return None


def _vote(session: Session, actor: Actor | None, idea_id: str, voted: bool) -> VoteResult | None:
    return None if actor is None else set_vote(session, actor, idea_id, voted=voted)


class Vote(rx.Component):
    """The button. `answer` is what was said last; one to another idea, or to an earlier press, changes nothing."""

    library = rx.asset("vote.jsx", shared=True).importable_path
    tag = "Vote"
    idea: rx.Var[str]
    title: rx.Var[str]
    count: rx.Var[int]
    voted: rx.Var[bool]
    mine: rx.Var[bool]
    answer: rx.Var[Answer]
    on_vote: rx.EventHandler[rx.event.passthrough_event_spec(str, bool, str)]


def vote_button(*, idea: Any, title: Any, count: Any, voted: Any, mine: Any) -> rx.Component:
    """Return the vote of an idea. Who wrote it sees the number alone."""
    return Vote.create(
        idea=idea, title=title, count=count, voted=voted, mine=mine, answer=VoteState.answer,
        on_vote=VoteState.vote,
    )  # fmt: skip
