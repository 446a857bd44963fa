"""How much an account may begin a day, by its trust: one table, and the one function that keeps to it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Session

from models.clock import now
from models.errors import LimitReached
from models.settings import settings
from services.accounts import Actor
from services.trust.days import add
from services.trust.levels import level_of


@dataclass(frozen=True, slots=True)
class Limit:
    """What a day may see of one thing: `most` by level, 0 to 4."""

    one: str
    many: str
    most: tuple[int, int, int, int, int]


LIMITS: dict[str, Limit] = {
    "ideas": Limit("idea", "ideas", (3, 6, 12, 25, 50)),
    "comments": Limit("comment", "comments", (10, 30, 60, 120, 240)),
    "reviews": Limit("review", "reviews", (3, 10, 20, 40, 80)),
    "reports": Limit("report", "reports", (5, 10, 20, 50, 100)),
}


def require_room(session: Session, actor: Actor, what: str) -> None:
    """Count one more of `what` ("ideas", "comments", "reviews", "reports") for today, where there is room for it.

    Called where the work starts and in its transaction: what is refused or fails later was not counted. Two at
    once follow each other. Operators have no limit.

    Raises:
        LimitReached: this level may do no more today; the sentence says how many it may, and when there is more.
    """
    limit = LIMITS[what]
    done = add(session, actor.user_id, what)
    if actor.is_operator or not settings().trust_limits:
        return
    level = level_of(session, actor.user_id)
    if done <= limit.most[level]:
        return
    raise LimitReached(
        f"At trust level {level} an account may make {words(limit, level)} a day, and that was it for today. "
        f"There is more room tomorrow{further(limit, level)}.",
        f"too_many_{what}",
        retry_after_s=seconds_left(now()),
    )


def words(limit: Limit, level: int) -> str:
    """Return how many a level may make, as people say it."""
    most = limit.most[level]
    return f"{most} {limit.one if most == 1 else limit.many}"


def further(limit: Limit, level: int) -> str:
    """Return what the next level allows."""
    if level == len(limit.most) - 1:
        return ""
    return f", and {limit.most[level + 1]} a day at level {level + 1}: your profile says what it asks for"


def seconds_left(moment: datetime) -> int:
    """Return how long the day still is, at least a second."""
    midnight = datetime.combine(moment.date() + timedelta(days=1), time(), moment.tzinfo)
    return max(1, int((midnight - moment).total_seconds()))
