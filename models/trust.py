"""How far an account is trusted in the marketplace."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from models.columns import created_column, json_column, ref_column


class TrustLevel(SQLModel, table=True):
    """The level of an account, 0 to 4, and what it was computed from. No row means 0."""

    __tablename__ = "trust_levels"
    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 4", name="level_range"),)

    user_id: str = ref_column("user", "users.id", primary_key=True, ondelete="CASCADE")
    level: int = Field(default=0)
    # What was counted, as {"days_read": 12, …}: shown to the person, with what the next level asks for.
    counted: dict[str, Any] = json_column()
    computed_at: datetime = created_column()


class TrustDay(SQLModel, table=True):
    """How much an account did on one day (UTC): numbers alone, never what it read or wrote."""

    __tablename__ = "trust_days"
    __table_args__ = (Index("ix_trust_days_day", "day"),)

    user_id: str = ref_column("user", "users.id", primary_key=True, ondelete="CASCADE")
    day: date = Field(primary_key=True)
    # Ideas that it looked at for five seconds, each once.
    reads: int = Field(default=0)
    # What it began to write: counted against its limits of the day.
    ideas: int = Field(default=0)
    comments: int = Field(default=0)
    reviews: int = Field(default=0)
    reports: int = Field(default=0)
