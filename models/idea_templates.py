"""Templates made of ideas: an idea's choice of a template's options, and what was built from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from models.columns import created_column, id_column, json_column, moment_column, ref_column, text_column
from models.ids import Id


class IdeaTemplate(SQLModel, table=True):
    """What an author has made of an idea for others to launch: a template, and options of it."""

    __tablename__ = "idea_templates"
    __table_args__ = (
        Index(
            "ix_idea_templates_template_slug",
            "template_slug",
            text("created_at DESC"),
            text("id DESC"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index(
            "ix_idea_templates_created_at", text("created_at DESC"), text("id DESC"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: str = id_column("itpl")
    idea_id: str = ref_column("idea", "ideas.id", unique=True, ondelete="CASCADE")
    team_id: str = ref_column("team", "teams.id", index=True)
    user_id: str = ref_column("user", "users.id", index=True)
    template_slug: str = Field(max_length=60)
    # The version that the options were checked against.
    template_version_id: str = ref_column("tver", "template_versions.id", index=True)
    # Only what differs from the template's defaults: a better default of a later version is taken.
    config: dict[str, Any] = json_column()
    title: str = Field(max_length=80)
    words: str = text_column()
    created_at: datetime = created_column()
    changed_at: datetime = created_column()
    withdrawn_at: datetime | None = moment_column()


class TemplateBuild(SQLModel, table=True):
    """One execution of a template made of an idea, and what of its price is the author's."""

    __tablename__ = "template_builds"
    __table_args__ = (
        CheckConstraint("author_cents BETWEEN 0 AND price_cents", name="share_of_the_price"),
        Index("ix_template_builds_idea_template_id", "idea_template_id", text("created_at DESC")),
        Index("ix_template_builds_author_id", "author_id", text("created_at DESC")),
    )

    # No foreign key: what was earned outlives the execution.
    execution_id: str = Field(sa_type=Id("exec"), primary_key=True)
    idea_template_id: str = ref_column("itpl", "idea_templates.id")
    author_id: str = ref_column("user", "users.id")
    # By the author or the author's team: it earns nothing, and no figure counts it.
    own: bool
    price_cents: int
    author_cents: int
    # When the execution succeeded: the share is the author's from then on.
    earned_at: datetime | None = moment_column()
    created_at: datetime = created_column()
