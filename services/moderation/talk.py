"""Comments and reviews as a moderator sees them."""

from typing import Any

from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from models.comments import Comment
from models.errors import NotFound
from models.ideas import Idea
from models.reviews import Review
from services import comments, reviews
from services.accounts import Actor
from services.moderation.seen import HIDDEN, Seen, Subject

LONGEST_TITLE = 60


def look_at_comment(session: Session, comment_id: str) -> Seen:
    """Return a comment with what it said before it was changed.

    Raises:
        NotFound: it is gone.
    """
    row = session.get(Comment, comment_id, populate_existing=True)
    idea = session.get(Idea, row.idea_id) if row else None
    if row is None or idea is None or not row.words:
        raise NotFound("This comment is no longer there.")
    before = [
        (f"Until {one.replaced_at:%d %B %Y %H:%M}", one.words)
        for one in comments.comment_history(session, row.id)
    ]
    state = "deleted" if row.deleted_at else HIDDEN if row.hidden_at else "shown"
    return Seen(
        row.id, "comment", title_of("Comment", row.words), [("Words", row.words), *before, ("Below", idea.title)],
        f"/ideas/{idea.id}?comment={row.id}#{row.id}", row.user_id, idea.team_id, state,
    )  # fmt: skip


def look_at_review(session: Session, review_id: str) -> Seen:
    """Return a review with its answers.

    Raises:
        NotFound: it is gone.
    """
    row = session.get(Review, review_id, populate_existing=True)
    idea = session.get(Idea, row.idea_id) if row else None
    if row is None or idea is None:
        raise NotFound("This review is no longer there.")
    build = "would build it" if row.would_build else "would not build it"
    given = f"Clarity {row.clarity}, novelty {row.novelty}, feasibility {row.feasibility}; {build}."
    state = "withdrawn" if row.withdrawn_at else HIDDEN if row.hidden_at else "shown"
    texts = [("Given", given), ("Words", row.words), ("Of", idea.title)]
    return Seen(
        row.id, "review", title_of("Review", row.words or idea.title), texts, f"/ideas/{idea.id}#{row.id}", row.user_id,
        idea.team_id, state,
    )  # fmt: skip


def sees_comment(session: Session, actor: Actor, comment_id: str) -> object:
    """Refuse whom a comment does not exist for.

    Raises:
        NotFound: there is no such comment for them to see.
    """
    return comments.thread_of(session, actor, comment_id)


def titles_of_comments(session: Session, ids: list[str]) -> dict[str, str]:
    """Return what comments are called."""
    return titles(session, Comment, "Comment", ids)


def titles_of_reviews(session: Session, ids: list[str]) -> dict[str, str]:
    """Return what reviews are called."""
    return titles(session, Review, "Review", ids)


def titles(session: Session, table: Any, kind: str, ids: list[str]) -> dict[str, str]:
    """Return the first words of what people said."""
    rows = session.execute(sa_select(table.id, table.words).where(col(table.id).in_(ids)))
    return {row.id: title_of(kind, row.words) for row in rows}


def title_of(kind: str, words: str) -> str:
    """Return a name for what somebody said: its kind and its first words."""
    said = " ".join(words.split())
    return (
        f"{kind}: {said[:LONGEST_TITLE]}{'…' if len(said) > LONGEST_TITLE else ''}"
        if said
        else f"{kind} without words"
    )


COMMENT = Subject("comment", sees_comment, look_at_comment, titles_of_comments, comments.hide, comments.show)
REVIEW = Subject("review", reviews.get_review, look_at_review, titles_of_reviews, reviews.hide, reviews.show)
