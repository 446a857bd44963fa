"""The index of what lies in `templates/`."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import created_column, id_column, json_column, moment_column, ref_column, text_column
from models.ids import Id


class Template(SQLModel, table=True):
    """An app template. `current_version_id` is what a launch takes; None while it is withdrawn."""

    __tablename__ = "templates"

    id: str = id_column("tmpl")
    team_id: str = ref_column("team", "teams.id", index=True)
    slug: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=80)
    promise: str = Field(max_length=200)
    category: str = Field(max_length=40)
    complexity: str = Field(max_length=40)
    stack: str = Field(max_length=120)
    licence: str = Field(max_length=60)
    # No foreign key: the two tables would point at each other. `catalog.sync` writes both in one transaction.
    current_version_id: str | None = Field(default=None, sa_type=Id("tver"))
    created_at: datetime = created_column()
    withdrawn_at: datetime | None = moment_column()


class TemplateVersion(SQLModel, table=True):
    """One state of a template's folder, known by the hash of its content."""

    __tablename__ = "template_versions"
    __table_args__ = (UniqueConstraint("template_id", "content_hash"),)

    id: str = id_column("tver")
    template_id: str = ref_column("tmpl", "templates.id", ondelete="CASCADE")
    team_id: str = ref_column("team", "teams.id", index=True)
    version: str = Field(max_length=40)
    content_hash: str = Field(max_length=64)
    lock_hash: str = Field(max_length=64)
    # JSON and not JSONB, which sorts keys: the order of the options is that of the form.
    config_schema: dict[str, Any] = Field(default_factory=dict, sa_type=JSON, nullable=False)
    manifest: dict[str, Any] = json_column()
    readme: str = text_column()
    created_at: datetime = created_column()
