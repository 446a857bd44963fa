"""The bell: open pages of an account are told to look how much is unread. A ring never says what it is about."""

from collections.abc import Collection

import structlog
from redis import RedisError
from sqlmodel import Session

from models.db import after_commit
from services import queue

log = structlog.get_logger()

CHANNEL = "ideasmith:bell"


def ring_after_commit(session: Session, user_ids: Collection[str]) -> None:
    """Ring for accounts once what was changed is there to be read."""
    if user_ids:
        message = " ".join(user_ids)
        after_commit(session, lambda: ring(message))


def ring(message: str) -> None:
    """Ring. Without Redis pages see it when they are next gone to."""
    try:
        queue.redis().publish(CHANNEL, message)
    except RedisError as error:
        log.warning("bell.not_rung", error=str(error))
