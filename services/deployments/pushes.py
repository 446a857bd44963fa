"""A push is promised to the audit trail before git is asked, and written there when git has taken it.

The promise says what would be pushed; whether it was, the repository says, however late it is asked. So whoever dies in
between leaves a promise that the clock keeps, and one that was refused says nothing.
"""

import fcntl
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from models.clock import now
from models.deployments import Deployment
from models.journal import OutboxRow
from services import audit
from services.accounts import Actor
from services.crashpoints import AFTER_PUSH, crashpoint
from services.deployments.places import repository_folder
from services.repositories import contains

TOPIC = "push"  # no job of a worker's: it is settled by who was asked, or by the clock
LEFT_FOR = timedelta(minutes=1)
BATCH = 50


@dataclass(frozen=True, slots=True)
class Pusher:
    """Who pushed, as the audit trail knows them."""

    user_id: str
    via: str


def promise(session: Session, actor: Actor, deployment_id: str, before: str, after: str) -> int:
    """Write down that somebody is about to push `after` upon `before`, and return the promise's number."""
    row = OutboxRow(
        topic=TOPIC,
        payload={
            "deployment_id": deployment_id, "user_id": actor.user_id, "via": actor.via,
            "request_id": audit.request_id.get(), "before": before, "after": after,
        },
    )  # fmt: skip
    session.add(row)
    session.flush()
    return int(row.id or 0)


def settle(session: Session, number: int) -> None:
    """Keep a promise, once: a line in the audit trail when the repository has what was pushed."""
    crashpoint(AFTER_PUSH, "push")
    row = session.get(OutboxRow, number, with_for_update=True)
    if row is not None and row.sent_at is None:
        keep(session, row)


def settle_left(session: Session) -> int:
    """Keep what nobody has kept, and return how many there were. A repository that is being written to waits."""
    statement = (
        select(OutboxRow)
        .where(
            col(OutboxRow.topic) == TOPIC,
            col(OutboxRow.sent_at).is_(None),
            col(OutboxRow.created_at) < now() - LEFT_FOR,
        )
        .order_by(col(OutboxRow.id))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = [row for row in session.scalars(statement) if not busy(row.payload["deployment_id"])]
    for row in rows:
        keep(session, row)
    return len(rows)


def keep(session: Session, row: OutboxRow) -> None:
    """Write the line in the transaction that marks the promise as kept."""
    told = row.payload
    row.sent_at = now()
    deployment = session.get(Deployment, told["deployment_id"])
    if deployment is None or not contains(repository_folder(deployment.id), told["after"]):
        return
    token = audit.request_id.set(told["request_id"])
    try:
        audit.record(
            session, Pusher(told["user_id"], told["via"]), "repository.pushed", deployment.id, deployment.team_id,
            {"before": told["before"], "after": told["after"]},
        )  # fmt: skip
    finally:
        audit.request_id.reset(token)


def busy(deployment_id: str) -> bool:
    """Whether somebody holds a repository for writing just now."""
    lock: Path = repository_folder(deployment_id).with_suffix(".lock")
    if not lock.exists():
        return False
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
