"""Proofs of templates: what was shown of each, row by row, check by check. Public, as the gallery is."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import TemplateReader
from app.api.problem import problems
from app.api.templates import READS, Slug
from models.db import transaction
from services.proving import results
from services.proving.results import ProofView, RowView

router = APIRouter(prefix="/templates", tags=["Templates"])

Number = Annotated[int, Path(ge=1, le=100_000, description="The number of the row, from 1.", examples=[4])]
State = Literal["none", "queued", "running", "passed", "failed"]


class CheckOut(BaseModel):
    """What one check says of one row."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.CHECK})

    outcome: Literal["passed", "failed", "not_checked"]
    summary: str = Field(description="One sentence.")
    findings: list[str] = Field(description="Everything that was found wrong.")
    partly: str = Field(description="What of it was not looked at in this row; empty when all was.")
    seconds: float


class ProofRowOut(BaseModel):
    """One set of options, and what every check says of the application that it gives."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.PROOF_ROW})

    number: int
    title: str
    config: dict[str, Any] = Field(description="The options.")
    in_browser: bool = Field(description="Whether this row is one of those that are seen in a browser.")
    ok: bool = Field(description="Whether no check has failed.")
    seconds: float
    checks: dict[str, CheckOut] = Field(description="By the number of the check, such as C3.")


class ProofLogOut(ProofRowOut):
    """One row of a proof with its log."""

    model_config = ConfigDict(json_schema_extra={"example": {**examples.PROOF_ROW, "log": "C3 Starts\n"}})

    log: str = Field(description="What the checks and the application said.")


class ProofOut(BaseModel):
    """The newest proof of a template's present version. `state` is "none" when it was never proven here."""

    model_config = ConfigDict(json_schema_extra={"example": examples.PROOF})

    state: State
    words: str = Field(description="The badge in words.")
    content_hash: str = Field(description="The hash of the folder that was proven.")
    pairs_covered: int = Field(description="How many pairs of values the rows hold.")
    pairs_possible: int = Field(description="How many pairs of values can stand together.")
    row_count: int
    rows_ok: int
    tools: dict[str, str] = Field(description="What it was proven with.")
    error: str = Field(description="Why it could not be carried out; empty when it was.")
    started_at: datetime | None
    finished_at: datetime | None
    rows: list[ProofRowOut]


@router.get("/{slug}/proof", summary="Get the proof of a template", responses=READS | problems(404))
def get_template_proof(actor: TemplateReader, slug: Slug) -> ProofOut:
    """Return what proving the present version of a template has shown on this installation."""
    with transaction() as session:
        found = results.find_proof(session, slug)
    return proof_out(found)


def proof_out(found: ProofView | None) -> ProofOut:
    """Return a proof as the API shows it."""
    badge = found.badge if found else results.Badge()
    return ProofOut(
        state=badge.state,
        words=badge.words,
        content_hash=found.content_hash if found else "",
        pairs_covered=found.pairs_covered if found else 0,
        pairs_possible=found.pairs_possible if found else 0,
        row_count=badge.row_count,
        rows_ok=badge.rows_ok,
        tools=found.tools if found else {},
        error=found.error if found else "",
        started_at=found.started_at if found else None,
        finished_at=found.finished_at if found else None,
        rows=[ProofRowOut.model_validate(row) for row in found.rows] if found else [],
    )


@router.get("/{slug}/proof/rows/{number}", summary="Get one row of a proof", responses=READS | problems(404))
def get_template_proof_row(actor: TemplateReader, slug: Slug, number: Number) -> ProofLogOut:
    """Return one row with its log."""
    with transaction() as session:
        row, log = results.find_row(session, slug, number)
    return ProofLogOut(**row_fields(row), log=log)


def row_fields(row: RowView) -> dict[str, Any]:
    """Return the fields of a row."""
    return {name: getattr(row, name) for name in ProofRowOut.model_fields}


@router.get(
    "/{slug}/sbom",
    summary="Get the bill of materials",
    response_class=JSONResponse,
    responses={
        200: {
            "description": "A CycloneDX 1.6 document.",
            "content": {"application/vnd.cyclonedx+json": {"schema": {"type": "object"}}},
        },
        **READS,
        **problems(404),
    },
)
def get_template_sbom(actor: TemplateReader, slug: Slug) -> JSONResponse:
    """Return the packages of a template's applications with hashes and licences, as the proof has found them."""
    with transaction() as session:
        found = results.find_bill(session, slug)
    return JSONResponse(found, media_type="application/vnd.cyclonedx+json; version=1.6")
