"""A repeated request gets the answer of the first: `Idempotency-Key` on unsafe POSTs.

The row is written in the request's own transaction. A second request with the same key waits at the row's unique
key until the first has committed, and then finds its answer; when the first failed, nothing was kept and it may go on.
(draft-ietf-httpapi-idempotency-key-header)
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col

from app.session import TEAM_HEADER
from models.clock import now
from models.errors import Conflict, FieldError, InvalidInput
from models.journal import IdempotencyRecord
from services.accounts import Actor

KEPT = timedelta(hours=24)
WAIT_S = 5
KEY = re.compile(r"[\x21-\x7e]{1,200}")
LOCK_NOT_AVAILABLE = "55P03"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answers. `kept` is what a repeat shall see, where that differs: a secret is shown once."""

    status: int
    body: BaseModel
    headers: dict[str, str] = field(default_factory=dict)
    kept: BaseModel | None = None

    def response(self) -> Response:
        """Return it as a response."""
        return JSONResponse(self.body.model_dump(mode="json", by_alias=True), self.status, self.headers)


@dataclass(frozen=True, slots=True)
class Once:
    """One request, as far as repeating it is concerned."""

    key: str
    operation: str
    request_hash: str

    def answer(self, session: Session, actor: Actor, make: Callable[[], Answer]) -> Response:
        """Return what `make` answers, or what it answered to the first request with this key.

        Raises:
            Conflict: the key was used for another request, or its first request is still at work.
        """
        if not self.key:
            return make().response()
        if not self.claim(session, actor):
            return self.replay(self.find(session, actor))
        made = make()
        record = self.find(session, actor)
        record.status, record.headers = made.status, made.headers
        record.body = (made.kept or made.body).model_dump(mode="json", by_alias=True)
        session.flush()
        return made.response()

    def claim(self, session: Session, actor: Actor) -> bool:
        """Write the row and return True, or False when it is there. Waits for a first request that is at work."""
        session.execute(
            delete(IdempotencyRecord).where(
                col(IdempotencyRecord.user_id) == actor.user_id,
                col(IdempotencyRecord.created_at) < now() - KEPT,
            )
        )
        row = IdempotencyRecord(
            user_id=actor.user_id,
            key=self.key,
            operation=self.operation,
            request_hash=self.request_hash,
        )
        statement = insert(IdempotencyRecord).values(row.model_dump()).on_conflict_do_nothing()
        session.execute(text(f"SET LOCAL lock_timeout = '{WAIT_S}s'"))
        try:
            claimed = (
                session.execute(statement.returning(col(IdempotencyRecord.key))).one_or_none() is not None
            )
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
            message = "The first request with this idempotency key is still at work. Ask again in a moment."
            raise Conflict(message, "idempotency_in_progress") from error
        session.execute(text("SET LOCAL lock_timeout = DEFAULT"))
        return claimed

    def find(self, session: Session, actor: Actor) -> IdempotencyRecord:
        """Return the row of this key."""
        statement = select(IdempotencyRecord).where(
            col(IdempotencyRecord.user_id) == actor.user_id,
            col(IdempotencyRecord.key) == self.key,
            col(IdempotencyRecord.operation) == self.operation,
        )
        return session.scalars(statement).one()

    def replay(self, record: IdempotencyRecord) -> Response:
        """Return the answer of the first request, if this one is its repeat."""
        if record.request_hash != self.request_hash:
            raise Conflict(
                "This idempotency key was used for a request with another body. Use a new key.",
                "idempotency_key_reused",
            )
        headers = {**record.headers, "Idempotency-Replayed": "true"}
        return JSONResponse(record.body, record.status or 200, headers)


async def once(
    request: Request,
    idempotency_key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            description="Any text of your own (a UUID, say). A repeat with the same key and body within 24 hours "
            "gets the answer of the first request instead of being done again.",
            examples=["6f0e7c1e-6f6b-4a4c-9a57-3b0c6f5d2a10"],
        ),
    ] = "",
) -> Once:
    """Return what makes this request the same as another."""
    if idempotency_key and not KEY.fullmatch(idempotency_key):
        message = "Use 1 to 200 printable ASCII characters without spaces as the idempotency key."
        raise InvalidInput(message, "bad_idempotency_key", fields=[FieldError("/Idempotency-Key", message)])
    team = request.headers.get(TEAM_HEADER, "").encode("utf-8", "replace")
    digest = hashlib.sha256(team + b"\n" + await request.body()).hexdigest()
    return Once(idempotency_key, f"{request.method} {request.url.path}"[:200], digest)


OnceOnly = Annotated[Once, Depends(once)]
