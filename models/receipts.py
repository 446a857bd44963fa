"""Receipts of authorship, and the public log that they stand in: one Merkle tree a day, chained to the one before."""

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from models.columns import created_column, digest_column, ref_column


class Receipt(SQLModel, table=True):
    """That somebody has published a version: signed when it was. It goes with its author; the log keeps its hash."""

    __tablename__ = "receipts"
    __table_args__ = (
        # What waits for its day to end.
        Index("ix_receipts_waiting", "made_at", postgresql_where=text("day IS NULL")),
    )

    version_id: str = ref_column("iver", "idea_versions.id", primary_key=True, ondelete="CASCADE")
    user_id: str = ref_column("user", "users.id", index=True)
    # The signed statement, byte for byte.
    envelope: bytes = Field(sa_type=LargeBinary, nullable=False)
    leaf_hash: str = digest_column()
    made_at: datetime = created_column()
    # The day of the log that it stands in, and its place there from 0. None until that day is closed.
    day: date | None = Field(default=None)
    position: int | None = Field(default=None)


class ReceiptDay(SQLModel, table=True):
    """A closed day of the log. Never changed: whoever has kept one can hold every later one against it."""

    __tablename__ = "receipt_days"

    day: date = Field(primary_key=True)
    size: int
    root: str = digest_column()
    # The hash of the signed statement about the day before, None for the first.
    previous: str | None = digest_column(nullable=True)
    # The hashes of all receipts in their order, 32 bytes each: a receipt may go, its hash stays.
    leaves: bytes = Field(sa_type=LargeBinary, nullable=False)
    envelope: bytes = Field(sa_type=LargeBinary, nullable=False)
    closed_at: datetime = created_column()
