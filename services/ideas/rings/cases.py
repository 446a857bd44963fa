"""Where a ring becomes a moderator's case, and what a moderator's decision does. The one place where cases begin."""

from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.clock import now
from models.errors import NotFound
from models.ideas import Idea
from models.moderation import Source
from models.rings import RingState, RingVote, VoteRing
from services import audit
from services.accounts import Actor, require_operator
from services.ideas.rings.stopping import count_again, stop
from services.moderation.opening import Answered, open_for

# More than that a ring votes for to hide what it is about.
MOST_CASES = 10


def open_case(session: Session, ring: VoteRing) -> None:
    """Bring the ideas that a ring votes for before a moderator.

    What was stopped is in the trail of each idea that lost votes by it.
    """
    for subject in voted_for(session, ring):
        open_for(session, Source.RING, subject, case_data(ring))
    if ring.state == RingState.STOPPED:
        tell_ideas(session, None, ring, "votes.stopped")


def tell_ideas(session: Session, actor: Actor | None, ring: VoteRing, action: str) -> None:
    """Write into the audit trail how many votes of each idea a ring is about; not whose they are, nor why."""
    counted = (
        select(RingVote.idea_id, Idea.team_id, func.count())
        .join(Idea, col(Idea.id) == col(RingVote.idea_id))
        .where(col(RingVote.ring_id) == ring.id)
        .group_by(col(RingVote.idea_id), col(Idea.team_id))
    )
    for idea_id, team_id, votes in session.execute(counted).all():
        audit.record(session, actor, action, idea_id, team_id, {"votes": votes, "ring_id": ring.id})


def case_data(ring: VoteRing) -> dict[str, Any]:
    """Return what a moderator is told of a ring: how large, by which signs, and whether its votes count."""
    signs = ", ".join(sign.replace("_", " ") for sign in sorted(ring.signs))
    stopped = "their votes count no more" if ring.state == RingState.STOPPED else "their votes still count"
    return {
        "why": [
            f"{ring.accounts} accounts vote for it as one ({signs}); {stopped}",
            f"ideasmith ideas rings shows and decides the ring {ring.id}",
        ],
        "ring_id": ring.id, "accounts": ring.accounts, "signs": dict(ring.signs), "state": ring.state,
    }  # fmt: skip


def voted_for(session: Session, ring: VoteRing) -> list[Answered]:
    """Return the ideas that a ring votes for, those with most of its votes first, ten at most."""
    statement = (
        select(Idea.id, Idea.user_id, Idea.team_id)
        .join(RingVote, col(RingVote.idea_id) == col(Idea.id))
        .where(col(RingVote.ring_id) == ring.id)
        .group_by(col(Idea.id))
        .order_by(func.count().desc(), col(Idea.id))
        .limit(MOST_CASES)
    )
    return [Answered(*row) for row in session.execute(statement)]


def confirm(session: Session, operator: Actor, ring_id: str) -> VoteRing:
    """Count the votes of a ring no more, because a moderator says so. Twice is once.

    Raises:
        NotAllowed: not by the operator.
        NotFound: there is no such ring.
    """
    ring = find_ring(session, operator, ring_id)
    if ring.state != RingState.STOPPED:
        ring.state, ring.decided_at = RingState.STOPPED, now()
        session.flush()
        stop(session, ring.id)
        tell_ideas(session, operator, ring, "votes.stopped")
    return ring


def clear(session: Session, operator: Actor, ring_id: str) -> VoteRing:
    """Count the votes of a ring, because a moderator found nothing wrong or granted an appeal. Twice is once.

    The same accounts are no ring again by the nightly search alone.

    Raises:
        NotAllowed: not by the operator.
        NotFound: there is no such ring.
    """
    ring = find_ring(session, operator, ring_id)
    if ring.state != RingState.CLEARED:
        stopped = ring.state == RingState.STOPPED
        ring.state, ring.decided_at = RingState.CLEARED, now()
        session.flush()
        count_again(session, ring.id)
        if stopped:
            tell_ideas(session, operator, ring, "votes.counted_again")
    return ring


def find_ring(session: Session, operator: Actor, ring_id: str) -> VoteRing:
    """Return a ring for a moderator to decide about, locked."""
    require_operator(operator, "moderation:write")
    ring = session.scalars(
        select(VoteRing).where(col(VoteRing.id) == ring_id).with_for_update()
    ).one_or_none()
    if ring is None:
        raise NotFound("There is no ring with that id.")
    return ring
