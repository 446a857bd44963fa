"""How ideas stand: the narrow rows that lists are ordered by, apart from the texts so that a vote rewrites little."""

import random
from datetime import datetime

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlmodel import Field, SQLModel

from models.columns import created_column, moment_column, ref_column
from models.ids import Id

LISTED = text("listed")


class IdeaRank(SQLModel, table=True):
    """The counts and scores of an idea, beside copies of what lists are filtered by."""

    __tablename__ = "idea_ranks"
    __table_args__ = (
        Index(
            "ix_idea_ranks_quality", text("quality DESC"), text("idea_id DESC"), postgresql_where=LISTED
        ),
        Index("ix_idea_ranks_heat", text("heat DESC"), text("idea_id DESC"), postgresql_where=LISTED),
        Index("ix_idea_ranks_new", text("published_at DESC"), text("idea_id DESC"), postgresql_where=LISTED),
        Index(
            "ix_idea_ranks_category_quality", "category", text("quality DESC"), text("idea_id DESC"),
            postgresql_where=LISTED,
        ),
        Index(
            "ix_idea_ranks_category_new", "category", text("published_at DESC"), text("idea_id DESC"),
            postgresql_where=LISTED,
        ),
        Index(
            "ix_idea_ranks_language_quality", "language", text("quality DESC"), text("idea_id DESC"),
            postgresql_where=LISTED,
        ),
        Index("ix_idea_ranks_exploring", "chance", postgresql_where=text("listed AND exploring")),
        Index("ix_idea_ranks_featured", "featured_until", postgresql_where=text("featured_until IS NOT NULL")),
        # Room on each page for the new row of an update, which then needs no change of the indexes.
        {"postgresql_with": {"fillfactor": "80"}},
    )  # fmt: skip

    idea_id: str = ref_column("idea", "ideas.id", primary_key=True, ondelete="CASCADE")
    # Published: what nobody may find is in no list.
    listed: bool = Field(default=False)
    category: str = Field(max_length=40)
    language: str = Field(max_length=8)
    price_cents: int
    published_at: datetime = created_column()
    # Deployed by the team, and how long it has been seen healthy since.
    built: bool = Field(default=False)
    votes: int = Field(default=0)
    # The votes, each by the trust in its voter.
    weight: float = Field(default=0.0)
    # What of it comes from accounts that nothing is known of.
    fresh_weight: float = Field(default=0.0)
    quality: float = Field(default=0.0)
    heat: float = Field(default=0.0)
    views: int = Field(default=0)
    qualified_views: int = Field(default=0)
    buyers: int = Field(default=0)
    comments: int = Field(default=0)
    reviews: int = Field(default=0)
    # What buyers' ratings say for it and against it, each rating with at most 1 (services.ideas.ranking).
    rating_for: float = Field(default=0.0)
    rating_against: float = Field(default=0.0)
    # Still owed a place in the lists: young, and hardly seen. `chance` is where it stands in the draw of the pool.
    exploring: bool = Field(default=True)
    chance: float = Field(default_factory=random.random)
    featured_until: datetime | None = moment_column()


class Vote(SQLModel, table=True):
    """One account's vote for one idea. Taken back, the row goes."""

    __tablename__ = "votes"
    __table_args__ = (Index("ix_votes_user_id_idea_id", "user_id", "idea_id"),)

    idea_id: str = ref_column("idea", "ideas.id", primary_key=True, ondelete="CASCADE")
    user_id: str = ref_column("user", "users.id", primary_key=True, ondelete="CASCADE")
    # From 0 to 1, by the trust in the voter when the vote was cast.
    weight: float
    # False once it was shown to be part of a ring: it stays, and counts no more.
    counted: bool = Field(default=True)
    created_at: datetime = created_column()


class VoteDelta(SQLModel, table=True):
    """What a vote changes, waiting to be folded into the idea's rank: appended, so that voters never queue."""

    __tablename__ = "vote_deltas"
    # Who looks at an idea is told what waits, too: their own vote may be among it.
    __table_args__ = (Index("ix_vote_deltas_idea_id", "idea_id"),)

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    # No foreign key: it lives for half a second, and a key would lock the idea for every voter.
    idea_id: str = Field(sa_type=Id("idea"))
    votes: int
    weight: float
