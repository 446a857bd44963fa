"""Published ideas, newest first: what feeds, the embed's neighbours and the sitemap are made of. Public text alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlmodel import Session, col

from models.accounts import User
from models.idea_ranks import IdeaRank
from models.ideas import Idea
from models.paging import Page, decode_cursor, encode_cursor, page_limit
from services.ideas.reading import ERASED_AUTHOR

COLUMNS: tuple[Any, ...] = (
    col(Idea.id), col(Idea.title), col(Idea.promise), col(Idea.problem), col(Idea.category), col(Idea.tags),
    col(Idea.language), col(Idea.price_cents), col(Idea.version_number), col(Idea.user_id).label("author_id"),
    func.coalesce(col(User.name), ERASED_AUTHOR).label("author_name"), col(IdeaRank.votes),
    col(IdeaRank.published_at), col(Idea.changed_at),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class IdeaEntry:
    """An idea as a list of others shows it: nothing of what it sells."""

    id: str
    title: str
    promise: str
    problem: str
    category: str
    tags: list[str]
    language: str
    price_cents: int
    version_number: int
    author_id: str
    author_name: str
    votes: int
    published_at: datetime
    changed_at: datetime


def newest(
    session: Session,
    *,
    category: str = "",
    author_id: str = "",
    tag: str = "",
    cursor: str = "",
    limit: int = 25,
) -> Page[IdeaEntry]:
    """Return what is published, newest first, at most 100.

    Raises:
        InvalidInput: the cursor is not one of ours.
        NotFound: the id of the author cannot exist.
    """
    statement = listed()
    if category:
        statement = statement.where(col(IdeaRank.category) == category)
    if author_id:
        statement = statement.where(col(Idea.user_id) == author_id)
    if tag:
        statement = statement.where(col(Idea.tags).contains([tag]))
    key = (col(IdeaRank.published_at), col(IdeaRank.idea_id))
    if cursor:
        statement = statement.where(tuple_(*key) < decode_cursor(cursor))
    size = page_limit(limit)
    rows = session.execute(statement.order_by(*(one.desc() for one in key)).limit(size + 1)).all()
    shown = [IdeaEntry(*row) for row in rows[:size]]
    more = encode_cursor(shown[-1].published_at, shown[-1].id) if len(rows) > size else None
    return Page(shown, more)


def listed() -> Select[Any]:
    """Return the statement of everything that everybody may find."""
    erased = (col(User.id) == col(Idea.user_id)) & col(User.erased_at).is_(None)
    return (
        select(*COLUMNS)
        .join(IdeaRank, col(IdeaRank.idea_id) == col(Idea.id))
        .outerjoin(User, erased)
        .where(col(IdeaRank.listed))
    )


def entries_of(session: Session, ids: Sequence[str]) -> list[IdeaEntry]:
    """Return those of some ideas that are published, newest first."""
    wanted = listed().where(col(Idea.id).in_(ids))
    newest_first = wanted.order_by(col(IdeaRank.published_at).desc(), col(IdeaRank.idea_id).desc())
    return [IdeaEntry(*row) for row in session.execute(newest_first)]
