"""Comments as they are read: threads newest first, below each its latest answers in the order they were given."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, and_, bindparam, func, or_, select, true, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.accounts import User
from models.comments import Comment, CommentVersion
from models.errors import NotFound
from models.ideas import Idea
from models.ids import Id, decode_id
from models.paging import Page, encode_cursor, page_limit
from services.accounts import Actor
from services.ideas.feed.cards import has_scope
from services.ideas.reading import ERASED_AUTHOR, find_idea
from services.keyset import place_of

# How many answers stand below a comment in a list; the others are asked for.
LATEST = 5
MOST_LATEST = 500
NAMES: tuple[Any, ...] = (col(User.name), col(User.erased_at))


class CommentState(StrEnum):
    """Whether a comment can be read."""

    SHOWN = "shown"
    DELETED = "deleted"  # by its author; it keeps its place while there are answers
    HIDDEN = "hidden"  # by a moderator; its author still reads it


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment as somebody reads it.

    `words` are Markdown, empty where they may not be read; `author_id` is None where the name may not be, or the
    account is gone. `by_author` says that the author of the idea wrote it, `mine` that the asker did. `answers` counts
    those that everybody sees, `latest` are the last of them, oldest first.
    """

    id: str
    idea_id: str
    parent_id: str | None
    author_id: str | None
    author_name: str
    by_author: bool
    mine: bool
    state: CommentState
    words: str
    created_at: datetime
    edited_at: datetime | None
    answers: int
    latest: tuple["CommentView", ...] = ()


@dataclass(frozen=True, slots=True)
class PastWords:
    """What a comment said until a moment."""

    words: str
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, by user id or nobody, and whose idea it is about."""

    user_id: str | None
    author_id: str


def reader_of(actor: Actor | None, idea: Idea) -> Reader:
    """Return how somebody reads what was said about an idea. A key that may not comment reads as visitors do."""
    own = actor is not None and has_scope(actor, "ideas:vote")
    return Reader(actor.user_id if actor is not None and own else None, idea.user_id)


def list_comments(
    session: Session, actor: Actor | None, idea_id: str, cursor: str = "", limit: int = 25
) -> Page[CommentView]:
    """Return what was said about an idea, newest first, at most 100 threads.

    Raises:
        NotFound: there is no such idea for them to see.
        InvalidInput: the cursor is not one of ours.
    """
    idea = find_idea(session, actor, idea_id)
    reader, size = reader_of(actor, idea), page_limit(limit)
    statement = rows_below(Comment, reader).where(
        col(Comment.idea_id) == idea.id,
        col(Comment.parent_id).is_(None),
        or_(is_read(Comment, reader.user_id), col(Comment.answers) > 0),
    )
    rows, more = read(session, statement, cursor, size)
    return Page(with_latest(session, [view_of(row, reader) for row in rows], reader), more)


def list_answers(
    session: Session, actor: Actor | None, comment_id: str, cursor: str = "", limit: int = 25
) -> Page[CommentView]:
    """Return the answers to a comment, newest first, at most 100.

    Raises:
        NotFound: there is no such comment for them to see.
        InvalidInput: the cursor is not one of ours.
    """
    row, reader = found(session, actor, comment_id)
    below = col(Comment.parent_id) == (row.parent_id or row.id)
    statement = rows_below(Comment, reader).where(below, is_read(Comment, reader.user_id))
    rows, more = read(session, statement, cursor, page_limit(limit))
    return Page([view_of(one, reader) for one in rows], more)


def thread_of(session: Session, actor: Actor | None, comment_id: str, latest: int = LATEST) -> CommentView:
    """Return the thread that a comment stands in; of its answers the `latest`, or all from that comment on.

    Raises:
        NotFound: there is no such comment for them to see.
    """
    row, reader = found(session, actor, comment_id)
    top = row
    if row.parent_id is not None:
        top = session.execute(rows_below(Comment, reader).where(col(Comment.id) == row.parent_id)).one()
        later = tuple_(col(Comment.created_at), col(Comment.id)) >= (row.created_at, row.id)
        since = select(func.count()).where(col(Comment.parent_id) == row.parent_id, later)
        latest = max(latest, session.scalar(since.where(is_read(Comment, reader.user_id))) or 0)
    elif not readable(row, reader) and not row.answers:
        raise missing()
    [thread] = with_latest(session, [view_of(top, reader)], reader, min(latest, MOST_LATEST))
    return thread


def one_view(session: Session, actor: Actor, idea: Idea, comment: Comment) -> CommentView:
    """Return a comment that was just written or changed."""
    reader = reader_of(actor, idea)
    return view_of(
        session.execute(rows_below(Comment, reader).where(col(Comment.id) == comment.id)).one(), reader
    )


def comment_history(session: Session, comment_id: str) -> list[PastWords]:
    """Return what a comment said before, newest first. For moderators: who asks is asked by the caller."""
    statement = select(col(CommentVersion.words), col(CommentVersion.replaced_at)).where(
        col(CommentVersion.comment_id) == comment_id
    )
    newest = (col(CommentVersion.replaced_at).desc(), col(CommentVersion.id).desc())
    return [PastWords(*row) for row in session.execute(statement.order_by(*newest))]


def found(session: Session, actor: Actor | None, comment_id: str) -> tuple[Row[Any], Reader]:
    """Return the row of a comment, and how it is read.

    Raises:
        NotFound: there is none, or it is an answer that may not be read, or the idea may not be.
    """
    decode_id("cmnt", comment_id)
    idea_id = session.scalar(select(col(Comment.idea_id)).where(col(Comment.id) == comment_id))
    if idea_id is None:
        raise missing()
    reader = reader_of(actor, find_idea(session, actor, idea_id))
    row = session.execute(rows_below(Comment, reader).where(col(Comment.id) == comment_id)).one()
    if row.parent_id is not None and not readable(row, reader):
        raise missing()
    return row, reader


def missing() -> NotFound:
    """Return the refusal for a comment that is not there to see."""
    return NotFound("There is no comment with that id, or it was deleted.")


def rows_below(table: Any, reader: Reader) -> Any:
    """Return the statement of comments with the names of who wrote them."""
    return select(*columns_of(table), *NAMES).join(User, col(User.id) == table.user_id)


def columns_of(table: Any) -> tuple[Any, ...]:
    """Return what is read of a comment."""
    return (
        table.id, table.idea_id, table.parent_id, table.user_id, table.words, table.answers, table.created_at,
        table.edited_at, table.deleted_at, table.hidden_at,
    )  # fmt: skip


def is_read(table: Any, me: Any) -> ColumnElement[bool]:
    """Whether the words of a comment may be read by the account `me`, or by a visitor, in SQL."""
    seen = table.hidden_at.is_(None)
    if me is not None:
        seen = or_(seen, table.user_id == me)
    return and_(table.deleted_at.is_(None), seen)


def readable(row: Row[Any], reader: Reader) -> bool:
    """Whether the words of a comment may be read."""
    return row.deleted_at is None and (row.hidden_at is None or row.user_id == reader.user_id)


def read(session: Session, statement: Any, cursor: str, size: int) -> tuple[Sequence[Row[Any]], str | None]:
    """Return the rows of a page, newest first, and the cursor of the next one."""
    key = (col(Comment.created_at), col(Comment.id))
    if cursor:
        statement = statement.where(tuple_(*key) < place_of(cursor, "cmnt"))
    rows = session.execute(statement.order_by(*(one.desc() for one in key)).limit(size + 1)).all()
    shown = rows[:size]
    return shown, encode_cursor(shown[-1].created_at, shown[-1].id) if len(rows) > size else None


def with_latest(
    session: Session, threads: list[CommentView], reader: Reader, most: int = LATEST
) -> list[CommentView]:
    """Return threads with their latest answers, read by one statement."""
    asked = [one.id for one in threads if one.answers or reader.user_id is not None]
    if not asked:
        return threads
    values = {"ids": asked, "most": most, "me": reader.user_id}
    below: dict[str, list[CommentView]] = {}
    for row in session.execute(latest_statement(reader.user_id is not None), values):
        below.setdefault(row.parent_id, []).append(view_of(row, reader))
    return [replace(one, latest=tuple(below.get(one.id, ()))) for one in threads]


@functools.cache
def latest_statement(signed_in: bool) -> Any:
    """Return the statement of the latest answers, built once: building it takes longer than running it.

    Of `ids` the threads, of `most` how many answers each, of `me` who reads, where somebody is signed in.
    """
    answer: Any = aliased(Comment)
    heads = select(col(Comment.id)).where(col(Comment.id).in_(bindparam("ids", expanding=True))).subquery()
    me = bindparam("me", type_=Id("user")) if signed_in else None
    newest = (
        select(*columns_of(answer))
        .where(answer.parent_id == heads.c.id, is_read(answer, me))
        .order_by(answer.created_at.desc(), answer.id.desc())
        .limit(bindparam("most", type_=Integer))
        .lateral()
    )
    return (
        select(*newest.c, *NAMES)
        .select_from(heads)
        .join(newest, true())
        .join(User, col(User.id) == newest.c.user_id)
        .order_by(newest.c.created_at, newest.c.id)
    )


def view_of(row: Row[Any], reader: Reader) -> CommentView:
    """Return a comment as it is read: without words and name where there is only its place."""
    state = CommentState.SHOWN
    if row.deleted_at is not None:
        state = CommentState.DELETED
    elif row.hidden_at is not None:
        state = CommentState.HIDDEN
    named = readable(row, reader)
    erased = row.erased_at is not None
    return CommentView(
        id=row.id, idea_id=row.idea_id, parent_id=row.parent_id,
        author_id=row.user_id if named and not erased else None,
        author_name="" if not named else ERASED_AUTHOR if erased else row.name or ERASED_AUTHOR,
        by_author=named and not erased and row.user_id == reader.author_id, mine=row.user_id == reader.user_id,
        state=state, words=row.words if named else "", created_at=row.created_at,
        edited_at=row.edited_at if named else None, answers=row.answers,
    )  # fmt: skip
