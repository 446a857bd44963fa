"""What a ring of 20 gains, and whom the search for rings wrongs: among 5,000 honest voters (tests/crowd_of_voters.py).

A ring's gain is how many places its best idea stands higher than without its votes, after the night. Rings with one
sign are a moderator's case: their gain is measured after the decision, and what they gain until then is told beside it.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.db import transaction
from models.ids import decode_id
from models.rings import RingState, VoteRing
from services.accounts import Actor
from services.ideas.rings import cases
from services.ideas.rings.nightly import find_rings
from tests import crowd_of_voters as crowds
from tests.bench.market import market
from tests.bench.market_rows import Size
from tests.bench.measure import Measure
from tests.crowd_of_voters import Crowd
from tests.market import publish
from tests.note import person

HONEST, IDEAS = 5_000, 300
SURE = ("lazy", "clique", "patient", "disguised")
WRONGED = text("""
SELECT count(DISTINCT user_id) FROM votes WHERE NOT counted AND user_id BETWEEN :first AND :last
""")


@dataclass
class Night:
    """What a night did: places gained by each kind of ring before and after it, and by hidden ones until decided."""

    without: dict[str, int]
    gained: dict[str, int]
    undecided: int
    wronged: int
    suspected: int
    counted_wrongly: int
    took_s: float


def night(session: Session, operator: Actor, crowd: Crowd) -> Night:
    """Let every ring vote, look for rings, and let a moderator stop what is suspected and only of a ring."""
    before, without = crowds.order(session), {}
    for kind, ideas in crowd.pushed.items():
        calm = crowds.order(session)
        crowds.cast(session, list(crowd.ring_votes(kind)))
        without[kind] = crowds.gains(calm, crowds.order(session), ideas)
    begun = time.perf_counter()
    find_rings(session)
    took = time.perf_counter() - begun
    crowds.fold(session)
    found = crowds.order(session)
    suspected = suspects(session, crowd)
    for ring_id, honest in suspected.items():
        (cases.clear if honest else cases.confirm)(session, operator, ring_id)
    crowds.fold(session)
    decided = crowds.order(session)
    values = {"first": crowds.user_uuid(1), "last": crowds.user_uuid(crowd.honest)}
    return Night(
        without=without,
        gained={kind: crowds.gains(before, decided, ideas) for kind, ideas in crowd.pushed.items()},
        undecided=crowds.gains(before, found, crowd.pushed["hidden"]),
        wronged=int(session.execute(WRONGED, values).scalar_one()),
        suspected=sum(suspected.values()),
        counted_wrongly=crowds.counted_wrongly(session),
        took_s=took,
    )


def suspects(session: Session, crowd: Crowd) -> dict[str, bool]:
    """Return the rings that wait for a moderator, each with whether most of it are honest people."""
    last = crowds.user_uuid(crowd.honest)
    waiting = session.scalars(select(VoteRing.id).where(col(VoteRing.state) == RingState.SUSPECTED)).all()
    found = {}
    for ring_id in waiting:
        users = session.execute(
            text("SELECT DISTINCT user_id FROM ring_votes WHERE ring_id = :ring"), {"ring": uuid_of(ring_id)}
        ).all()
        found[ring_id] = sum(row[0] <= last for row in users) > len(users) / 2
    return found


def uuid_of(ring_id: str) -> UUID:
    """Return a ring's id as it is stored."""
    return decode_id("ring", ring_id)


def measures() -> Iterator[Measure]:
    seed = int(os.environ.get("SEED", "1"))
    with market(Size.of(0.0001)) as people:
        crowd = Crowd(HONEST, IDEAS, seed)
        author = person("ring-author@example.com")
        with transaction() as session:
            # What the market brings along is nobody's vote.
            session.execute(text("TRUNCATE votes, vote_deltas, idea_ranks"))
            publish(session, author, "Model of an idea")
            crowds.settle(session, crowd, "ring-author@example.com", "Model of an idea")
        with transaction() as session:
            found = night(session, people[0], crowd)
    yield from told(found, crowd, seed)


def told(found: Night, crowd: Crowd, seed: int) -> Iterator[Measure]:
    """Yield what a night is measured by."""
    note = f"without a night: {found.without}; hidden until decided: {found.undecided}; seed {seed}"
    for kind in crowd.rings:
        name = f"places_that_a_{kind}_ring_gains"
        yield Measure(name, found.gained[kind], "places", 1, n=crowds.RING, note=note)
    share = 100 * found.wronged / crowd.honest
    yield Measure(
        "honest_voters_with_a_vote_that_stopped", round(share, 3), "%", 1, n=crowd.honest,
        note=f"{found.suspected} groups of honest people were a moderator's case",
    )  # fmt: skip
    yield Measure("ideas_counted_wrongly_after_a_night", found.counted_wrongly, "ideas", 0, n=crowd.ideas)
    yield Measure("a_night_takes", round(found.took_s, 2), "s", 60, n=crowd.people)
