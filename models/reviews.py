"""What buyers say of an idea that they have read whole, what its author replies, and whom it helped."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import created_column, id_column, moment_column, ref_column, text_column

LEAST, MOST = 1, 5


class Review(SQLModel, table=True):
    """One buyer's review of one idea. It counts while its purchase is paid, and it is neither withdrawn nor hidden."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("idea_id", "user_id", name="uq_reviews_idea_id_user_id"),
        CheckConstraint(f"clarity BETWEEN {LEAST} AND {MOST}", name="clarity_range"),
        CheckConstraint(f"novelty BETWEEN {LEAST} AND {MOST}", name="novelty_range"),
        CheckConstraint(f"feasibility BETWEEN {LEAST} AND {MOST}", name="feasibility_range"),
        Index("ix_reviews_idea_id_created_at", "idea_id", text("created_at DESC"), text("id DESC")),
        Index("ix_reviews_user_id", "user_id"),
    )

    id: str = id_column("revw")
    idea_id: str = ref_column("idea", "ideas.id", ondelete="CASCADE")
    user_id: str = ref_column("user", "users.id")
    # Which version it speaks of: an author may have changed the idea because of it.
    version_number: int
    clarity: int = Field(sa_type=SmallInteger)
    novelty: int = Field(sa_type=SmallInteger)
    feasibility: int = Field(sa_type=SmallInteger)
    would_build: bool
    # Markdown, or nothing.
    words: str = text_column()
    helpful: int = Field(default=0)
    created_at: datetime = created_column()
    edited_at: datetime | None = moment_column()
    withdrawn_at: datetime | None = moment_column()
    # Taken away by a moderator: its author alone still reads it.
    hidden_at: datetime | None = moment_column()


class ReviewReply(SQLModel, table=True):
    """What the author of the idea replied to a review."""

    __tablename__ = "review_replies"

    review_id: str = ref_column("revw", "reviews.id", primary_key=True, ondelete="CASCADE")
    user_id: str = ref_column("user", "users.id", index=True)
    words: str = text_column()
    created_at: datetime = created_column()
    edited_at: datetime | None = moment_column()


class ReviewMark(SQLModel, table=True):
    """Somebody found a review helpful. Taken back, the row goes."""

    __tablename__ = "review_marks"

    review_id: str = ref_column("revw", "reviews.id", primary_key=True, ondelete="CASCADE")
    user_id: str = ref_column("user", "users.id", primary_key=True, index=True, ondelete="CASCADE")
    created_at: datetime = created_column()
