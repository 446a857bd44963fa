"""Whom something said in the marketplace concerns: one place says who is told of what.

Only ids are told: whoever shows them looks up what may still be read.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from enum import StrEnum

from sqlmodel import Session

from models.comments import Comment
from models.ideas import Idea
from models.notifications import NotificationKind
from models.reviews import Review
from services.notifications.telling import notify

Tell = Callable[[Session, str, str, str, Mapping[str, str]], object]


class Happened(StrEnum):
    """What somebody is told. The subject is the idea, the cause what was said."""

    COMMENTED = NotificationKind.COMMENT.value  # somebody wrote below an idea of theirs
    ANSWERED = NotificationKind.ANSWER.value  # somebody answered a comment of theirs
    REVIEWED = NotificationKind.REVIEW.value  # a buyer reviewed an idea of theirs
    REPLIED = NotificationKind.REPLY.value  # the author replied to a review of theirs


# Whoever wants to hear instead of the notifications: a test.
listener: ContextVar[Tell] = ContextVar("listener", default=notify)


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
            tell(session, user_id, Happened.ANSWERED, idea.id, by=comment.user_id, comment=comment.id)
            told.add(user_id)
    if idea.user_id not in told:
        tell(session, idea.user_id, Happened.COMMENTED, idea.id, by=comment.user_id, comment=comment.id)


def tell_of_review(session: Session, idea: Idea, review: Review) -> None:
    """Tell the author of an idea that a buyer has reviewed it."""
    tell(session, idea.user_id, Happened.REVIEWED, idea.id, by=review.user_id, review=review.id)


def tell_of_reply(session: Session, idea: Idea, review: Review) -> None:
    """Tell a buyer that the author has replied."""
    tell(session, review.user_id, Happened.REPLIED, idea.id, by=idea.user_id, review=review.id)
