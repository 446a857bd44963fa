"""What was built from ideas, and how that has kept: facts of real executions and probes."""

from datetime import date

from sqlmodel import Field, SQLModel

from models.columns import ref_column


class IdeaBuild(SQLModel, table=True):
    """That an execution was launched from an idea."""

    __tablename__ = "idea_builds"

    idea_id: str = ref_column("idea", "ideas.id", primary_key=True, ondelete="CASCADE")
    execution_id: str = ref_column("exec", "executions.id", primary_key=True, index=True, ondelete="CASCADE")


class BuildDay(SQLModel, table=True):
    """What probes saw of a deployment built from an idea on one day. Its minutes themselves are kept for two days."""

    __tablename__ = "build_days"

    deployment_id: str = ref_column("depl", "deployments.id", primary_key=True, ondelete="CASCADE")
    day: date = Field(primary_key=True)
    well: int = Field(default=0)
    ill: int = Field(default=0)
    off: int = Field(default=0)  # stopped or asleep: nobody was there to be asked
