"""What an account did on a day, as numbers. A day is UTC's."""

from datetime import timedelta

from sqlalchemy import bindparam, text
from sqlmodel import Session

from models.clock import now
from models.ids import Id

# A level rests on the last 400 days; what is older is nobody's business.
KEPT_DAYS = 400
COLUMNS = ("reads", "ideas", "comments", "reviews", "reports")
ADD = {
    name: text(f"""
    INSERT INTO trust_days (user_id, day, reads, ideas, comments, reviews, reports)
    VALUES (:user_id, :day, {", ".join("1" if one == name else "0" for one in COLUMNS)})
    ON CONFLICT (user_id, day) DO UPDATE SET {name} = trust_days.{name} + 1 RETURNING {name}
    """).bindparams(bindparam("user_id", type_=Id("user")))  # noqa: S608 - put together of constants
    for name in COLUMNS
}
FORGET = text("DELETE FROM trust_days WHERE day < :before")


def add(session: Session, user_id: str, what: str) -> int:
    """Count one more of `what` for today, and return how many those are. Two at once follow each other."""
    return int(session.execute(ADD[what], {"user_id": user_id, "day": now().date()}).scalar_one())


def note_reading(session: Session, user_id: str) -> None:
    """Count an idea that somebody read: that they did, not which."""
    add(session, user_id, "reads")


def forget(session: Session) -> int:
    """Delete the days that no level rests on any more."""
    gone = session.execute(FORGET, {"before": now().date() - timedelta(days=KEPT_DAYS)})
    return int(gone.rowcount)  # type: ignore[attr-defined]
