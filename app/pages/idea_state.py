"""What the page of one idea shows, and what is done there."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from sqlmodel import Session

from app.components.toast import say
from app.ideas.look import Look, open_idea
from app.session import actor_from_state, for_visitor, in_thread
from models.errors import IdeasmithError, NotFound
from models.ids import new_id
from services import idea_templates, ideas, operators, purchases
from services.accounts import Actor


class IdeaState(rx.State):
    """What the page of one idea shows. What the idea sells never passes through here."""

    shown: str = ""
    missing: bool = False
    problem: str = ""
    reference: str = ""
    title: str = "Idea · Ideasmith"
    look: Look = Look()
    give_error: str = ""
    # Raised when the form did its work, so that it is drawn anew and empty.
    gave: int = 0

    @rx.event
    async def load(self) -> None:
        """Read the idea in the address."""
        path = self.router.url.path.rstrip("/")
        self.missing, self.problem, self.give_error = False, "", ""
        try:
            self.look = await for_visitor(self, open_idea, path.rpartition("/")[2])
            self.title = f"{self.look.title} · Ideasmith"
        except NotFound:
            self.missing, self.look = True, Look()
        except IdeasmithError as error:
            self.problem, self.reference, self.look = error.message, new_id("err"), Look()
        self.shown = path

    @rx.event
    async def unpublish(self) -> None:
        """Take the idea out of every list."""
        await self._move(ideas.unpublish, "It is out of every list. Whoever bought it still reads it.")

    @rx.event
    async def publish_again(self) -> None:
        """Put it back."""
        await self._move(ideas.publish_again, "It is published again.")

    @rx.event
    async def give(self, form: dict[str, Any]) -> None:
        """Give the idea to somebody, for the operator."""
        email = str(form.get("email", "")).strip()
        try:
            actor = await actor_from_state(self)
            if actor is None:
                return
            await in_thread(_give, actor, email, self.look.id)
        except IdeasmithError as error:
            self.give_error = error.message
            return
        self.give_error, self.gave = "", self.gave + 1
        await say(self, f"{email} can read it now.")

    @rx.event
    async def withdraw_template(self) -> None:
        """Take back what was made of the idea."""
        await self._move(idea_templates.withdraw_template, "It is withdrawn. What was built from it stays.")

    async def _move(self, service: Callable[..., Any], done: str) -> None:
        actor = await actor_from_state(self)
        if actor is None:
            return
        try:
            await in_thread(service, actor, self.look.id)
            await say(self, done)
        except IdeasmithError as error:
            await say(self, error.message, "failed")
        await self.load()


def _give(session: Session, actor: Actor, email: str, idea_id: str) -> None:
    purchases.grant(session, actor, operators.find_account(session, actor, email), idea_id)
