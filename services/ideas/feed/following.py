"""Whoever writes what the head of Top is made of renews it before the commit.

Seen where statements are sent, so that no service can forget it and none has to know: the words of each statement say
which tables it writes. What goes around the sessions (COPY, a connection of one's own) calls `heads.renew` itself.
"""

import functools
import re
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from services.ideas.feed import heads

# Ideas, their ranks, and what of their authors a card shows.
SHOWN = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:idea_ranks|ideas)\b"
    r"|\bUPDATE\s+users\s+SET\b.*\b(?:name|erased_at)\s*=",
    re.IGNORECASE | re.DOTALL,
)
WRITES = "top_heads.writes"


@functools.lru_cache(maxsize=4096)
def writes_what_is_shown(statement: str) -> bool:
    """Whether a statement may change what the head of Top shows."""
    return SHOWN.search(statement) is not None


def has_written(session: Any) -> bool:
    """Whether a transaction has changed what the head of Top is made of, so that the head is behind for it alone."""
    return bool(session.info.get(WRITES))


@event.listens_for(Session, "after_begin")
def begin(session: Session, _: object, connection: Connection) -> None:
    """Let the connection tell the session of what it sends."""
    connection.info[WRITES] = session.info[WRITES] = session.info.get(WRITES) or []


@event.listens_for(Engine, "before_cursor_execute")
def note(connection: Connection, _: object, statement: str, *more: object) -> None:
    """Notice a statement that writes what is shown."""
    if WRITES in connection.info and writes_what_is_shown(statement):
        connection.info[WRITES].append(True)


@event.listens_for(Session, "before_commit")
def renew_last(session: Session) -> None:
    """Renew the head before the commit of a transaction that has written what it is made of."""
    if session.in_nested_transaction():
        return
    session.flush()
    if has_written(session):
        heads.renew(session)  # type: ignore[arg-type]
        session.info.pop(WRITES)


@event.listens_for(Session, "after_rollback")
def forget(session: Session) -> None:
    """What was rolled back was not written."""
    session.info.pop(WRITES, None)
