"""Share links: whoever has one reads one execution, without an account, until it expires."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import created_column, id_column, moment_column, ref_column


class Share(SQLModel, table=True):
    """A link to one execution. Only the hash of its token is here, so the link is shown once."""

    __tablename__ = "shares"

    id: str = id_column("share")
    execution_id: str = ref_column("exec", "executions.id", ondelete="CASCADE", index=True)
    team_id: str = ref_column("team", "teams.id", index=True)
    user_id: str = ref_column("user", "users.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = created_column()
    expires_at: datetime = moment_column(nullable=False)
    revoked_at: datetime | None = moment_column()
