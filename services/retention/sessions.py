"""Sessions that ended long ago, by their end or by signing out."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, or_
from sqlmodel import Session, col, select

from models.accounts import UserSession
from models.clock import now
from models.settings import settings
from services.retention.candidates import Candidate, Outcome

CHUNK = 1_000
ALL = "all"


def due() -> Any:
    """Return the condition that a session ended long ago."""
    cutoff = now() - timedelta(days=settings().keep_sessions_days)
    return or_(col(UserSession.expires_at) < cutoff, col(UserSession.revoked_at) < cutoff)


def find(session: Session) -> list[Candidate]:
    """Return all of them as one candidate."""
    count = session.scalar(select(func.count()).where(due())) or 0
    return [Candidate(ALL, 0, count)] if count else []


def remove(session: Session, _: str) -> Outcome:
    """Remove some of them."""
    some = select(UserSession.id).where(due()).limit(CHUNK).with_for_update(skip_locked=True)
    ids = list(session.scalars(some))
    if not ids:
        return Outcome.KEPT
    session.execute(delete(UserSession).where(col(UserSession.id).in_(ids)))
    return Outcome.MORE if len(ids) == CHUNK else Outcome.REMOVED
