"""What people say about what they got."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from models.columns import created_column, id_column, ref_column

LONGEST_WORDS = 280


class Rating(SQLModel, table=True):
    """One answer for one deployment. Without stars the question was skipped, and is not asked again."""

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", name="stars_range"),)

    id: str = id_column("rate")
    # Unique: a deployment is asked about once. The answer outlives the application, whose row stays.
    deployment_id: str = ref_column("depl", "deployments.id", unique=True, ondelete="CASCADE")
    team_id: str = ref_column("team", "teams.id", index=True)
    user_id: str = ref_column("user", "users.id", index=True)
    template_slug: str = Field(max_length=60, index=True)
    stars: int | None = Field(default=None)
    words: str = Field(default="", max_length=LONGEST_WORDS)
    created_at: datetime = created_column()
    changed_at: datetime = created_column()
