"""Taking the votes of a ring out of the count, and putting them back. The counter is always the counted votes.

What a vote changes goes the way of every vote: as a delta that is folded half a second later.
"""

from sqlalchemy import Executable, bindparam, text
from sqlmodel import Session

from models.ids import Id

RING = bindparam("ring_id", type_=Id("ring"))
STOP = text("""
WITH stopped AS (
    UPDATE votes v SET counted = false FROM ring_votes r
    WHERE r.ring_id = :ring_id AND v.idea_id = r.idea_id AND v.user_id = r.user_id AND v.counted
    RETURNING v.idea_id, v.weight
)
INSERT INTO vote_deltas (idea_id, votes, weight) SELECT idea_id, -1, -weight FROM stopped
""").bindparams(RING)
# Who took a vote back and cast it again has cast it as one of the ring.
STOP_AGAIN = text("""
WITH stopped AS (
    UPDATE votes v SET counted = false FROM ring_votes r JOIN vote_rings g ON g.id = r.ring_id
    WHERE g.state = 'stopped' AND v.idea_id = r.idea_id AND v.user_id = r.user_id AND v.counted
    RETURNING v.idea_id, v.weight
)
INSERT INTO vote_deltas (idea_id, votes, weight) SELECT idea_id, -1, -weight FROM stopped
""")
# A vote that another stopped ring is about stays out.
COUNT_AGAIN = text("""
WITH back AS (
    UPDATE votes v SET counted = true FROM ring_votes r
    WHERE r.ring_id = :ring_id AND v.idea_id = r.idea_id AND v.user_id = r.user_id AND NOT v.counted
        AND NOT EXISTS (
            SELECT FROM ring_votes o JOIN vote_rings g ON g.id = o.ring_id
            WHERE o.idea_id = r.idea_id AND o.user_id = r.user_id AND g.state = 'stopped' AND g.id <> r.ring_id
        )
    RETURNING v.idea_id, v.weight
)
INSERT INTO vote_deltas (idea_id, votes, weight) SELECT idea_id, 1, weight FROM back
""").bindparams(RING)


def stop(session: Session, ring_id: str) -> int:
    """Count the votes of a ring no more, and return how many that changed. Twice is once."""
    return changed(session, STOP, ring_id)


def count_again(session: Session, ring_id: str) -> int:
    """Count the votes of a ring again, and return how many that changed."""
    return changed(session, COUNT_AGAIN, ring_id)


def stop_again(session: Session) -> int:
    """Stop the votes that were cast anew by who was of a stopped ring, and return how many. Due each minute."""
    return int(session.execute(STOP_AGAIN).rowcount)  # type: ignore[attr-defined]


def changed(session: Session, statement: Executable, ring_id: str) -> int:
    """Run a statement about a ring and return how many votes it changed."""
    return int(session.execute(statement, {"ring_id": ring_id}).rowcount)  # type: ignore[attr-defined]
