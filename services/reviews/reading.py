"""Reviews as they are read, newest first, and what they say on average once there are three."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, or_, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.accounts import User
from models.errors import NotFound
from models.ideas import Idea
from models.ids import decode_id
from models.paging import Page, encode_cursor, page_limit
from models.reviews import Review, ReviewMark, ReviewReply
from services.accounts import Actor, require_scope
from services.ideas.access import has_bought, is_authors_side
from services.ideas.feed.cards import has_scope
from services.ideas.reading import ERASED_AUTHOR, find_idea
from services.keyset import place_of
from services.reviews.counting import counts, is_paid, tally

# Fewer say more about who was asked than about the idea.
LEAST_FOR_AVERAGES = 3


class ReviewState(StrEnum):
    """Whether a review counts. All but the first its author alone still reads."""

    SHOWN = "shown"
    WITHDRAWN = "withdrawn"  # by its author, who may give it again
    HIDDEN = "hidden"  # by a moderator
    REFUNDED = "refunded"  # its author gave the idea back


@dataclass(frozen=True, slots=True)
class ReplyView:
    """What the author of the idea replied. Markdown."""

    author_name: str
    words: str
    created_at: datetime
    edited_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review as somebody reads it: scales from 1 to 5, Markdown, and of which version it speaks.

    `author_id` is None where the account is gone; `mine` says that the asker wrote it, `marked` that they found it
    helpful, as `helpful` people did.
    """

    id: str
    idea_id: str
    author_id: str | None
    author_name: str
    mine: bool
    state: ReviewState
    version_number: int
    clarity: int
    novelty: int
    feasibility: int
    would_build: bool
    words: str
    helpful: int
    marked: bool
    created_at: datetime
    edited_at: datetime | None
    reply: ReplyView | None


@dataclass(frozen=True, slots=True)
class Averages:
    """What all reviews of an idea say: their number, and from three on the means, with the share who would build it."""

    count: int
    clarity: float | None = None
    novelty: float | None = None
    feasibility: float | None = None
    would_build: float | None = None


def averages_of(session: Session, actor: Actor | None, idea_id: str) -> Averages:
    """Return what the reviews of an idea say together.

    Raises:
        NotFound: there is no such idea for them to see.
    """
    given = tally(session, find_idea(session, actor, idea_id).id)
    if given.count < LEAST_FOR_AVERAGES:
        return Averages(given.count)
    return Averages(given.count, *(given.mean(at) for at in range(4)))


def list_reviews(
    session: Session, actor: Actor | None, idea_id: str, cursor: str = "", limit: int = 25
) -> Page[ReviewView]:
    """Return the reviews of an idea that count, newest first, at most 100.

    Raises:
        NotFound: there is no such idea for them to see.
        InvalidInput: the cursor is not one of ours.
    """
    idea, me, size = find_idea(session, actor, idea_id), reader_of(actor), page_limit(limit)
    statement = rows_for(me).where(col(Review.idea_id) == idea.id, counts())
    key = (col(Review.created_at), col(Review.id))
    if cursor:
        statement = statement.where(tuple_(*key) < place_of(cursor, "revw"))
    rows: Sequence[Row[Any]] = session.execute(
        statement.order_by(*(one.desc() for one in key)).limit(size + 1)
    ).all()
    shown = rows[:size]
    more = encode_cursor(shown[-1].created_at, shown[-1].id) if len(rows) > size else None
    return Page([view_of(row, me) for row in shown], more)


def my_review(session: Session, actor: Actor, idea_id: str) -> ReviewView | None:
    """Return what somebody has said of an idea, whether it counts or not; None while they said nothing."""
    require_scope(actor, "ideas:vote")
    me = actor.user_id
    statement = rows_for(me).where(col(Review.idea_id) == idea_id, col(Review.user_id) == me)
    row = session.execute(statement).one_or_none()
    return view_of(row, me) if row else None


def get_review(session: Session, actor: Actor | None, review_id: str) -> ReviewView:
    """Return one review: to everybody while it counts, else to its author.

    Raises:
        NotFound: there is no such review for them to see.
    """
    decode_id("revw", review_id)
    me = reader_of(actor)
    statement = rows_for(me).where(col(Review.id) == review_id, or_(counts(), col(Review.user_id) == me))
    row = session.execute(statement).one_or_none()
    if row is None:
        raise missing()
    find_idea(session, actor, row.idea_id)
    return view_of(row, me)


def missing() -> NotFound:
    """Return the refusal for a review that is not there to see."""
    return NotFound("There is no review with that id, or it was withdrawn.")


def may_review(session: Session, actor: Actor | None, idea: Idea) -> bool:
    """Whether somebody has bought an idea, and has no part in it."""
    return actor is not None and not is_own(actor, idea) and has_bought(session, actor, idea.id)


def is_own(actor: Actor, idea: Idea) -> bool:
    """Whether an idea is somebody's own, or their team's."""
    return idea.user_id == actor.user_id or is_authors_side(actor, idea)


def reader_of(actor: Actor | None) -> str | None:
    """Return who reads, by user id. A key that may not say anything reads as visitors do."""
    return actor.user_id if actor is not None and has_scope(actor, "ideas:vote") else None


def rows_for(me: str | None) -> Any:
    """Return the statement of reviews with names, replies, and the mark of who reads."""
    replier: Any = aliased(User)
    marked = (col(ReviewMark.review_id) == col(Review.id)) & (col(ReviewMark.user_id) == me)
    return (
        select(
            *Review.__table__.c,  # type: ignore[attr-defined]
            is_paid().label("paid"), col(User.name), col(User.erased_at), col(ReviewMark.user_id).label("marked_by"),
            col(ReviewReply.words).label("reply"), col(ReviewReply.created_at).label("replied_at"),
            col(ReviewReply.edited_at).label("reply_edited_at"), replier.name.label("replier"),
            replier.erased_at.label("replier_erased_at"),
        )
        .select_from(Review)
        .join(User, col(User.id) == col(Review.user_id))
        .outerjoin(ReviewMark, marked)
        .outerjoin(ReviewReply, col(ReviewReply.review_id) == col(Review.id))
        .outerjoin(replier, replier.id == col(ReviewReply.user_id))
    )  # fmt: skip


def view_of(row: Row[Any], me: str | None) -> ReviewView:
    """Return a review as it is read."""
    return ReviewView(
        id=row.id, idea_id=row.idea_id, author_id=row.user_id if row.erased_at is None else None,
        author_name=name_of(row.name, row.erased_at), mine=row.user_id == me, state=state_of(row),
        version_number=row.version_number, clarity=row.clarity, novelty=row.novelty, feasibility=row.feasibility,
        would_build=row.would_build, words=row.words, helpful=row.helpful, marked=row.marked_by is not None,
        created_at=row.created_at, edited_at=row.edited_at, reply=reply_of(row),
    )  # fmt: skip


def state_of(row: Row[Any]) -> ReviewState:
    """Return whether a review counts, and if not, why."""
    if row.hidden_at is not None:
        return ReviewState.HIDDEN
    if row.withdrawn_at is not None:
        return ReviewState.WITHDRAWN
    return ReviewState.SHOWN if row.paid else ReviewState.REFUNDED


def reply_of(row: Row[Any]) -> ReplyView | None:
    """Return what the author replied, if anything."""
    if row.reply is None:
        return None
    return ReplyView(
        name_of(row.replier, row.replier_erased_at), row.reply, row.replied_at, row.reply_edited_at
    )


def name_of(name: str | None, erased_at: datetime | None) -> str:
    """Return the name of an account."""
    return ERASED_AUTHOR if erased_at is not None or not name else name
