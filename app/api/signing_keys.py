"""The public keys of this installation. Public, as they are for those who verify."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, TemplateReader
from app.api.idempotency import Answer, OnceOnly
from app.api.problem import WRITING, problems
from app.api.templates import READS
from models.db import transaction
from services.provenance import keys

router = APIRouter(prefix="/signing-keys", tags=["Executions"])


class SigningKeyOut(BaseModel):
    """One public key."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.SIGNING_KEY})

    id: str = Field(description="The SHA-256 of the key in DER form.")
    public_key: str = Field(description="Ed25519, in PEM form.")
    created_at: datetime
    retired_at: datetime | None = Field(description="When it was replaced; null while it signs.")


class SigningKeysOut(BaseModel):
    """Every key that signs here, or did."""

    items: list[SigningKeyOut]


@router.get("", summary="List signing keys", responses=READS)
def list_signing_keys(actor: TemplateReader) -> SigningKeysOut:
    """Return every public key, the newest first. There is one once something was signed."""
    with transaction() as session:
        return SigningKeysOut(items=[SigningKeyOut.model_validate(one) for one in keys.list_keys(session)])


@router.post(
    "/rotate", summary="Replace the signing key", response_model=SigningKeyOut, responses=problems(*WRITING)
)
def rotate_signing_key(actor: CurrentActor, once: OnceOnly) -> Response:
    """Sign with a new key from now on. What the old one signed can still be verified. Operator only."""

    def rotate() -> Answer:
        return Answer(200, SigningKeyOut.model_validate(keys.rotate(session, actor)), {})

    with transaction() as session:
        return once.answer(session, actor, rotate)
