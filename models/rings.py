"""Groups of accounts that vote as one, and which of their votes that is about."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.columns import created_column, id_column, json_column, moment_column, one_of, ref_column


class RingState(StrEnum):
    """What becomes of the votes of a ring."""

    SUSPECTED = "suspected"  # one sign alone: they count until a moderator has decided
    STOPPED = "stopped"  # two independent signs, or a moderator: they count no more
    CLEARED = "cleared"  # a moderator has found nothing wrong: they count


class VoteRing(SQLModel, table=True):
    """One group that was found. Who is in it says `ring_votes`."""

    __tablename__ = "vote_rings"
    __table_args__ = (
        one_of("state", RingState),
        Index("ix_vote_rings_seen_at", "seen_at"),
    )

    id: str = id_column("ring")
    state: str = Field(max_length=16)
    # How many of its accounts bear each sign, as {"same_ideas": 20, "same_times": 18}.
    signs: dict[str, Any] = json_column()
    accounts: int
    found_at: datetime = created_column()
    # The last night in which it was found again.
    seen_at: datetime = created_column()
    decided_at: datetime | None = moment_column()


class RingVote(SQLModel, table=True):
    """A vote that a ring is about. It stays when the vote is taken back: cast again it is of the ring again."""

    __tablename__ = "ring_votes"
    __table_args__ = (Index("ix_ring_votes_idea_id_user_id", "idea_id", "user_id"),)

    ring_id: str = ref_column("ring", "vote_rings.id", primary_key=True, ondelete="CASCADE")
    idea_id: str = ref_column("idea", "ideas.id", primary_key=True, ondelete="CASCADE")
    user_id: str = ref_column("user", "users.id", primary_key=True, index=True, ondelete="CASCADE")
