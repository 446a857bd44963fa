"""Whom something in the marketplace concerns. Notifications listen here: one place says who is told of what.

Only ids are told: whoever shows them looks up what may still be read.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from enum import StrEnum

from sqlmodel import Session

from models.comments import Comment
from models.ideas import Idea
from models.reviews import Review

Tell = Callable[[Session, str, str, str, Mapping[str, str]], object]


class Happened(StrEnum):
    """What somebody is told."""

    COMMENTED = "comment.written"  # somebody wrote below an idea of theirs
    ANSWERED = "comment.answered"  # somebody answered a comment of theirs
    REVIEWED = "review.given"  # a buyer reviewed an idea of theirs
    REPLIED = "review.replied"  # the author replied to a review of theirs


def nobody_listens(
    session: Session, user_id: str, kind: str, subject_id: str, data: Mapping[str, str]
) -> None:
    """Keep it to ourselves: no notifications are joined to this place."""


# Set once by what keeps notifications: `notify(session, user_id, kind, subject_id, data)`.
listener: ContextVar[Tell] = ContextVar("listener", default=nobody_listens)


def tell(session: Session, user_id: str, kind: Happened, subject_id: str, **ids: str) -> None:
    """Tell one person."""
    listener.get()(session, user_id, str(kind), subject_id, ids)


def tell_of_comment(session: Session, idea: Idea, comment: Comment, answered: tuple[str, ...] = ()) -> None:
    """Tell the author of an idea of a comment below it, and `answered`, by user id, of an answer to theirs.

    Each is told once, and nobody of their own words.
    """
    told = {comment.user_id}
    for user_id in answered:
        if user_id not in told:
            tell(session, user_id, Happened.ANSWERED, comment.id, idea_id=idea.id)
            told.add(user_id)
    if idea.user_id not in told:
        tell(session, idea.user_id, Happened.COMMENTED, comment.id, idea_id=idea.id)


def tell_of_review(session: Session, idea: Idea, review: Review) -> None:
    """Tell the author of an idea that a buyer has reviewed it."""
    tell(session, idea.user_id, Happened.REVIEWED, review.id, idea_id=idea.id)


def tell_of_reply(session: Session, idea: Idea, review: Review) -> None:
    """Tell a buyer that the author has replied."""
    tell(session, review.user_id, Happened.REPLIED, review.id, idea_id=idea.id)
