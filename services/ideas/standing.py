"""Keeping the ranks up to date: what waits is added, and quality, heat and places follow in the same statement.

Every change of a score leaves the old one in `rank_moves` for half an hour, with the transaction that changed it: a
list that somebody began to read before goes on in the order that it had (services.ideas.feed).
"""

from collections.abc import Sequence

from sqlalchemy import Executable, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session

from models.clock import now
from models.ids import Id
from services.crashpoints import AFTER_EFFECT, crashpoint
from services.ideas.ranking_sql import exploring_sql, heat_sql, quality_sql
from services.trust import WEIGHTS

FOLDED_AT_ONCE = 20_000
# How long a list that was begun keeps its order, in SQL's words.
PLACE_KEPT = "30 minutes"

# Rows are locked in one order, so that two clocks never wait for each other in a circle.
LOCKED = """SELECT r.idea_id, r.quality FROM idea_ranks r JOIN summed USING (idea_id)
    ORDER BY r.idea_id FOR NO KEY UPDATE OF r"""
MOVED = """INSERT INTO rank_moves (list, idea_id, score, moved_at)
    SELECT 'top', idea_id, quality, clock_timestamp() FROM locked"""
WEIGHT, FRESH = "(r.weight + summed.weight)", "(r.fresh_weight + summed.fresh)"
VIEWS = "(r.qualified_views + summed.qualified)"
FOLD_VOTES = text(f"""
WITH taken AS (
    DELETE FROM vote_deltas WHERE id IN (
        SELECT id FROM vote_deltas ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED
    ) RETURNING idea_id, votes, weight
), summed AS (
    SELECT idea_id, sum(votes) AS votes, sum(weight) AS weight,
        coalesce(sum(weight) FILTER (WHERE abs(weight) <= :fresh), 0.0) AS fresh
    FROM taken GROUP BY idea_id
), locked AS ({LOCKED}), moved AS ({MOVED})
UPDATE idea_ranks r SET votes = r.votes + summed.votes, weight = r.weight + summed.weight,
    fresh_weight = r.fresh_weight + summed.fresh,
    quality = {quality_sql("r", weight=WEIGHT, fresh=FRESH)}
FROM summed JOIN locked USING (idea_id) WHERE r.idea_id = summed.idea_id
""")  # noqa: S608 - put together of constants
FOLD_VIEWS = text(f"""
WITH taken AS (
    DELETE FROM view_deltas WHERE id IN (
        SELECT id FROM view_deltas ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED
    ) RETURNING idea_id, qualified
), summed AS (
    SELECT idea_id, count(*) AS views, sum(qualified) AS qualified FROM taken GROUP BY idea_id
), locked AS ({LOCKED}), moved AS ({MOVED})
UPDATE idea_ranks r SET views = r.views + summed.views, qualified_views = r.qualified_views + summed.qualified,
    exploring = r.exploring AND {exploring_sql("r", ":moment", VIEWS)},
    quality = {quality_sql("r", views=VIEWS)}
FROM summed JOIN locked USING (idea_id) WHERE r.idea_id = summed.idea_id
""")  # noqa: S608 - put together of constants
RESCORE = text(f"""
WITH summed AS (SELECT unnest(:ids) AS idea_id), locked AS ({LOCKED}), moved AS ({MOVED})
UPDATE idea_ranks r SET quality = {quality_sql("r")} FROM locked WHERE r.idea_id = locked.idea_id
""").bindparams(bindparam("ids", type_=ARRAY(Id("idea"))))  # noqa: S608 - put together of constants
# A row that somebody else changes just now is taken a minute later. One that has cooled by less than a two-hundredth
# is left: nobody sees it, and its page is not written anew.
WARM = text(f"""
WITH due AS (
    SELECT r.idea_id, r.heat, {heat_sql("r", ":moment")} AS warm, {exploring_sql("r", ":moment")} AS owed, r.exploring
    FROM idea_ranks r
    WHERE r.listed AND (r.published_at > :moment - interval '7 days' OR r.heat > 0)
    ORDER BY r.idea_id FOR NO KEY UPDATE SKIP LOCKED
), changed AS (
    SELECT * FROM due
    WHERE abs(warm - heat) > 0.005 * heat OR exploring AND NOT owed
), moved AS (
    INSERT INTO rank_moves (list, idea_id, score, moved_at)
    SELECT 'rising', idea_id, heat, clock_timestamp() FROM changed
)
UPDATE idea_ranks r SET heat = changed.warm, exploring = r.exploring AND changed.owed
FROM changed WHERE r.idea_id = changed.idea_id
""")  # noqa: S608 - put together of constants
COUNT = text("""
SELECT coalesce((SELECT votes FROM idea_ranks WHERE idea_id = :idea_id), 0)
     + coalesce((SELECT sum(votes) FROM vote_deltas WHERE idea_id = :idea_id), 0)
""").bindparams(bindparam("idea_id", type_=Id("idea")))
FORGET = text(f"DELETE FROM rank_moves WHERE moved_at < clock_timestamp() - interval '{PLACE_KEPT}'")  # noqa: S608


def votes_of(session: Session, idea_id: str) -> int:
    """Return the votes of an idea, those included that wait to be folded."""
    return int(session.execute(COUNT, {"idea_id": idea_id}).scalar_one())


def fold_votes(session: Session) -> int:
    """Add the votes that wait to the ranks, 20,000 at once, and return how many ideas changed. Due twice a second."""
    changed = rows_of(session, FOLD_VOTES, {"most": FOLDED_AT_ONCE, "fresh": WEIGHTS[0]})
    if changed:
        crashpoint(AFTER_EFFECT, "fold")
    return changed


def fold_views(session: Session) -> int:
    """Add the looks that wait to the ranks, and return how many ideas changed."""
    return rows_of(session, FOLD_VIEWS, {"most": FOLDED_AT_ONCE, "moment": now()})


def rescore(session: Session, idea_ids: Sequence[str]) -> int:
    """Rank ideas anew after one of their counts has changed otherwise: a buyer, a review, `built`."""
    return rows_of(session, RESCORE, {"ids": list(idea_ids)})


def warm(session: Session) -> int:
    """Bring the heat of young ideas up to date, and let go who was seen or is too old. Due each minute."""
    return rows_of(session, WARM, {"moment": now()})


def forget_moves(session: Session) -> int:
    """Delete the places that no list needs any more."""
    return rows_of(session, FORGET, {})


def rows_of(session: Session, statement: Executable, values: dict[str, object]) -> int:
    """Run a statement and return how many rows it changed."""
    return int(session.execute(statement, values).rowcount)  # type: ignore[attr-defined]
