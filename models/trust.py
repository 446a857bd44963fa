"""How far an account is trusted in the marketplace."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint
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
