"""What an application is told by its environment: values that only the keys of this installation open."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from models.columns import created_column, one_of, ref_column

LONGEST_NAME = 100


class Kind(StrEnum):
    """Who may read a value again."""

    PLAIN = "plain"  # whoever may change it
    SECRET = "secret"  # noqa: S105 - a word, not one: the application alone


class DeploymentVariable(SQLModel, table=True):
    """One variable of one deployment, as it is from the next start of the application on."""

    __tablename__ = "deployment_variables"
    __table_args__ = (one_of("kind", Kind),)

    deployment_id: str = ref_column("depl", "deployments.id", primary_key=True, ondelete="CASCADE")
    name: str = Field(max_length=LONGEST_NAME, primary_key=True)
    team_id: str = ref_column("team", "teams.id", index=True)
    user_id: str = ref_column("user", "users.id", index=True)  # who changed it last
    kind: str = Field(max_length=16)
    # AES-256-GCM: 12 bytes of nonce, then the text and its tag, bound to deployment, name and kind.
    sealed: bytes = Field(sa_type=LargeBinary)
    key_id: str = Field(max_length=32)
    changed_at: datetime = created_column()
