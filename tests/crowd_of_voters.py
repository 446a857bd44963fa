"""A marketplace of voters: honest ones with their habits, and rings of 20 of five kinds among them.

Honest people: activity is uneven (one in three votes one to three times, the others 12 times on average), popularity
follows Zipf's law, six votes in ten fall between 8 and 10 o'clock, and a new idea is voted for mostly in its first two
days. One in sixteen works in an office of eight at one address, with six kinds of browser; one in five lives in a
household of two with one device; 300 are at one campus. One in sixty is a fan: eight of them follow one author and vote
for the author's four ideas within a day, beside all else.

Rings vote for ideas that few others have voted for, with accounts of trust level 1:
lazy       one idea, from two devices, within two hours
clique     five ideas, minutes apart, each account from a place of its own
patient    four ideas over ten days, from four devices
disguised  four ideas minutes apart, and as many popular ones as they like, from places of their own
hidden     four ideas over ten days, from places of their own: one sign alone, which a person has to decide about
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from models.clock import now
from models.ids import encode_id
from services.ideas import standing
from services.trust import WEIGHTS

RING, DAYS = 20, 28
KINDS = {"lazy": 1, "clique": 5, "patient": 4, "disguised": 4, "hidden": 4}
SHARES = (0.40, 0.30, 0.15, 0.10, 0.05)
AGENTS = tuple(f"Browser/{number}" for number in range(6))
ADD_PEOPLE = text("""
INSERT INTO users SELECT new.* FROM users u, generate_series(1, :people) AS n,
    jsonb_populate_record(u, jsonb_build_object(
        'id', ('01810000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'email', 'voter' || n || '@example.com',
    'name', 'Voter ' || n, 'is_operator', false)) AS new
WHERE u.email = :model
""")
ADD_IDEAS = text("""
INSERT INTO ideas SELECT new.* FROM ideas i, generate_series(1, :ideas) AS n,
    jsonb_populate_record(i, jsonb_build_object(
        'id', ('01910000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'title', 'Idea ' || n)) AS new
WHERE i.title = :model
""")
ADD_RANKS = text("""
INSERT INTO idea_ranks SELECT new.* FROM idea_ranks r JOIN ideas i ON i.id = r.idea_id,
    generate_series(1, :ideas) AS n, jsonb_populate_record(r, jsonb_build_object(
    'idea_id', ('01910000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'chance', random())) AS new
WHERE i.title = :model
""")
ADD_VOTES = text("""
WITH cast_votes AS (
    INSERT INTO votes (idea_id, user_id, weight, counted, created_at)
    VALUES (:idea, :user, :weight, true, :at) ON CONFLICT DO NOTHING RETURNING idea_id, weight
)
INSERT INTO vote_deltas (idea_id, votes, weight) SELECT idea_id, 1, weight FROM cast_votes
""")
ADD_SESSION = text("""
INSERT INTO sessions (id, user_id, token_hash, user_agent, address, created_at, last_seen_at, expires_at)
VALUES (gen_random_uuid(), :user, md5(random()::text) || md5(random()::text), :agent, :address, :at, :at, :until)
""")
SEEN = text("UPDATE idea_ranks SET qualified_views = qualified_views + :more WHERE idea_id = :idea")


def user_uuid(number: int) -> UUID:
    """Return the id of a voter as it is stored."""
    return UUID(int=(0x018100000000_7000_8000 << 48) | number)


def idea_uuid(number: int) -> UUID:
    """Return the id of an idea as it is stored."""
    return UUID(int=(0x019100000000_7000_8000 << 48) | number)


@dataclass(frozen=True, slots=True)
class Cast:
    """One vote."""

    user: int
    idea: int
    at: datetime
    weight: float


@dataclass
class Crowd:
    """Who there is. Numbers are those of `user_uuid` and `idea_uuid`; a ring's first idea is what it pushes."""

    honest: int
    ideas: int
    seed: int = 1
    rings: dict[str, list[int]] = field(default_factory=dict)
    pushed: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        first, idea = self.honest + 1, self.ideas - sum(KINDS.values()) + 1
        for kind, count in KINDS.items():
            self.rings[kind] = list(range(first, first + RING))
            self.pushed[kind] = list(range(idea, idea + count))
            first, idea = first + RING, idea + count
        self.begun = now() - timedelta(days=DAYS)

    @property
    def people(self) -> int:
        """How many accounts there are."""
        return self.honest + RING * len(KINDS)

    def moment(self, day: float) -> datetime:
        """Return a moment of a day, as people have time: mostly in the morning."""
        hour = self.chance.uniform(8, 10) if self.chance.random() < 0.6 else self.chance.uniform(0, 24)
        return self.begun + timedelta(days=int(day), hours=hour)

    def came(self, idea: int) -> float:
        """Return on which day an idea came."""
        return (idea * 7919) % self.ideas / self.ideas * (DAYS - 3)

    def honest_votes(self) -> Iterator[Cast]:
        """Yield what honest people vote for."""
        weights = [1 / (1 + (idea * 31) % self.ideas) ** 0.8 for idea in range(1, self.ideas + 1)]
        for user in range(1, self.honest + 1):
            weight = WEIGHTS[self.chance.choices(range(5), SHARES)[0]]
            count = (
                self.chance.randint(1, 3)
                if self.chance.random() < 0.33
                else 1 + int(self.chance.expovariate(1 / 12))
            )
            for idea in sorted(set(self.chance.choices(range(1, self.ideas + 1), weights, k=count))):
                delay = (
                    self.chance.expovariate(1) if self.chance.random() < 0.8 else self.chance.uniform(0, 20)
                )
                yield Cast(user, idea, self.moment(min(DAYS - 1, self.came(idea) + delay)), weight)
        for group in range(self.honest // 480):
            author = self.chance.sample(range(1, self.ideas - 40), 4)
            for user in range(group * 8 + 1, group * 8 + 9):
                for idea in author:
                    yield Cast(
                        user, idea, self.moment(min(DAYS - 1, self.came(idea) + self.chance.random())), 0.4
                    )

    def places(self) -> Iterator[tuple[int, str, str]]:
        """Yield where people are signed in: account, address, device."""
        for user in range(1, self.honest + 1):
            agent = self.chance.choice(AGENTS)
            if user <= self.honest // 16:
                yield user, f"office {user // 8}", agent
            elif user <= self.honest // 16 + self.honest // 5:
                yield user, f"home {user // 2}", "Browser/home"
            elif user <= self.honest // 16 + self.honest // 5 + min(300, self.honest // 10):
                yield user, "campus", agent
            else:
                yield user, f"own {user}", agent
        devices = {"lazy": 2, "patient": 4}
        for kind, users in self.rings.items():
            for at, user in enumerate(users):
                place = at % devices[kind] if kind in devices else at
                yield user, f"{kind} {place}", "Browser/ring"

    def ring_votes(self, kind: str) -> Iterator[Cast]:
        """Yield what a ring votes for."""
        for idea in self.pushed[kind]:
            start = self.begun + timedelta(days=self.chance.uniform(DAYS - 12, DAYS - 11), hours=12)
            for user in self.rings[kind]:
                late = {"lazy": timedelta(minutes=self.chance.uniform(0, 120))}.get(
                    kind, timedelta(minutes=self.chance.uniform(0, 25))
                )
                if kind in ("patient", "hidden"):
                    late = timedelta(days=self.chance.uniform(0, 10))
                yield Cast(user, idea, start + late, WEIGHTS[1])
        if kind == "disguised":
            for user in self.rings[kind]:
                for idea in self.chance.sample(range(1, 40), 6):
                    yield Cast(user, idea, self.moment(self.chance.uniform(10, DAYS - 1)), WEIGHTS[1])


def settle(session: Session, crowd: Crowd, model_user: str, model_idea: str) -> None:
    """Write people, ideas, places and honest votes; rank by them."""
    size = {"people": crowd.people, "ideas": crowd.ideas}
    session.execute(ADD_PEOPLE, size | {"model": model_user})
    session.execute(ADD_IDEAS, size | {"model": model_idea})
    session.execute(ADD_RANKS, size | {"model": model_idea})
    moment = now()
    rows = [
        {
            "user": user_uuid(user),
            "address": address,
            "agent": agent,
            "at": moment,
            "until": moment + timedelta(days=9),
        }
        for user, address, agent in crowd.places()
    ]
    session.execute(ADD_SESSION, rows)
    cast(session, list(crowd.honest_votes()), readers=12)


def cast(session: Session, votes: Sequence[Cast], readers: int = 1) -> None:
    """Write votes as the service does, each with so many readers, and fold them."""
    rows = [
        {"idea": idea_uuid(one.idea), "user": user_uuid(one.user), "weight": one.weight, "at": one.at}
        for one in votes
    ]
    session.execute(ADD_VOTES, rows)
    seen: dict[int, int] = {}
    for one in votes:
        seen[one.idea] = seen.get(one.idea, 0) + readers
    session.execute(SEEN, [{"idea": idea_uuid(idea), "more": more} for idea, more in seen.items()])
    fold(session, crowd_ids(seen))


def crowd_ids(seen: dict[int, int]) -> list[str]:
    """Return the public ids of ideas."""
    return [encode_id("idea", idea_uuid(idea)) for idea in seen]


def fold(session: Session, changed: Sequence[str] = ()) -> None:
    """Fold every vote that waits, and rank."""
    while standing.fold_votes(session):
        pass
    if changed:
        standing.rescore(session, changed)


def order(session: Session) -> list[UUID]:
    """Return all ideas of the crowd as Top has them."""
    rows = session.execute(
        text("SELECT idea_id FROM idea_ranks WHERE idea_id > :first ORDER BY quality DESC, idea_id DESC"),
        {"first": idea_uuid(0)},
    )
    return [row[0] for row in rows if row[0] <= idea_uuid(1 << 20)]


def gains(before: Sequence[UUID], after: Sequence[UUID], ideas: Sequence[int]) -> int:
    """Return how many places the best of some ideas has climbed over ideas that were before it."""
    return max(before.index(idea_uuid(idea)) - after.index(idea_uuid(idea)) for idea in ideas)


def counted_wrongly(session: Session) -> int:
    """Return how many ideas have another number than that of their counted votes, in their rank and what waits."""
    wrong = """
    SELECT count(*) FROM idea_ranks r WHERE r.votes + coalesce(
        (SELECT sum(d.votes) FROM vote_deltas d WHERE d.idea_id = r.idea_id), 0
    ) <> (SELECT count(*) FROM votes v WHERE v.idea_id = r.idea_id AND v.counted)
    """
    return int(session.execute(text(wrong)).scalar_one())
