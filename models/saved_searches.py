"""Searches that somebody keeps."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import created_column, id_column, json_column, moment_column, ref_column


class SavedSearch(SQLModel, table=True):
    """What somebody searches again and again, and whether new ideas that fit are told to them."""

    __tablename__ = "saved_searches"
    __table_args__ = (
        Index(
            "uq_saved_searches_user_id_name",
            "user_id",
            "name",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index("ix_saved_searches_due", "looked_at", postgresql_where=text("alert AND deleted_at IS NULL")),
    )

    id: str = id_column("srch")
    user_id: str = ref_column("user", "users.id", ondelete="CASCADE")
    name: str = Field(max_length=60)
    # As in the address of the feed: {"q", "category", "tag", …}, the empty ones left out.
    query: dict[str, Any] = json_column()
    alert: bool = Field(default=False)
    created_at: datetime = created_column()
    # Ideas published up to here were looked at.
    looked_at: datetime = created_column()
    # Deleted, and for an hour still there to be brought back.
    deleted_at: datetime | None = moment_column()
