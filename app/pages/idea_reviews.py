"""Reviews of an idea on its page: what buyers say, one's own, and what the author replies."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from sqlmodel import Session

from app.components.button import button
from app.components.comment_form import Heard
from app.components.empty import failed
from app.components.pulse import focus_error
from app.components.reviews import Acts, marks, opinion, opinion_list, review_form
from app.components.skeleton import bones
from app.components.toast import say
from app.ideas.reading_talk import ROWS, given_in, read_verdict
from app.ideas.talk import SCALES, Mark, Opinion
from app.session import for_visitor
from models.errors import IdeasmithError, InvalidInput, NotFound
from models.ids import new_id
from models.paging import MOST
from services import reviews
from services.accounts import Actor
from services.reviews import ReviewFields

FIELDS = (*(name for name, *_ in SCALES), "would_build", "words")
NO_ERRORS = dict.fromkeys(FIELDS, "")
SIGNED_OUT = "You are signed out. Sign in first."


class ReviewsState(rx.State):
    """The reviews of the idea in the address, as far as they were read."""

    idea: str = ""
    told: str = ""
    averages: list[Mark] = []
    opinions: list[Opinion] = []
    mine: list[Opinion] = []
    given: dict[str, str] = given_in(None)
    may: bool = False
    replies: bool = False
    signed_in: bool = False
    more: str = ""
    problem: str = ""
    reference: str = ""
    heard: Heard = Heard()
    editing: bool = False
    errors: dict[str, str] = NO_ERRORS
    turn: int = 0

    @rx.event
    async def load(self) -> None:
        """Read what buyers say."""
        await self._read(ROWS)
        self.editing, self.errors = False, NO_ERRORS

    @rx.event
    async def load_more(self) -> None:
        """Read the reviews before those that are shown."""
        try:
            found = await for_visitor(self, read_verdict, self._idea(), self.more)
        except IdeasmithError as error:
            await say(self, error.message, "failed")
            return
        known = {one.id for one in self.opinions}
        self.opinions = [*self.opinions, *(one for one in found.opinions if one.id not in known)]
        self.more = found.more

    @rx.event
    async def edit(self) -> None:
        """Show the form."""
        self.editing, self.errors = True, NO_ERRORS

    @rx.event
    async def keep(self) -> None:
        """Leave what was said as it is."""
        self.editing, self.errors = False, NO_ERRORS

    @rx.event
    async def save(self, form: dict[str, Any]) -> None:
        """Give the review, or change it."""
        try:
            done = await self._do(_save, self._idea(), fields_in(form))
        except InvalidInput as error:
            self.errors = NO_ERRORS | {one.path.strip("/"): one.message for one in error.fields}
            self.turn += 1
            return
        if done:
            self.editing, self.errors = False, NO_ERRORS
            await say(self, "Your review stands. Its author is told.")

    @rx.event
    async def withdraw(self) -> None:
        """Take the review back."""
        if await self._do(_withdraw, self._idea()):
            await say(self, "Your review is withdrawn. You can give it again.")

    @rx.event
    async def reply(self, words: str, review_id: str, turn: str) -> None:
        """Reply to a review, or change the reply."""
        try:
            done = await for_visitor(self, _reply, str(review_id), str(words))
        except IdeasmithError as error:
            self.heard = Heard(str(turn), error.message)
            return
        self.heard = Heard(str(turn), "" if done else SIGNED_OUT)
        await self._read_again()

    @rx.event
    async def delete_reply(self, review_id: str) -> None:
        """Delete the reply to a review."""
        if await self._do(_delete_reply, str(review_id)):
            await say(self, "Your reply is deleted.")

    @rx.event
    async def mark(self, review_id: str, helpful: bool) -> None:
        """Say that a review helped, or take that back."""
        await self._do(_mark, str(review_id), helpful is True)

    def _idea(self) -> str:
        return self.router.url.path.rstrip("/").rpartition("/")[2]

    async def _do(self, fn: Callable[..., bool], *arguments: Any) -> bool:
        """Do something and read the reviews again; what is refused is told in a toast."""
        try:
            done: bool = await for_visitor(self, fn, *arguments)
        except InvalidInput:
            raise
        except IdeasmithError as error:
            await say(self, error.message, "failed")
            return False
        if done:
            await self._read_again()
        else:
            await say(self, SIGNED_OUT, "failed")
        return done

    async def _read_again(self) -> None:
        await self._read(min(MOST, max(ROWS, len(self.opinions))))

    async def _read(self, rows: int) -> None:
        idea, self.problem = self._idea(), ""
        try:
            found = await for_visitor(self, read_verdict, idea, "", rows)
        except NotFound:
            self.opinions, self.mine, self.may, self.told = [], [], False, ""  # the page itself says so
        except IdeasmithError as error:
            self.problem, self.reference = error.message, new_id("err")
        else:
            self.told, self.averages, self.opinions, self.mine = (
                found.told, found.averages, found.opinions, found.mine,
            )  # fmt: skip
            self.given, self.may, self.replies, self.signed_in = (
                found.given,
                found.may,
                found.replies,
                found.signed_in,
            )
            self.more = found.more
        self.idea = idea


def fields_in(form: dict[str, Any]) -> ReviewFields:
    """Return what was chosen and typed; what is missing stays missing, for the service to name."""
    scales = [
        int(value) if (value := str(form.get(name) or "")).isdecimal() and len(value) < 3 else None
        for name, *_ in SCALES
    ]
    build = {"yes": True, "no": False}.get(str(form.get("build") or ""))
    clarity, novelty, feasibility = scales
    return ReviewFields(clarity, novelty, feasibility, build, str(form.get("words") or ""))


def _save(session: Session, actor: Actor | None, idea_id: str, fields: ReviewFields) -> bool:
    if actor is not None:
        reviews.write_review(session, actor, idea_id, fields)
    return actor is not None


def _withdraw(session: Session, actor: Actor | None, idea_id: str) -> bool:
    if actor is not None:
        reviews.withdraw_review(session, actor, idea_id)
    return actor is not None


def _reply(session: Session, actor: Actor | None, review_id: str, words: str) -> bool:
    if actor is not None:
        reviews.write_reply(session, actor, review_id, words)
    return actor is not None


def _delete_reply(session: Session, actor: Actor | None, review_id: str) -> bool:
    if actor is not None:
        reviews.delete_reply(session, actor, review_id)
    return actor is not None


def _mark(session: Session, actor: Actor | None, review_id: str, helpful: bool) -> bool:
    if actor is not None:
        reviews.set_helpful(session, actor, review_id, helpful=helpful)
    return actor is not None


def reviews_section(idea: Any) -> rx.Component:
    """Return the reviews of the idea that the page shows."""
    trouble = failed(
        "The reviews could not be read", ReviewsState.problem, ReviewsState.load, ReviewsState.reference
    )
    known = rx.cond(ReviewsState.problem != "", trouble, _reviews())
    return rx.el.section(
        rx.el.h2("Reviews by buyers"),
        rx.cond(ReviewsState.idea == idea, known, bones("short", "block")),
        id="reviews", class_name="stack talk",
    )  # fmt: skip


def _reviews() -> rx.Component:
    on = Acts(
        signed_in=ReviewsState.signed_in, replies=ReviewsState.replies, answer=ReviewsState.heard,
        replied=ReviewsState.reply, unreplied=ReviewsState.delete_reply, marked=ReviewsState.mark,
    )  # fmt: skip
    nothing = "No buyer has reviewed it yet. Whoever has bought it can do so here."
    told = rx.cond(ReviewsState.told != "", ReviewsState.told, nothing)
    pager = rx.el.div(button("Older reviews", on_click=ReviewsState.load_more), class_name="pager")
    return rx.fragment(
        rx.el.p(told, class_name="muted"),
        rx.cond(
            ReviewsState.averages.length() > 0, rx.el.div(marks(ReviewsState.averages), class_name="card")
        ),
        rx.cond(ReviewsState.mine.length() > 0, rx.foreach(ReviewsState.mine, lambda one: _mine(one, on))),
        rx.cond(ReviewsState.may & (ReviewsState.mine.length() == 0), _form()),
        opinion_list(ReviewsState.opinions, on),
        rx.cond(ReviewsState.more != "", pager),
    )


def _mine(one: rx.Var[Opinion], on: Acts) -> rx.Component:
    acts = rx.el.div(
        rx.cond(
            ReviewsState.may & (one.state != "hidden"),
            button("Edit", class_name="small-button", on_click=ReviewsState.edit),
        ),
        rx.cond(
            one.state != "withdrawn",
            button("Withdraw", kind="quiet", class_name="small-button", on_click=ReviewsState.withdraw),
        ),
        class_name="row tight",
    )
    said = rx.el.div(rx.el.h3("Your review"), opinion(one, on), acts, class_name="card stack tight")
    return rx.cond(ReviewsState.editing, _form(), said)


def _form() -> rx.Component:
    keep = rx.cond(
        ReviewsState.editing, button("Keep it as it was", kind="quiet", on_click=ReviewsState.keep)
    )
    foot = rx.el.div(button("Send review", type="submit"), keep, class_name="row tight")
    return rx.el.div(
        rx.el.h3("What do you think of it?"),
        review_form(ReviewsState.given, ReviewsState.errors, ReviewsState.save, foot),
        focus_error(turn=ReviewsState.turn, within="review"),
        class_name="card stack tight",
    )
