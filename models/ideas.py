"""Ideas: what everybody reads of them, what only a buyer reads, and what is still being written."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.columns import (
    created_column,
    digest_column,
    id_column,
    json_column,
    json_list_column,
    moment_column,
    one_of,
    ref_column,
    text_column,
)
from models.ids import Id

LEAST_PRICE_CENTS, MOST_PRICE_CENTS = 100, 1_000


class IdeaState(StrEnum):
    """Where an idea stands. Whoever bought it reads it in every one of them."""

    PUBLISHED = "published"  # for everybody to find and to buy
    HELD = "held"  # waits for a moderator before anybody else sees it
    UNPUBLISHED = "unpublished"  # taken back by its author
    HIDDEN = "hidden"  # taken away by a moderator, who said why


class Idea(SQLModel, table=True):
    """An idea as everybody may read it. What has to be paid for lies in `paid_parts` and nowhere else."""

    __tablename__ = "ideas"
    __table_args__ = (
        one_of("state", IdeaState),
        CheckConstraint(
            f"price_cents BETWEEN {LEAST_PRICE_CENTS} AND {MOST_PRICE_CENTS}", name="price_range"
        ),
        Index("ix_ideas_team_id_created_at", "team_id", text("created_at DESC"), text("id DESC")),
        Index("ix_ideas_user_id_published_at", "user_id", text("published_at DESC"), text("id DESC")),
        Index("ix_ideas_tags", "tags", postgresql_using="gin"),
    )

    id: str = id_column("idea")
    team_id: str = ref_column("team", "teams.id")
    # The author. Ideas are people's, their teams only hold them.
    user_id: str = ref_column("user", "users.id")
    state: str = Field(max_length=16)
    title: str = Field(max_length=80)
    promise: str = Field(max_length=160)
    problem: str = text_column()
    audience: str = Field(max_length=400)
    category: str = Field(max_length=40)
    tags: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    language: str = Field(max_length=8)
    price_cents: int
    # The version that is sold. No foreign key: the two tables would point at each other.
    version_id: str = Field(sa_type=Id("iver"))
    version_number: int = Field(default=1)
    # What the paid part holds, as [{"heading", "words"}], and the first words of one section of it.
    sections: list[dict[str, Any]] = json_list_column()
    opening: str = text_column()
    created_at: datetime = created_column()
    # The first time that everybody could see it; its age counts from then. None while it is held.
    published_at: datetime | None = moment_column()
    changed_at: datetime = created_column()


class IdeaVersion(SQLModel, table=True):
    """One state of an idea that was published. Never changed: a buyer keeps what was bought."""

    __tablename__ = "idea_versions"
    __table_args__ = (UniqueConstraint("idea_id", "number"),)

    id: str = id_column("iver")
    idea_id: str = ref_column("idea", "ideas.id", ondelete="CASCADE")
    number: int
    # What everybody could read then: title, promise, problem, audience, category, tags, language.
    teaser: dict[str, Any] = json_column()
    price_cents: int
    # SHA-256 of the canonical teaser and paid part together: what a receipt of authorship speaks of.
    content_hash: str = digest_column()
    note: str = Field(default="", max_length=200)
    created_at: datetime = created_column()


class PaidPart(SQLModel, table=True):
    """What a version sells. Read through `services.ideas.paid` alone, which asks who is reading."""

    __tablename__ = "paid_parts"

    version_id: str = ref_column("iver", "idea_versions.id", primary_key=True, ondelete="CASCADE")
    solution: str = text_column()
    go_to_market: str = text_column()
    numbers: str = text_column()
    specification: str = text_column()
    template_settings: dict[str, Any] = json_column()
    licence: str = text_column()


class IdeaDraft(SQLModel, table=True):
    """An idea while it is written, or a change of one. Its author alone reads it."""

    __tablename__ = "idea_drafts"
    __table_args__ = (
        # One change of an idea is written at a time; new ones as many as somebody likes.
        UniqueConstraint("user_id", "idea_id", name="uq_idea_drafts_user_id_idea_id"),
    )

    id: str = id_column("drft")
    team_id: str = ref_column("team", "teams.id", index=True)
    user_id: str = ref_column("user", "users.id")
    idea_id: str | None = ref_column("idea", "ideas.id", nullable=True, index=True, ondelete="CASCADE")
    fields: dict[str, Any] = json_column()
    # Raised by each save, so that two open windows cannot overwrite each other unseen.
    revision: int = Field(default=1)
    created_at: datetime = created_column()
    changed_at: datetime = created_column()
