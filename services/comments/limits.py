"""How much one account may say: within a day by how far it is trusted, and within ten minutes anyway."""

from datetime import timedelta

from sqlalchemy import bindparam, func, text
from sqlmodel import Session, col, select

from models.clock import now
from models.comments import Comment
from models.errors import LimitReached
from models.ids import Id
from models.settings import settings
from services import rate_limits, trust
from services.trust.limits import LIMITS

DAY = timedelta(days=1)
# By trust level. Deleted ones count too: who says much and takes it back has said it.
A_DAY = LIMITS["comments"].most
# Two windows of one account wait for each other here, so that they cannot both write the last one of a day.
TURN = text("SELECT pg_advisory_xact_lock(hashtext('ideasmith.comments'), hashtext(CAST(:user_id AS text)))")
TURN = TURN.bindparams(bindparam("user_id", type_=Id("user")))


def take_turn(session: Session, user_id: str) -> None:
    """Wait until nobody else writes in the name of an account."""
    session.execute(TURN, {"user_id": user_id})


def use_one(session: Session, user_id: str) -> None:
    """Count one more comment of an account.

    Raises:
        LimitReached: it was too much for a day, or too fast; with the seconds to wait.
    """
    most, moment = A_DAY[trust.level_of(session, user_id)], now()
    lately = select(func.count(), func.min(Comment.created_at)).where(
        col(Comment.user_id) == user_id, col(Comment.created_at) > moment - DAY
    )
    written, first = session.execute(lately).one()
    if written >= most and settings().trust_limits:
        wait = max(1, round((first + DAY - moment).total_seconds()))
        raise LimitReached(
            f"An account like yours writes at most {most} comments a day. "
            f"The next one can be written in {rate_limits.waiting_words(wait)}.",
            "too_many_comments",
            retry_after_s=wait,
        )
    rate_limits.use_comment(user_id)
