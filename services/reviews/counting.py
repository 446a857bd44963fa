"""What the reviews of an idea say together, and how that enters its rank.

A review counts while its buyer's purchase is paid, and it is neither withdrawn nor hidden: whoever changes one of these
calls `recount`.
"""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlmodel import Session, col

from models.idea_ranks import IdeaRank
from models.purchases import Purchase, PurchaseState
from models.reviews import LEAST, MOST, Review
from services.ideas.ranking import rating_parts
from services.ideas.standing import rescore

SCALES = ("clarity", "novelty", "feasibility")


@dataclass(frozen=True)
class Tally:
    """How often each review was given: [(clarity, novelty, feasibility, would build, how often)]."""

    given: tuple[tuple[int, int, int, bool, int], ...]

    @cached_property
    def count(self) -> int:
        """How many reviews there are."""
        return sum(one[4] for one in self.given)

    def mean(self, at: int) -> float:
        """Return the mean of the `at`-th of what is given. There has to be a review."""
        return sum(one[at] * one[4] for one in self.given) / self.count

    def parts(self) -> tuple[float, float]:
        """Return what they say for the idea, and against it."""
        leaning = [(rating_parts(rating_of(*one[:4])), one[4]) for one in self.given]
        return sum(parts[0] * often for parts, often in leaning), sum(
            parts[1] * often for parts, often in leaning
        )


def rating_of(clarity: int, novelty: int, feasibility: int, would_build: bool) -> float:
    """Return one review as one number from 0 to 1: the mean of its four answers, each from 0 to 1."""
    scales = [(value - LEAST) / (MOST - LEAST) for value in (clarity, novelty, feasibility)]
    return (sum(scales) + float(would_build)) / 4


def counts() -> ColumnElement[bool]:
    """Whether a review counts, in SQL."""
    return and_(col(Review.withdrawn_at).is_(None), col(Review.hidden_at).is_(None), is_paid())


def is_paid() -> ColumnElement[bool]:
    """Whether who reviewed an idea has it now: what was given back says nothing any more."""
    return exists().where(
        col(Purchase.idea_id) == col(Review.idea_id),
        col(Purchase.user_id) == col(Review.user_id),
        col(Purchase.state) == PurchaseState.PAID,
    )


def tally(session: Session, idea_id: str) -> Tally:
    """Return what the reviews of an idea say."""
    answers = (col(Review.clarity), col(Review.novelty), col(Review.feasibility), col(Review.would_build))
    statement = (
        select(*answers, func.count()).where(col(Review.idea_id) == idea_id, counts()).group_by(*answers)
    )
    return Tally(tuple(tuple(row) for row in session.execute(statement.order_by(*answers))))


def take_turn(session: Session, idea_id: str) -> IdeaRank:
    """Return the rank of an idea, locked: who changes its reviews does so one after the other."""
    return session.get_one(IdeaRank, idea_id, populate_existing=True, with_for_update={"key_share": True})


def recount(session: Session, idea_id: str) -> None:
    """Bring what the reviews of an idea say into its rank."""
    rank = take_turn(session, idea_id)
    # Read behind the lock, by a statement of its own: it sees what whoever held it before has changed.
    found = tally(session, idea_id)
    rank.reviews = found.count
    rank.rating_for, rank.rating_against = found.parts()
    session.flush()
    rescore(session, [idea_id])
