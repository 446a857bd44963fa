"""What happened to deployments, minute by minute: what visitors asked and what probes saw."""

from datetime import datetime

from sqlalchemy import DateTime
from sqlmodel import Field, SQLModel

from models.columns import ref_column


class DeploymentMinute(SQLModel, table=True):
    """The counts of one minute as one source has them: a life of the door (requests) or of the keeper (probes).

    Each source writes its whole count again and again, so that writing twice changes nothing.
    """

    __tablename__ = "deployment_minutes"

    deployment_id: str = ref_column("depl", "deployments.id", ondelete="CASCADE", primary_key=True)
    minute: datetime = Field(sa_type=DateTime(timezone=True), primary_key=True)
    source: str = Field(max_length=16, primary_key=True)
    team_id: str = ref_column("team", "teams.id", index=True)
    requests: int = Field(default=0)
    errors: int = Field(default=0)  # answered with 500 or above, by the app or for it
    well: int = Field(default=0)  # probes by what they saw
    ill: int = Field(default=0)
    off: int = Field(default=0)  # stopped or asleep: nobody was there to be asked
