"""The search for rings: once a night, in a worker. What is found twice is one ring, what was cleared stays cleared."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import DateTime, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel import Session, col, select

from models.clock import now
from models.ids import Id, encode_id
from models.installation import FactName
from models.rings import RingState, RingVote, VoteRing
from services import queue
from services.facts import keep_fact
from services.ideas.nightly import takes_turn
from services.ideas.rings.cases import open_case
from services.ideas.rings.groups import Group, groups_of
from services.ideas.rings.reading import LOOKED_AT, pairs_of, placed_pairs
from services.ideas.rings.signs import graphs
from services.ideas.rings.stopping import stop

# What most of a group voted for is what it is about; the rest of their votes are theirs.
SHARE_OF_GROUP = 0.5
SHARED_VOTES = text("""
WITH theirs AS (SELECT idea_id, user_id FROM votes WHERE user_id = ANY(:users) AND created_at > :since)
SELECT idea_id, user_id FROM theirs WHERE idea_id IN (
    SELECT idea_id FROM theirs GROUP BY idea_id HAVING count(*) >= :least
) ORDER BY idea_id, user_id
""").bindparams(
    bindparam("users", type_=ARRAY(Id("user"))), bindparam("since", type_=DateTime(timezone=True))
)


def want(session: Session) -> int:
    """Promise tonight's search, once. Due each minute."""
    if not takes_turn(session, FactName.RINGS):
        return 0
    queue.enqueue(session, "find_rings", {})
    keep_fact(session, FactName.RINGS, {"state": "promised"})
    return 1


def find_rings(session: Session) -> int:
    """Look for rings among the votes of the last 30 days, keep what was found, and return how many are new.

    The votes of a ring that bears two signs stop counting now; for one sign a moderator decides. Doing it twice finds
    the same.
    """
    since = now() - LOOKED_AT
    found = groups_of(graphs(pairs_of(session, since), placed_pairs(session, since)))
    new = sum(keep(session, group, since) for group in found)
    sure = sum(group.is_sure for group in found)
    keep_fact(session, FactName.RINGS, {"state": "done", "found": len(found), "sure": sure, "new": new})
    return new


def keep(session: Session, group: Group, since: datetime) -> bool:
    """Store a group, stop its votes where it is sure, and return whether it is new."""
    cast = votes_of(session, group.accounts, since)
    if not cast:
        return False
    known = known_ring(session, group.accounts)
    ring = known or VoteRing(state=RingState.SUSPECTED, accounts=0)
    ring.signs, ring.seen_at = {sign.value: count for sign, count in group.signs.items()}, now()
    ring.accounts = max(ring.accounts, len(group.accounts))
    session.add(ring)
    session.flush()
    if ring.state != RingState.CLEARED:
        add_votes(session, ring.id, cast)
    becomes_sure = group.is_sure and ring.state == RingState.SUSPECTED
    if becomes_sure:
        ring.state = RingState.STOPPED
        session.flush()
    if ring.state == RingState.STOPPED:
        stop(session, ring.id)
    if known is None or becomes_sure:
        open_case(session, ring)
    return known is None


def votes_of(session: Session, accounts: Collection[str], since: datetime) -> list[tuple[str, str]]:
    """Return which votes a group is about, each as idea and account: those for what at least half of it voted for."""
    least = max(2, int(SHARE_OF_GROUP * len(accounts)))
    rows = session.execute(SHARED_VOTES, {"users": sorted(accounts), "since": since, "least": least})
    return [(encode_id("idea", idea_id), encode_id("user", user_id)) for idea_id, user_id in rows]


def known_ring(session: Session, accounts: Collection[str]) -> VoteRing | None:
    """Return the ring that a group was found as before: the one with most of its accounts, half of them at least."""
    statement = (
        select(RingVote.ring_id, RingVote.user_id).where(col(RingVote.user_id).in_(accounts)).distinct()
    )
    met: dict[str, int] = {}
    for ring_id, _ in session.execute(statement):
        met[ring_id] = met.get(ring_id, 0) + 1
    best = max(met, key=lambda ring_id: (met[ring_id], ring_id), default=None)
    if best is None or 2 * met[best] < len(accounts):
        return None
    return session.get_one(VoteRing, best, with_for_update=True)


def add_votes(session: Session, ring_id: str, cast: Sequence[tuple[str, str]]) -> None:
    """Keep which votes a ring is about."""
    rows = [{"ring_id": ring_id, "idea_id": idea_id, "user_id": user_id} for idea_id, user_id in cast]
    session.execute(insert(RingVote).values(rows).on_conflict_do_nothing())
