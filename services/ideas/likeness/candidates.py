"""Which versions are worth comparing: those that share passages by their sketches, and first what somebody bought."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, DateTime, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session

from models.ids import Id, encode_id
from services.ideas.likeness.sketches import Sketch

# Below two shared passages of a sample lie chance and stock sentences.
LEAST_SHARED, MOST_COMPARED = 2, 40
SHARED = "cardinality(ARRAY(SELECT unnest(s.numbers) INTERSECT SELECT unnest(CAST(:numbers AS bigint[]))))"
# Of each idea the version that shares most. The author's own ideas, and those of their team, are no others.
OTHERS = f"""
WITH near AS (
    SELECT s.version_id, s.idea_id, {SHARED} + CASE WHEN s.digest = :digest THEN 1000 ELSE 0 END AS shared
    FROM idea_sketches s WHERE {{where}} AND s.key_id = :key_id
), best AS (
    SELECT DISTINCT ON (n.idea_id) n.version_id, n.idea_id, n.shared
    FROM near n JOIN idea_versions v ON v.id = n.version_id JOIN ideas i ON i.id = n.idea_id
    WHERE n.shared >= {LEAST_SHARED} AND v.created_at < :before
        AND i.user_id <> :user_id AND i.team_id <> :team_id
    ORDER BY n.idea_id, n.shared DESC, v.created_at
)
SELECT b.version_id, b.idea_id, b.shared, EXISTS (
    SELECT FROM purchases p WHERE p.idea_id = b.idea_id AND p.state = 'paid'
        AND (p.user_id = :user_id OR p.team_id = :team_id)
) AS bought
FROM best b ORDER BY bought DESC, b.shared DESC, b.idea_id LIMIT {MOST_COMPARED}
"""  # noqa: S608 - put together of constants
PARAMETERS = (
    bindparam("numbers", type_=ARRAY(BigInteger)), bindparam("before", type_=DateTime(timezone=True)),
    bindparam("user_id", type_=Id("user")), bindparam("team_id", type_=Id("team")),
)  # fmt: skip
ALL = text(OTHERS.format(where="(s.numbers && CAST(:numbers AS bigint[]) OR s.digest = :digest)")).bindparams(
    *PARAMETERS
)
BOUGHT = text(
    OTHERS.format(
        where="s.idea_id IN (SELECT idea_id FROM purchases WHERE state = 'paid'"
        " AND (user_id = :user_id OR team_id = :team_id))"
    )
).bindparams(*PARAMETERS)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version of another idea that shares passages, by the sample, and whether the submitter had bought it."""

    version_id: str
    idea_id: str
    shared: int
    bought: bool


@dataclass(frozen=True, slots=True)
class Submitter:
    """Whose idea it is."""

    user_id: str
    team_id: str


def find_candidates(
    session: Session, who: Submitter, sketch: Sketch, before: datetime, *, bought_alone: bool = False
) -> Sequence[Candidate]:
    """Return up to 40 earlier versions of others, one an idea: what was bought first, then by what they share."""
    values = {
        "numbers": sketch.numbers, "digest": bytes.fromhex(sketch.digest), "key_id": sketch.key_id,
        "before": before, "user_id": who.user_id, "team_id": who.team_id,
    }  # fmt: skip
    rows = session.execute(BOUGHT if bought_alone else ALL, values)
    return [
        Candidate(encode_id("iver", row.version_id), encode_id("idea", row.idea_id), row.shared, row.bought)
        for row in rows
    ]
