"""What proving a template has shown: one proof, and what each of its rows went through."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import (
    created_column,
    id_column,
    json_column,
    moment_column,
    one_of,
    ref_column,
    text_column,
)


class ProofState(StrEnum):
    """The life of a proof."""

    QUEUED = "queued"  # asked for, not begun
    RUNNING = "running"  # a worker holds the lease
    PASSED = "passed"  # no check of any row has failed
    FAILED = "failed"  # one has, or the proof could not be carried out: see `error`


OPEN_PROOFS = (ProofState.QUEUED, ProofState.RUNNING)


class Proof(SQLModel, table=True):
    """One proof of one version of a template. `content_hash` is that of the folder that was proven.

    `epoch` rises with each owner, as in executions: a write that carries an older one is refused.
    """

    __tablename__ = "proofs"
    __table_args__ = (
        one_of("state", ProofState),
        Index("ix_proofs_version_created", "template_version_id", text("created_at DESC"), text("id DESC")),
        # One at a time: a second ring for the same version finds this one.
        Index(
            "uq_proofs_open",
            "template_version_id",
            unique=True,
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
    )

    id: str = id_column("proof")
    team_id: str = ref_column("team", "teams.id", index=True)
    template_version_id: str = ref_column("tver", "template_versions.id", ondelete="CASCADE")
    content_hash: str = Field(max_length=64)
    state: str = Field(default=ProofState.QUEUED, max_length=16)
    epoch: int = Field(default=0)
    lease_until: datetime | None = moment_column()
    row_count: int = Field(default=0)
    pairs_covered: int = Field(default=0)
    pairs_possible: int = Field(default=0)
    tools: dict[str, Any] = json_column()  # what it was proven with: versions of Python, sandbox, browser
    bill: dict[str, Any] = json_column()  # the bill of materials, CycloneDX
    error: str = text_column()
    created_at: datetime = created_column()
    started_at: datetime | None = moment_column()
    finished_at: datetime | None = moment_column()


class ProofRow(SQLModel, table=True):
    """One row of a proof. `checks` maps the id of each check to what it said; `ok`: none of them has failed."""

    __tablename__ = "proof_rows"
    __table_args__ = (UniqueConstraint("proof_id", "number"),)

    id: str = id_column("prow")
    team_id: str = ref_column("team", "teams.id", index=True)
    proof_id: str = ref_column("proof", "proofs.id", ondelete="CASCADE")
    number: int
    title: str = Field(max_length=120)
    config: dict[str, Any] = json_column()
    in_browser: bool
    ok: bool
    checks: dict[str, Any] = json_column()
    seconds: float
    log: str = text_column()
    created_at: datetime = created_column()


class ProofPicture(SQLModel, table=True):
    """One file of a picture that the prover took of a version: of its defaults (`preset` is empty) or of a preset.

    The content lies in the storage under `digest`. Only what stands here is served as a picture of a template.
    """

    __tablename__ = "proof_pictures"
    __table_args__ = (
        UniqueConstraint(
            "template_version_id", "preset", "screen", "scheme", "width", name="uq_proof_pictures_file"
        ),
    )

    id: str = id_column("ppic")
    team_id: str = ref_column("team", "teams.id", index=True)
    template_version_id: str = ref_column("tver", "template_versions.id", ondelete="CASCADE")
    preset: str = Field(max_length=120)
    screen: str = Field(max_length=16)
    scheme: str = Field(max_length=16)
    width: int
    height: int
    digest: str = Field(max_length=64, index=True)
    created_at: datetime = created_column()
