"""Sketches of versions, kept as they are published and made anew where the key or the rules have changed."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, exists
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.clock import now
from models.ideas import Idea, IdeaVersion
from models.installation import FactName
from models.likeness import IdeaSketch
from models.purchases import Purchase, PurchaseState
from services import queue
from services.facts import find_fact, keep_fact
from services.ideas.likeness.candidates import Submitter
from services.ideas.likeness.key import sketch_key
from services.ideas.likeness.sketches import METHOD, Sketch, sketch_of
from services.ideas.likeness.texts import Written, of_versions
from services.ideas.nightly import NIGHT, takes_turn

TOPIC = "compare_idea"
# What is published is compared at once by its own job; the rest by night, and every minute while much is left.
AT_ONCE, GRACE = 200, timedelta(minutes=2)
# By then a worker has done most of what was promised last.
SOON = timedelta(minutes=1)
# What somebody bought is compared before they publish; more than that without a sketch waits for the job.
MOST_BOUGHT = 50


def keep_sketch(session: Session, one: Written) -> Sketch:
    """Store the sketch of a version, in place of one that was made otherwise."""
    made = sketch_of(one.words)
    values = {
        "version_id": one.version_id, "idea_id": one.idea_id, "digest": made.digest, "numbers": made.numbers,
        "key_id": made.key_id, "method": METHOD, "made_at": now(),
    }  # fmt: skip
    statement = insert(IdeaSketch).values(values)
    renewed = {
        name: statement.excluded[name] for name in ("digest", "numbers", "key_id", "method", "made_at")
    }
    session.execute(statement.on_conflict_do_update(index_elements=["version_id"], set_=renewed))
    return made


def has_bought(session: Session, who: Submitter) -> bool:
    """Whether somebody, or their team, has bought anything."""
    return bool(session.scalar(select(exists().where(*bought_by(who)))))


def sketch_bought(session: Session, who: Submitter) -> None:
    """Make the sketches that what somebody bought has none of yet, so that it can be compared now."""
    bought = (
        select(IdeaVersion.id)
        .join(Purchase, col(Purchase.idea_id) == col(IdeaVersion.idea_id))
        .where(*bought_by(who), ~sketched())
    )
    for one in of_versions(session, session.scalars(bought.distinct().limit(MOST_BOUGHT)).all()).values():
        keep_sketch(session, one)


def bought_by(who: Submitter) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a purchase that gave somebody, or their team, something to read."""
    theirs = (col(Purchase.user_id) == who.user_id) | (col(Purchase.team_id) == who.team_id)
    return col(Purchase.state) == PurchaseState.PAID, theirs


def sketched() -> ColumnElement[bool]:
    """Return the condition that a version has a sketch of today's key and rules."""
    fresh = select(IdeaSketch.version_id).where(
        col(IdeaSketch.version_id) == col(IdeaVersion.id),
        col(IdeaSketch.key_id) == sketch_key().id,
        col(IdeaSketch.method) == METHOD,
    )
    return fresh.exists()


def missing(session: Session, count: int) -> Sequence[str]:
    """Return ideas whose version of now has no sketch, the oldest versions first: what was copied before its copies."""
    statement = (
        select(Idea.id)
        .join(IdeaVersion, col(IdeaVersion.id) == col(Idea.version_id))
        .where(
            col(IdeaVersion.created_at) < now() - GRACE,
            ~sketched(),
        )
        .order_by(col(IdeaVersion.created_at))
        .limit(count)
    )
    return session.scalars(statement).all()


def want_missing(session: Session) -> int:
    """Promise comparisons of what has none, and return how many. Due each minute, does it once a night."""
    last = find_fact(session, FactName.LIKENESS)
    much_is_left = last is not None and last.data.get("found") == AT_ONCE
    if not takes_turn(session, FactName.LIKENESS, SOON if much_is_left else NIGHT):
        return 0
    found = missing(session, AT_ONCE)
    queue.enqueue_all(session, TOPIC, [{"idea_id": idea_id} for idea_id in found])
    keep_fact(session, FactName.LIKENESS, {"found": len(found)})
    return len(found)
