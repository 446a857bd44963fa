"""Notifications that were read long ago, and those that nobody reads."""

from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_
from sqlmodel import Session, col, select

from models.clock import now
from models.notifications import Notification
from models.settings import settings
from services.retention.candidates import Candidate, Outcome

CHUNK = 1_000
ALL = "all"
UNREAD = timedelta(days=365)


def due() -> Any:
    """Return the condition that a notification's time is over. What happened goes with it."""
    moment = now()
    read = col(Notification.read_at) < moment - timedelta(days=settings().keep_notifications_days)
    left = and_(col(Notification.read_at).is_(None), col(Notification.changed_at) < moment - UNREAD)
    return or_(read, left)


def find(session: Session) -> list[Candidate]:
    """Return all of them as one candidate."""
    count = session.scalar(select(func.count()).select_from(Notification).where(due())) or 0
    return [Candidate(ALL, 0, count)] if count else []


def remove(session: Session, _: str) -> Outcome:
    """Remove some of them."""
    some = select(Notification.id).where(due()).limit(CHUNK).with_for_update(skip_locked=True)
    ids = list(session.scalars(some))
    if not ids:
        return Outcome.KEPT
    session.execute(delete(Notification).where(col(Notification.id).in_(ids)))
    return Outcome.MORE if len(ids) == CHUNK else Outcome.REMOVED
