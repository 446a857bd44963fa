"""What is kept to find ideas that were taken from others: a keyed sample of each version, and what was found."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, SmallInteger
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.columns import created_column, digest_column, moment_column, ref_column


class IdeaSketch(SQLModel, table=True):
    """A sample of the passages of a version, what is sold included, each as a number that only our key makes.

    Whoever reads the row without the key learns neither a word nor whether a text that they guess stands in it.
    """

    __tablename__ = "idea_sketches"
    __table_args__ = (
        Index("ix_idea_sketches_numbers", "numbers", postgresql_using="gin"),
        Index("ix_idea_sketches_digest", "digest"),
    )

    version_id: str = ref_column("iver", "idea_versions.id", primary_key=True, ondelete="CASCADE")
    idea_id: str = ref_column("idea", "ideas.id", index=True, ondelete="CASCADE")
    # HMAC of all the words in their order: equal for texts that differ in case, marks and line breaks at most.
    digest: str = digest_column()
    numbers: list[int] = Field(sa_column=Column(ARRAY(BigInteger), nullable=False))
    # Which key made it, and by which rules: what was made otherwise is made anew by night.
    key_id: str = Field(max_length=16)
    method: int = Field(sa_column=Column(SmallInteger, nullable=False))
    made_at: datetime = created_column()


class Likeness(SQLModel, table=True):
    """That an idea resembles an earlier one of somebody else. For moderators alone: it speaks of what is sold, too."""

    __tablename__ = "idea_likenesses"

    idea_id: str = ref_column("idea", "ideas.id", primary_key=True, ondelete="CASCADE")
    # The earlier one.
    other_id: str = ref_column("idea", "ideas.id", primary_key=True, index=True, ondelete="CASCADE")
    version_id: str = ref_column("iver", "idea_versions.id", index=True, ondelete="CASCADE")
    other_version_id: str = ref_column("iver", "idea_versions.id", index=True, ondelete="CASCADE")
    # As `services.ideas.likeness.overlap` computes them; `public_share` of what everybody reads alone.
    score: float
    share: float
    public_share: float
    words: int
    passages: int
    longest: int
    in_order: bool
    # Whether its author had bought the earlier one.
    bought: bool
    found_at: datetime = created_column()
    # A moderator has found nothing wrong with that much; more of it is a case again.
    cleared_share: float | None = Field(default=None)
    cleared_at: datetime | None = moment_column()
