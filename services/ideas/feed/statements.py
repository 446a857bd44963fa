"""The statements of the lists: one a page, whatever it shows.

A page of Top mixes three streams. `organic` is the order of the list. `explored` is drawn: 40 ideas of the pool of
those that were hardly seen, from a point of a circle that the visitor and the hour choose, and of them those with the
highest draw from their posterior (Thompson sampling). `featured` is paid for. The two others only ever take what the
page's own order has not reached yet, so that nothing is shown twice or pushed back.
"""

from services.ideas.feed.cards import RANK_COLUMNS, rank_columns
from services.ideas.feed.mixing import EXPLORED_EVERY, FEATURED_EVERY
from services.ideas.feed.query import Tab
from services.ideas.ranking_sql import beta_quantile_sql, posterior_sql

POOL, MOST_PAID = 40, 400
RANK = rank_columns("r")
SNAPSHOT = "(SELECT pg_current_snapshot()::text) AS snapshot"
# Seeded standard normal numbers (Box and Muller 1958) out of the hash of an id: the same for the same seed.
UNIFORM = "((uuid_hash_extended(idea_id, {seed}) & 4503599627370495) + 1)::float8 / 4503599627370497.0"


def normal(seed: str) -> str:
    """Return a draw for `idea_id` from the standard normal distribution, by the SQL of a seed."""
    return (
        f"sqrt(-2.0 * ln({UNIFORM.format(seed=f'{seed}::int8')}))"
        f" * cos(2.0 * pi() * {UNIFORM.format(seed=f'({seed}::int8 # 1)')})"
    )


SCORES = {
    Tab.TOP: "r.quality",
    Tab.RISING: "r.heat",
    Tab.NEW: "r.published_at",
    Tab.FEATURED: "r.featured_until",
}
LISTED = {
    Tab.TOP: "r.listed",
    Tab.RISING: "r.listed AND r.heat > 0",
    Tab.NEW: "r.listed",
    Tab.FEATURED: "r.listed AND r.featured_until > %(now)s",
}
# Scores as they were when the list was begun, of what has moved since: the first that a later transaction left.
MOVED = """moved AS MATERIALIZED (
    SELECT DISTINCT ON (m.idea_id) m.idea_id, m.score FROM rank_moves m
    WHERE m.list = '{tab}' AND m.xact >= pg_snapshot_xmin(%(snapshot)s::pg_snapshot)
        AND NOT pg_visible_in_snapshot(m.xact, %(snapshot)s::pg_snapshot)
    ORDER BY m.idea_id, m.id
), """
OUT_OF_TURN = "r.idea_id <> ALL(%(shown)s::uuid[])"
BELOW = "({score}, r.idea_id) < (%(score)s, %(after)s)"


def organic(tab: Tab, join: str, where: str, size: int, *, begun: bool, kept: bool) -> str:
    """Return the stream in the order of a list: its beginning, or behind a place, as it was when it was begun."""
    score, listed = SCORES[tab], LISTED[tab]
    if not begun:
        return ordered(score, join, f"{listed}{where}", size)
    place = f"{listed}{where} AND {OUT_OF_TURN} AND {BELOW.format(score=score)}"
    if not kept:
        return ordered(score, join, place, size)
    still = ordered(score, join, f"{place} AND r.idea_id NOT IN (SELECT idea_id FROM moved)", size)  # noqa: S608
    was = f"{LISTED[Tab.TOP]}{where} AND {OUT_OF_TURN} AND {BELOW.format(score='m.score')}"
    if tab == Tab.RISING:
        was += " AND m.score > 0"
    moved = ordered("m.score", f"{join} JOIN moved m ON m.idea_id = r.idea_id", was, size)
    return (
        f"SELECT * FROM (({still}) UNION ALL ({moved})) AS together"  # noqa: S608
        f" ORDER BY score DESC, idea_id DESC LIMIT {size + 1}"
    )


def ordered(score: str, join: str, where: str, size: int) -> str:
    """Return ideas by a score, the highest first, one more than a page holds."""
    return (
        f"SELECT r.idea_id, {score} AS score, {RANK} FROM idea_ranks r{join} WHERE {where}"  # noqa: S608
        f" ORDER BY {score} DESC, r.idea_id DESC LIMIT {size + 1}"
    )


def mixed_in(join: str, where: str, size: int, *, kept: bool) -> str:
    """Return the streams `explored` and `featured` of Top."""
    a, b = posterior_sql("r")
    around = [
        f"(SELECT r.* FROM idea_ranks r{join}"  # noqa: S608
        f" WHERE r.listed AND r.exploring AND r.chance {side} %(chance)s{where} ORDER BY r.chance LIMIT {POOL})"
        for side in (">=", "<")
    ]
    drawn, z = beta_quantile_sql("a", "b", "z"), normal("%(seed)s")
    return "".join(
        (
            ", last AS (SELECT score, idea_id FROM organic ORDER BY score, idea_id LIMIT 1)",
            f", paid AS MATERIALIZED (SELECT r.idea_id, r.quality, {RANK} FROM idea_ranks r{join}",  # noqa: S608
            f" WHERE r.listed AND r.featured_until > %(now)s{where} ORDER BY r.featured_until DESC LIMIT {MOST_PAID})",
            ", featured AS (SELECT idea_id, uuid_hash_extended(idea_id, %(seed)s::int8)::float8 AS score,",
            f" {RANK} FROM paid r WHERE {behind(size, kept=kept)} ORDER BY score LIMIT {size // FEATURED_EVERY})",
            f", pool AS MATERIALIZED (SELECT idea_id, {a}::float8 AS a, {b}::float8 AS b, {RANK}, {z} AS z",
            f" FROM ({' UNION ALL '.join(around)} LIMIT {POOL}) AS r WHERE {behind(size, kept=kept)}",
            " AND idea_id NOT IN (SELECT idea_id FROM featured))",
            f", explored AS (SELECT idea_id, {drawn} AS score, {RANK_COLUMNS}",
            f" FROM pool ORDER BY score DESC LIMIT {size // EXPLORED_EVERY})",
        )
    )


def behind(size: int, *, kept: bool) -> str:
    """Whether an idea lies behind all that the page could take by its order; without a further page none does."""
    where = (
        f"(SELECT count(*) FROM organic) > {size} AND {OUT_OF_TURN}"  # noqa: S608
        " AND (r.quality, r.idea_id) < (SELECT score, idea_id FROM last)"
    )
    return f"{where} AND r.idea_id NOT IN (SELECT idea_id FROM moved)" if kept else where  # noqa: S608


def page_sql(tab: Tab, join: str, where: str, cards: str, size: int, *, begun: bool, kept: bool) -> str:
    """Return the statement of a page of Top, New, Rising or Featured.

    Numbers of rows stand in the text: a plan that has to suit every number would be none for a page. `begun` asks for
    what lies behind a place, `kept` for the order of the snapshot in which the list was begun.
    """
    moved = MOVED.format(tab=tab.value) if kept else ""
    streams = [("organic", "organic")]
    mixed = ""
    if tab == Tab.TOP:
        mixed = mixed_in(join, where, size, kept=kept)
        streams += [("exploring", "explored"), ("featured", "featured")]
    picked = " UNION ALL ".join(
        f"SELECT '{slot}' AS slot, idea_id, score, {RANK_COLUMNS} FROM {stream}"  # noqa: S608
        for slot, stream in streams
    )
    found = organic(tab, join, where, size, begun=begun, kept=kept)
    streams_sql = f"{moved}organic AS ({found}){mixed}, picked AS ({picked})"
    return f"WITH {streams_sql} {cards} ORDER BY c.score DESC, c.idea_id DESC"


def mine_sql(parts: list[str], join: str, where: str, cards: str) -> str:
    """Return the statement of a page of what is somebody's own, the youngest idea first."""
    after = " AND (%(after)s::uuid IS NULL OR i.id < %(after)s)"
    rank = f" JOIN idea_ranks r ON r.idea_id = i.id{join}"
    sources = {
        "written": f"""SELECT i.id FROM ideas i{rank} WHERE i.user_id = %(me)s
            AND (i.state = 'published' OR i.team_id = ANY(%(teams)s::uuid[])){where}{after}""",  # noqa: S608
        "bought": f"""SELECT i.id FROM purchases p JOIN ideas i ON i.id = p.idea_id{rank}
            WHERE p.user_id = %(me)s AND p.state = 'paid'{where}{after}""",  # noqa: S608
        "voted": f"""SELECT i.id FROM votes v JOIN ideas i ON i.id = v.idea_id{rank}
            WHERE v.user_id = %(me)s AND i.state = 'published'{where}{after}""",  # noqa: S608
    }
    branches = " UNION ".join(f"({sources[part]} ORDER BY i.id DESC LIMIT %(size)s + 1)" for part in parts)
    return f"""WITH picked AS (
        SELECT 'organic' AS slot, id AS idea_id, 0.0::float8 AS score FROM ({branches}) AS own
        ORDER BY id DESC LIMIT %(size)s + 1
    ) {cards} ORDER BY c.idea_id DESC"""  # noqa: S608
