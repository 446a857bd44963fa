"""What is due once a night, whichever clock comes first: a fact says when it was done last."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session

from models.clock import now
from models.installation import FactName
from services.facts import find_fact

NIGHT = timedelta(days=1)


def takes_turn(session: Session, name: FactName, every: timedelta = NIGHT) -> bool:
    """Whether this clock does a thing now: it is due, and no other clock is at it until this transaction ends.

    Whoever does it keeps the fact of that name.
    """
    last = find_fact(session, name)
    if last is not None and is_recent(last.at, every):
        return False
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext(f"ideasmith.{name}")))))


def is_recent(at: datetime, every: timedelta) -> bool:
    """Whether something was done a shorter while ago."""
    return now() - at < every
