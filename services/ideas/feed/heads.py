"""The first page of Top, kept ready: a table that holds its rows with everything that their cards show.

Hand 0 is the beginning of the list's order, as long as a page and one more. 64 further hands are dealt among the ideas
behind it: for the places that explore, and for those that are paid for. What stands here agrees with the ranks in
every snapshot of the database, because whoever writes what it is made of renews it last (`following`), one at a time.
"""

import hashlib
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from models.clock import now
from services.crashpoints import AFTER_EFFECT, crashpoint
from services.ideas.feed.cards import rank_columns
from services.ideas.feed.mixing import EXPLORED_EVERY, FEATURED_EVERY
from services.ideas.feed.statements import MOST_PAID, POOL, normal
from services.ideas.ranking_sql import beta_quantile_sql, posterior_sql

FIRST_PAGE, HANDS = 25, 64
# A few more than a page shows: some of them are seen often enough, or climb into the list's own order, before the
# next deal.
SPARE = 2
EXPLORED, FEATURED = FIRST_PAGE // EXPLORED_EVERY + SPARE, FIRST_PAGE // FEATURED_EVERY + SPARE
COLUMNS = ("hand", "place", "slot", "idea_id", "score", "card")
# Read again by `services.ideas.feed.first_page`. Another order of it is another table: two versions may run at once.
CARD = f"""json_build_array(c.slot, c.score, c.idea_id, i.title, i.promise, i.category, i.tags, i.language,
    i.price_cents, i.user_id, i.team_id, CASE WHEN u.erased_at IS NULL THEN u.name END, {rank_columns("r")})::text"""
# Where a hand's places begin, so that no two rows of a page have the same.
EXPLORED_FROM, FEATURED_FROM = 100, 200
# Held until the transaction ends. Nobody who holds it waits for anything else, so that it closes no circle.
LOCK = text("SELECT pg_advisory_xact_lock(hashtext('ideasmith.top_heads'))")


def keep_sql(chosen: str, which: str) -> str:
    """Return the statement that makes rows of the head those that `chosen` names (hand, place, slot, idea, score).

    What may not be shown in its slot any more goes, and a row that is right already is not written.
    """
    kept, cards, given = (
        ", ".join(f"{name}.{column}" for column in COLUMNS) for name in ("t", "c", "excluded")
    )
    return f"""WITH {chosen}, cards AS MATERIALIZED (
        SELECT c.hand, c.place, c.slot, c.idea_id, c.score, {CARD} AS card
        FROM chosen c JOIN idea_ranks r ON r.idea_id = c.idea_id JOIN ideas i ON i.id = c.idea_id
        JOIN users u ON u.id = i.user_id
        WHERE r.listed AND CASE c.slot WHEN 'organic' THEN true WHEN 'exploring' THEN r.exploring
            ELSE r.featured_until > :moment END
    ), gone AS (
        DELETE FROM top_heads t WHERE {which} AND NOT EXISTS (
            SELECT 1 FROM cards c WHERE c.hand = t.hand AND c.place = t.place)
    ) INSERT INTO top_heads ({", ".join(COLUMNS)}) SELECT {cards}
    FROM cards c LEFT JOIN top_heads t ON t.hand = c.hand AND t.place = c.place
    WHERE ({kept}) IS DISTINCT FROM ({cards})
    ON CONFLICT (hand, place) DO UPDATE SET ({", ".join(COLUMNS)}) = ROW ({given})"""  # noqa: S608


# What of the hands may still be shown out of turn stays in its place until the next deal.
RENEW = text(
    keep_sql(
        f"""chosen AS (
            (SELECT 0 AS hand, row_number() OVER (ORDER BY r.quality DESC, r.idea_id DESC) AS place,
                'organic' AS slot, r.idea_id, r.quality AS score
            FROM idea_ranks r WHERE r.listed ORDER BY r.quality DESC, r.idea_id DESC LIMIT {FIRST_PAGE + 1})
            UNION ALL
            SELECT hand, place, slot, idea_id, score FROM top_heads WHERE hand > 0
        )""",  # noqa: S608
        "true",
    )
)


def deal_sql() -> str:
    """Return the statement that deals all hands anew, each as a page would draw (services.ideas.feed.statements)."""
    a, b = posterior_sql("r")
    behind = f"(SELECT count(*) FROM inside) > {FIRST_PAGE} AND r.idea_id NOT IN (SELECT idea_id FROM inside)"  # noqa: S608
    around = " UNION ALL ".join(
        f"(SELECT r.* FROM idea_ranks r WHERE r.listed AND r.exploring AND r.chance {side} d.chance"  # noqa: S608
        f" ORDER BY r.chance LIMIT {POOL})"
        for side in (">=", "<")
    )
    return keep_sql(
        f"""dealt AS (SELECT * FROM unnest(:hands ::int[], :seeds ::int8[], :chances ::float8[])
            AS d (hand, seed, chance)),
        inside AS MATERIALIZED (SELECT idea_id FROM top_heads WHERE hand = 0),
        paid AS MATERIALIZED (SELECT r.idea_id FROM idea_ranks r
            WHERE r.listed AND r.featured_until > :moment AND {behind}
            ORDER BY r.featured_until DESC LIMIT {MOST_PAID}),
        featured AS (SELECT d.hand, f.* FROM dealt d CROSS JOIN LATERAL (
            SELECT idea_id, uuid_hash_extended(idea_id, d.seed)::float8 AS score FROM paid
            ORDER BY score LIMIT {FEATURED}) AS f),
        pool AS MATERIALIZED (SELECT d.hand, p.* FROM dealt d CROSS JOIN LATERAL (
            SELECT idea_id, {a}::float8 AS a, {b}::float8 AS b, {normal("d.seed")} AS z
            FROM ({around} LIMIT {POOL}) AS r WHERE {behind}) AS p
            WHERE NOT EXISTS (SELECT 1 FROM featured f WHERE f.hand = d.hand AND f.idea_id = p.idea_id)),
        drawn AS (SELECT hand, idea_id, {beta_quantile_sql("a", "b", "z")} AS score FROM pool),
        placed AS (SELECT *, row_number() OVER (PARTITION BY hand ORDER BY score DESC, idea_id) AS n FROM drawn),
        chosen AS (SELECT hand, {EXPLORED_FROM} + n AS place, 'exploring' AS slot, idea_id, score
            FROM placed WHERE n <= {EXPLORED}
            UNION ALL SELECT hand, {FEATURED_FROM} + row_number() OVER (PARTITION BY hand ORDER BY score DESC, idea_id),
                'featured', idea_id, score FROM featured)""",  # noqa: S608
        "t.hand > 0",
    )


DEAL = text(deal_sql())


def renew(session: Session) -> int:
    """Bring the head of Top in line with what this transaction sees and has written, and return what changed.

    The last thing that a transaction does: until it is committed, whoever else renews waits.
    """
    session.flush()
    session.execute(LOCK)
    # A statement of its own: it sees what was committed before the lock was ours.
    changed = int(session.execute(RENEW, {"moment": now()}).rowcount)  # type: ignore[attr-defined]
    crashpoint(AFTER_EFFECT, "top")
    return changed


def deal_hands(session: Session) -> int:
    """Renew the head, deal the hands of this hour, and return how many rows changed. Due each minute."""
    changed, moment = renew(session), now()
    seeds = [seed_of(f"hand {hand}", moment) for hand in range(1, HANDS + 1)]
    values = {
        "hands": list(range(1, HANDS + 1)), "seeds": seeds, "chances": [chance_of(seed) for seed in seeds],
        "moment": moment,
    }  # fmt: skip
    return changed + int(session.execute(DEAL, values).rowcount)  # type: ignore[attr-defined]


def seed_of(who: str, moment: datetime) -> int:
    """Return what the draws for somebody begin with: the same within an hour."""
    digest = hashlib.sha256(f"{who}|{moment:%Y-%m-%dT%H}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def chance_of(seed: int) -> float:
    """Return the point of the circle at which a draw begins."""
    return (seed / 2**64) % 1


def hand_of(seed: int) -> int:
    """Return which hand a visitor is dealt."""
    return 1 + seed % HANDS
