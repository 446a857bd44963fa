"""Ideas in lists, newest first. Branch `feed` brings the other orders and takes this module's place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, tuple_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from models.accounts import User
from models.idea_ranks import IdeaRank, Vote
from models.ideas import Idea
from models.paging import Page, decode_cursor, encode_cursor
from models.purchases import Purchase, PurchaseState
from services.accounts import Actor
from services.ideas.reading import ERASED_AUTHOR

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class FeedQuery:
    """What of the feed is wanted. "" and 0 are no wish; `tab` is top, new, rising, featured or mine."""

    tab: str = "new"
    text: str = ""
    category: str = ""
    tag: str = ""
    language: str = ""
    most_price_cents: int = 0
    built: bool | None = None
    author_id: str = ""


@dataclass(frozen=True, slots=True)
class IdeaCard:
    """One idea in a list: what everybody may read of it, and how it stands to whoever asks."""

    id: str
    state: str
    title: str
    promise: str
    author_id: str
    author_name: str
    category: str
    tags: list[str]
    language: str
    price_cents: int
    votes: int
    comments: int
    built: bool
    featured: bool
    published_at: datetime | None
    voted: bool
    owns: bool
    mine: bool


def list_ideas(
    session: Session, actor: Actor | None, query: FeedQuery, cursor: str = "", limit: int = 25
) -> Page[IdeaCard]:
    """Return the ideas that fit, newest first, for a visitor (None) too.

    Raises:
        InvalidInput: the cursor is not one of ours.
    """
    me = actor.user_id if actor else None
    bought = sa_select(col(Purchase.idea_id)).where(
        col(Purchase.user_id) == me, col(Purchase.state) == PurchaseState.PAID
    )
    key: tuple[Any, Any] = (col(Idea.created_at), col(Idea.id)) if query.tab == "mine" else (
        col(IdeaRank.published_at), col(IdeaRank.idea_id)
    )  # fmt: skip
    columns: list[Any] = [
        Idea, IdeaRank, User.name, User.erased_at, col(Vote.user_id).is_not(None).label("voted"),
        col(Idea.id).in_(bought).label("bought"), key[0].label("at"),
    ]  # fmt: skip
    statement = (
        sa_select(*columns)
        .join(IdeaRank, col(IdeaRank.idea_id) == col(Idea.id))
        .join(User, col(User.id) == col(Idea.user_id))
        .outerjoin(Vote, and_(col(Vote.idea_id) == col(Idea.id), col(Vote.user_id) == me))
        .where(*wishes(query, me, bought))
        .order_by(key[0].desc(), key[1].desc())
    )  # fmt: skip
    if cursor:
        statement = statement.where(tuple_(*key) < decode_cursor(cursor))
    size = max(1, min(limit, MOST_ROWS))
    rows = session.execute(statement.limit(size + 1)).all()
    cards = [card_of(row, me) for row in rows[:size]]
    more = encode_cursor(rows[size - 1].at, cards[-1].id) if len(rows) > size else None
    return Page(cards, more)


def wishes(query: FeedQuery, me: str | None, bought: Any) -> list[ColumnElement[bool]]:
    """Return what a query asks of the rows."""
    if query.tab == "mine":
        asked: list[ColumnElement[bool]] = [or_(col(Idea.user_id) == me, col(Idea.id).in_(bought))]
    else:
        asked = [col(IdeaRank.listed).is_(True)]
    if query.tab == "featured":
        asked.append(col(IdeaRank.featured_until) > func.now())
    for column, wish in (
        (IdeaRank.category, query.category), (IdeaRank.language, query.language), (Idea.user_id, query.author_id),
    ):  # fmt: skip
        if wish:
            asked.append(col(column) == wish)
    if query.tag:
        asked.append(col(Idea.tags).contains([query.tag]))
    if query.most_price_cents:
        asked.append(col(IdeaRank.price_cents) <= query.most_price_cents)
    if query.built is not None:
        asked.append(col(IdeaRank.built) == literal(query.built))
    for word in query.text.lower().split()[:8]:
        asked.append(func.strpos(func.lower(Idea.title + " " + Idea.promise), word) > 0)
    return asked


def card_of(row: Any, me: str | None) -> IdeaCard:
    """Return one row as it is shown."""
    idea, rank = row.Idea, row.IdeaRank
    mine = idea.user_id == me
    return IdeaCard(
        id=idea.id, state=idea.state, title=idea.title, promise=idea.promise, author_id=idea.user_id,
        author_name=ERASED_AUTHOR if row.erased_at else row.name, category=idea.category, tags=list(idea.tags),
        language=idea.language, price_cents=idea.price_cents, votes=rank.votes, comments=rank.comments,
        built=rank.built, featured=rank.featured_until is not None, published_at=idea.published_at,
        voted=bool(row.voted), owns=mine or bool(row.bought), mine=mine,
    )  # fmt: skip
