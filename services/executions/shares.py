"""Links that show one execution to whoever has them: to read only, without what is its owner's alone, for a while."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models.clock import now
from models.errors import Conflict, FieldError, InvalidInput, NotFound
from models.executions import Execution
from models.settings import settings
from models.shares import Share
from services import audit
from services.accounts import Actor, require
from services.events.view import EventView
from services.executions.requests import find_execution
from services.executions.views import ExecutionView, StepView, with_steps
from services.one_time_links import hash_token
from services.redaction import MASK

# So it begins like a key of ours, and whatever masks keys in logs masks it too.
PREFIX = "ism_share_"
DAYS = (1, 7, 30)
MOST = 20  # live links of one execution
GONE = "This link has ended, was withdrawn, or never was. Ask whoever sent it for a new one."

KEPT_DATA = frozenset({"attempt", "duration_s", "code"})
# What names people or this machine: addresses of mail, of the network, and folders. Loopback says nothing.
PERSONAL = re.compile(
    r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
    r"|\b(?!127\.|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}\b"
    r"|(?<![\w:/.])/(?:home|root|Users|work|srv|opt|var|mnt|data|tmp)(?:/[\w.@+-]+)+"
)


@dataclass(frozen=True, slots=True)
class ShareView:
    """A link as its owner sees it again: all but the token."""

    id: str
    created_at: datetime
    expires_at: datetime
    ended: bool


def share(session: Session, actor: Actor, execution_id: str, days: int = 7) -> tuple[ShareView, str]:
    """Make a link to an execution and return it with its token, which is not stored.

    Raises:
        NotFound: there is no such execution in the actor's teams.
        InvalidInput: `days` is not 1 to 30.
        Conflict: there are too many live ones.
    """
    execution = find_execution(session, actor, execution_id, "executions:write")
    if not 1 <= days <= max(DAYS):
        message = f"A link lives 1 to {max(DAYS)} days."
        raise InvalidInput(message, "bad_share", fields=[FieldError("/days", message)])
    if sum(not one.ended for one in list_shares(session, actor, execution_id)) >= MOST:
        raise Conflict(f"There are {MOST} links to this execution. Withdraw one first.", "too_many_shares")
    token = PREFIX + secrets.token_urlsafe(32)
    row = Share(
        execution_id=execution.id, team_id=execution.team_id, user_id=actor.user_id,
        token_hash=hash_token(token), expires_at=now() + timedelta(days=days),
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, actor, "execution.shared", execution.id, execution.team_id, {"share": row.id})
    return view(row), token


def list_shares(session: Session, actor: Actor, execution_id: str) -> list[ShareView]:
    """Return the links to an execution that were not withdrawn, newest first."""
    execution = find_execution(session, actor, execution_id)
    statement = (
        select(Share)
        .where(col(Share.execution_id) == execution.id, col(Share.revoked_at).is_(None))
        .order_by(col(Share.created_at).desc())
    )
    return [view(row) for row in session.scalars(statement)]


def withdraw(session: Session, actor: Actor, share_id: str) -> None:
    """End a link at once. Doing it twice is harmless."""
    row = session.get(Share, share_id)
    if row is None or row.team_id not in actor.roles:
        raise NotFound("There is no link with that id, or it belongs to another team.")
    require(actor, "executions:write", row.team_id)
    if row.revoked_at is None:
        row.revoked_at = now()
        audit.record(session, actor, "execution.unshared", row.execution_id, row.team_id, {"share": row.id})


def view(row: Share) -> ShareView:
    """Return a link as its owner sees it."""
    return ShareView(row.id, row.created_at, row.expires_at, row.expires_at <= now())


def link_of(token: str) -> str:
    """Return the address to hand on."""
    return f"{settings().public_url}/shared/{token}"


def find_shared(session: Session, token: str) -> Execution:
    """Return the execution that a link shows.

    Raises:
        NotFound: one answer for a link that has ended, was withdrawn, or never was.
    """
    statement = select(Share).where(
        col(Share.token_hash) == hash_token(token),
        col(Share.revoked_at).is_(None),
        col(Share.expires_at) > now(),
    )
    row = session.scalars(statement).one_or_none() if token.startswith(PREFIX) else None
    if row is None:
        raise NotFound(GONE, "share_ended")
    return session.get_one(Execution, row.execution_id)


def shared_view(session: Session, token: str) -> ExecutionView:
    """Return an execution as a stranger sees it: what it did, not whose it is, nor with which options or address."""
    execution = find_shared(session, token)
    found = with_steps(session, [execution])[0]
    clean = cleaner(execution)
    return replace(
        found,
        error_message=clean(found.error_message),
        next_action="",
        url="",
        deployment_id=None,
        config={},
        steps=[shared_step(step, clean) for step in found.steps],
    )


def shared_step(step: StepView, clean: Callable[[str], str]) -> StepView:
    """Return a step as a stranger sees it."""
    return replace(step, summary=clean(step.summary), error_message=clean(step.error_message), data={})


def cleaner(execution: Execution) -> Callable[[str], str]:
    """Return what takes out of a text everything that is its owner's business alone."""
    address = execution.url

    def clean(text: str) -> str:
        return PERSONAL.sub(MASK, text.replace(address, MASK) if address else text)

    return clean


def shared_event(event: EventView, clean: Callable[[str], str]) -> EventView:
    """Return an event as a stranger sees it. Of its data only how often it was tried and how it ended."""
    kept: dict[str, Any] = {name: value for name, value in event.data.items() if name in KEPT_DATA}
    return replace(event, text=clean(event.text), data=kept, body="")
