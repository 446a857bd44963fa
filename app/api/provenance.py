"""What can be shown of an execution: its papers, its signature, and whether all of it still holds."""

import tempfile
from collections.abc import Iterator
from typing import IO, Annotated, Any, Literal

from fastapi import APIRouter, Body
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, ExecutionId
from app.api.problem import READING, problems
from app.verifying import verify
from models.db import transaction
from models.provenance import ArtefactName
from services.accounts import Actor, require_scope
from services.provenance import bundle, dsse, rerun, sbom, views

router = APIRouter(prefix="/executions", tags=["Executions"])

IN_MEMORY = 1 << 24
PIECE = 1 << 16


class CheckOut(BaseModel):
    """What was found about one thing."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.PROVENANCE_CHECK})

    name: str = Field(
        description="signature, statement, events, lock, sbom, archive or repository; bundle for a bundle."
    )
    outcome: Literal["ok", "failed", "not_checked"]
    reason: str = Field(description="One sentence.")


class VerificationOut(BaseModel):
    """Whether everything about an execution is what was signed."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.VERIFICATION})

    execution_id: str
    ok: bool = Field(description="Whether no check has failed.")
    verified: bool = Field(description="Whether no check has failed and there is a signature that fits.")
    key_id: str = Field(description="The key that signed; empty where nothing is signed.")
    checks: list[CheckOut]


class RerunOut(BaseModel):
    """The same code made again."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.RERUN})

    identical: bool = Field(description="Whether every bit is the same.")
    template: str
    version: str
    expected: dict[str, Any] = Field(description="The hashes that the lock file names.")
    found: dict[str, Any] = Field(description="The hashes of what came out now.")
    differences: list[str] = Field(description="Files that differ, where the first ones are still here.")


class LockIn(BaseModel):
    """A lock file, as `GET /executions/{id}/lock` gives it."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": examples.LOCK})

    format: str = Field(max_length=40, description="ideasmith.lock/1")


def document(media_type: str, words: str) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of an answer that is a document of a form of its own."""
    return {200: {"description": words, "content": {media_type: {"schema": {"type": "object"}}}}}


LOCK_ANSWER = document("application/json", "The lock file.")
SBOM_ANSWER = document("application/vnd.cyclonedx+json", "A CycloneDX 1.6 document.")
DSSE_ANSWER = document(dsse.MEDIA_TYPE, "A DSSE envelope around an in-toto statement.")
ZIP_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The bundle.",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get(
    "/{id}/lock",
    summary="Get the lock file",
    response_class=Response,
    responses=LOCK_ANSWER | problems(404, *READING),
)
def get_execution_lock(actor: CurrentActor, id: ExecutionId) -> Response:  # noqa: A002
    """Return everything that the code was made of: template, options, packages by hash, and what came out."""
    return written(actor, id, ArtefactName.LOCK, "application/json")


@router.get(
    "/{id}/sbom",
    summary="Get the bill of materials of an execution",
    response_class=Response,
    responses=SBOM_ANSWER | problems(404, *READING),
)
def get_execution_sbom(actor: CurrentActor, id: ExecutionId) -> Response:  # noqa: A002
    """Return the packages of the application with hashes and licences."""
    return written(actor, id, ArtefactName.SBOM, sbom.MEDIA_TYPE)


@router.get(
    "/{id}/provenance",
    summary="Get the signed statement",
    response_class=Response,
    responses=DSSE_ANSWER | problems(404, *READING),
)
def get_execution_provenance(actor: CurrentActor, id: ExecutionId) -> Response:  # noqa: A002
    """Return the signed statement: in-toto v1 with SLSA provenance v1, in a DSSE envelope signed with Ed25519."""
    return written(actor, id, ArtefactName.STATEMENT, dsse.MEDIA_TYPE)


def written(actor: Actor, execution_id: str, name: ArtefactName, media_type: str) -> Response:
    """Return a document byte for byte, as a file to save."""
    with transaction() as session:
        content = views.get_document(session, actor, execution_id, name)
    return Response(content, media_type=media_type, headers=saved(name))


def saved(name: str) -> dict[str, str]:
    """Return the headers of a file to save."""
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}


@router.get("/{id}/verify", summary="Verify an execution", responses=problems(404, *READING))
async def verify_execution(actor: CurrentActor, id: ExecutionId) -> VerificationOut:  # noqa: A002
    """Hold log, lock file, bill of materials, archive and repository against what was signed. 200 either way.

    A log of a million events takes some seconds. Every event is read each time.
    """
    return VerificationOut.model_validate(await verify(actor, id))


@router.get(
    "/{id}/bundle.zip",
    summary="Download everything for a verification elsewhere",
    response_class=StreamingResponse,
    responses=ZIP_ANSWER | problems(404, 409, *READING),
)
def download_bundle(actor: CurrentActor, id: ExecutionId) -> StreamingResponse:  # noqa: A002
    """Return one file that `ideasmith executions verify --bundle` verifies with the public key alone."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when it was sent
    try:
        with transaction() as session:
            bundle.write_bundle(session, actor, id, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return StreamingResponse(pieces(file), media_type="application/zip", headers=saved(f"{id}.bundle.zip"))


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file and close it."""
    with file:
        while piece := file.read(PIECE):
            yield piece


@router.post("/{id}/rerun", summary="Make the code again", responses=problems(404, 409, *READING))
def rerun_execution(actor: CurrentActor, id: ExecutionId) -> RerunOut:  # noqa: A002
    """Render again from the lock file and compare bit by bit. Nothing is stored or started."""
    with transaction() as session:
        return RerunOut.model_validate(views.rerun_execution(session, actor, id))


@router.post(
    "/rerun",
    summary="Make code again from a lock file",
    responses=problems(400, 404, 409, 413, *READING),
)
def rerun_lock(actor: CurrentActor, lock: Annotated[LockIn, Body()]) -> RerunOut:
    """Render from a lock file and compare with the hashes in it. Nothing is stored or started."""
    require_scope(actor, "executions:read")
    return RerunOut.model_validate(rerun.rerun(lock.model_dump()))
