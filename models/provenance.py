"""What can be shown of an execution afterwards: its artefacts, where its log ended, and the keys that signed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel

from models.columns import created_column, digest_column, moment_column, ref_column, text_column


class ArtefactName(StrEnum):
    """What is kept of an execution as it was written, byte for byte."""

    LOCK = "ideasmith.lock.json"  # everything that its code was made of
    SBOM = "sbom.cdx.json"  # the bill of materials, CycloneDX
    STATEMENT = "provenance.dsse.json"  # who made what of what, signed


class Artefact(SQLModel, table=True):
    """One document about an execution. The last attempt to make it counts."""

    __tablename__ = "artefacts"

    execution_id: str = ref_column("exec", "executions.id", primary_key=True, ondelete="CASCADE")
    name: str = Field(primary_key=True, max_length=40)
    team_id: str = ref_column("team", "teams.id", index=True)
    sha256: str = digest_column()
    size_bytes: int
    content: bytes = Field(sa_type=LargeBinary, nullable=False)
    created_at: datetime = created_column()


class LogEnd(SQLModel, table=True):
    """The log of an execution that the retention removed, wholly or in part: how it ended, and what it began upon.

    `start_hash` is what the first stored event follows, None for the very first; `end_seq` and `end_hash` are those of
    the last event before the removal began. `finished_at` is the end of the execution that the removal followed.
    """

    __tablename__ = "log_ends"

    execution_id: str = ref_column("exec", "executions.id", primary_key=True, ondelete="CASCADE")
    team_id: str = ref_column("team", "teams.id", index=True)
    start_hash: str | None = digest_column(nullable=True)
    end_seq: int = Field(sa_type=BigInteger)
    end_hash: str | None = digest_column(nullable=True)
    finished_at: datetime | None = moment_column()


class SigningKey(SQLModel, table=True):
    """The public half of a key that signs here, or did. `id` is the SHA-256 of the key; the other half is a file."""

    __tablename__ = "signing_keys"

    id: str = Field(primary_key=True, max_length=64)
    public_key: str = text_column()
    created_at: datetime = created_column()
    retired_at: datetime | None = moment_column()
