"""API keys: made here, shown once, ended here."""

from datetime import datetime, timedelta

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, KeyId
from app.api.idempotency import Answer, OnceOnly
from app.api.paging import PageOut
from app.api.problem import READING, WRITING, problems
from models.accounts import ApiKey
from models.clock import now
from models.db import transaction
from models.errors import FieldError, InvalidInput
from services import keys
from services.accounts import SCOPES

router = APIRouter(prefix="/keys", tags=["Keys"])

LONGEST_LIFE = timedelta(days=3660)


class KeyOut(BaseModel):
    """One API key. The key itself is not among it: only its hash is stored."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.KEY})

    id: str
    name: str
    prefix: str = Field(description="How the key begins, to recognise it by.")
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None = Field(description="When it ends; an ended one opens nothing. Null: never.")


class NewKeyOut(KeyOut):
    """A key that was just made."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra={"example": {**examples.KEY, "token": "ism_Zk3v9Q…"}}
    )

    token: str | None = Field(
        description="The key itself. Keep it now: it is shown this once, and null in the answer to a repeat."
    )


class NewKey(BaseModel):
    """What the key is for and what it may do."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"name": "CI", "scopes": ["executions:read", "executions:write"]}},
    )

    name: str = Field(description="1 to 80 characters.")
    scopes: list[str] = Field(max_length=50, description=f"At least one of: {', '.join(sorted(SCOPES))}.")
    expires_at: datetime | None = Field(default=None, description="With a time zone; never when left out.")


@router.get("", summary="List keys", responses=problems(*READING))
def list_keys(actor: CurrentActor) -> PageOut[KeyOut]:
    """Return your keys that were not revoked, newest first. There is only ever one page."""
    with transaction() as session:
        rows = keys.list_keys(session, actor)
    return PageOut(items=[KeyOut.model_validate(row) for row in rows], next_cursor=None)


@router.post(
    "",
    summary="Create a key",
    status_code=201,
    response_model=NewKeyOut,
    responses={201: {"description": "The key, shown this once."}, **problems(*WRITING)},
)
def create_key(actor: CurrentActor, once: OnceOnly, body: NewKey) -> Response:
    """Make a key. It may do no more than whoever makes it."""
    if body.expires_at is not None and body.expires_at.replace(tzinfo=None) > (now() + LONGEST_LIFE).replace(
        tzinfo=None
    ):
        message = "A key lives ten years at most. Choose an earlier end, or none."
        raise InvalidInput(message, "invalid_key", fields=[FieldError("/expires_at", message)])

    def make() -> Answer:
        row, token = keys.create_key(session, actor, body.name, body.scopes, body.expires_at)
        return Answer(201, shown(row, token), {"Cache-Control": "no-store"}, kept=shown(row, None))

    with transaction() as session:
        return once.answer(session, actor, make)


def shown(row: ApiKey, token: str | None) -> NewKeyOut:
    """Return a new key, with or without what must be kept secret."""
    return NewKeyOut(**KeyOut.model_validate(row).model_dump(), token=token)


@router.delete(
    "/{id}", summary="Revoke a key", status_code=204, responses=problems(401, 403, 404, 422, 500, 503)
)
def revoke_key(actor: CurrentActor, id: KeyId) -> None:  # noqa: A002
    """End a key at once. Doing it twice is harmless."""
    with transaction() as session:
        keys.revoke_key(session, actor, id)
