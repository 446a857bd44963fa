"""Everything of an account as one archive."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor
from app.api.idempotency import Answer, OnceOnly
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from models.errors import NotFound
from models.teams import ExportState
from services import privacy

router = APIRouter(prefix="/account/export", tags=["Account"])

MEDIA_TYPE = "application/zip"


class ExportOut(BaseModel):
    """One archive of everything of your account."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.EXPORT})

    id: str
    state: ExportState
    progress: int = Field(description="Of a hundred.")
    step: str = Field(description="What is being written; empty when nothing is.")
    size_bytes: int = Field(description="0 until it is ready.")
    error: str = Field(description="Why it failed and what to do; empty otherwise.")
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None = Field(description="When the archive is removed; null until it is ready.")


@router.post(
    "",
    summary="Export your account",
    status_code=202,
    response_model=ExportOut,
    responses=problems(*WRITING),
)
def create_export(actor: CurrentActor, once: OnceOnly) -> Response:
    """Have one archive made of everything of your account: JSON, sources, a README. It replaces the one before."""

    def make() -> Answer:
        made = ExportOut.model_validate(privacy.request_export(session, actor))
        return Answer(202, made, {"Location": "/api/v1/account/export"})

    with transaction() as session:
        return once.answer(session, actor, make)


@router.get("", summary="Get your export", responses=problems(404, *READING))
def get_export(actor: CurrentActor) -> ExportOut:
    """Return how far the newest export of your account is."""
    with transaction() as session:
        found = privacy.latest_export(session, actor)
    if found is None:
        raise NotFound(
            "There is no export of your account. Ask for one with a POST to this address.", "no_export"
        )
    return ExportOut.model_validate(found)


@router.get(
    "/archive",
    summary="Download your export",
    response_class=FileResponse,
    responses={
        200: {
            "description": "The archive.",
            "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        },
        **problems(404, *READING),
    },
)
def download_export(actor: CurrentActor) -> FileResponse:
    """Return the archive of the newest finished export. It is there for seven days."""
    with transaction() as session:
        path = privacy.archive_file(session, actor)
    return FileResponse(
        path,
        media_type=MEDIA_TYPE,
        filename="ideasmith-account.zip",
        headers={"Cache-Control": "private, no-store"},
    )
