"""The audit trail: one line beside each change, in the same transaction, never changed again."""

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Protocol

from sqlmodel import Session

from models.journal import AuditEntry

# Set by the edge for the length of a request, so that a line can be found from a log and back.
request_id: ContextVar[str] = ContextVar("request_id", default="")


class Doer(Protocol):
    """Whoever did it: an actor, as far as the trail is concerned."""

    @property
    def user_id(self) -> str:
        """The account."""
        ...

    @property
    def via(self) -> str:
        """Session, key or local."""
        ...


def record(
    session: Session,
    actor: Doer | None,
    action: str,
    subject_id: str,
    team_id: str,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write that `actor` (None: the product itself) did `action` (`noun.past`) to a subject of a team."""
    session.add(
        AuditEntry(
            team_id=team_id,
            user_id=actor.user_id if actor else None,
            via=actor.via if actor else "system",
            action=action,
            subject_id=subject_id,
            data=dict(data or {}),
            request_id=request_id.get()[:64],
        )
    )
