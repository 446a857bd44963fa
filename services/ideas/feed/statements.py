"""The statements of the lists: one a page, whatever it shows.

A page of Top mixes three streams. `organic` is the order of the list. `explored` is drawn: 40 ideas of the pool of
those that were hardly seen, from a point of a circle that the visitor and the hour choose, and of them those with the
highest draw from their posterior (Thompson sampling). `featured` is paid for. The two others only ever take what the
page's own order has not reached yet, so that nothing is shown twice or pushed back.
"""

from services.ideas.feed.query import Tab
from services.ideas.ranking_sql import beta_quantile_sql, posterior_sql

POOL = 40
# Seeded standard normal numbers (Box and Muller 1958) out of the hash of an id: the same for the same seed.
UNIFORM = "((uuid_hash_extended(idea_id, {seed}) & 4503599627370495) + 1)::float8 / 4503599627370497.0"
NORMAL = (
    f"sqrt(-2.0 * ln({UNIFORM.format(seed='%(seed)s::int8')}))"
    f" * cos(2.0 * pi() * {UNIFORM.format(seed='(%(seed)s::int8 # 1)')})"
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
# Behind all that the page could take by its order; without a further page there is nothing to mix in.
BEHIND = """(SELECT count(*) FROM organic) > %(size)s
        AND (r.quality, r.idea_id) < (SELECT score, idea_id FROM organic ORDER BY score, idea_id LIMIT 1)"""


def organic(tab: Tab, join: str, where: str, *, begun: bool, kept: bool) -> str:
    """Return the stream in the order of a list: its beginning, or behind a place, as it was when it was begun."""
    score, listed = SCORES[tab], LISTED[tab]
    if not begun:
        return ordered(score, join, f"{listed}{where}")
    place = f"{listed}{where} AND {OUT_OF_TURN} AND {BELOW.format(score=score)}"
    if not kept:
        return ordered(score, join, place)
    still = ordered(score, join, f"{place} AND r.idea_id NOT IN (SELECT idea_id FROM moved)")  # noqa: S608
    was = f"{LISTED[Tab.TOP]}{where} AND {OUT_OF_TURN} AND {BELOW.format(score='m.score')}"
    if tab == Tab.RISING:
        was += " AND m.score > 0"
    moved = ordered("m.score", f"{join} JOIN moved m ON m.idea_id = r.idea_id", was)
    return (
        f"SELECT idea_id, score FROM (({still}) UNION ALL ({moved})) AS together"  # noqa: S608
        " ORDER BY score DESC, idea_id DESC LIMIT %(size)s + 1"
    )


def ordered(score: str, join: str, where: str) -> str:
    """Return ideas by a score, the highest first, one more than a page holds."""
    return (
        f"SELECT r.idea_id, {score} AS score FROM idea_ranks r{join} WHERE {where}"  # noqa: S608
        f" ORDER BY {score} DESC, r.idea_id DESC LIMIT %(size)s + 1"
    )


def mixed_in(join: str, where: str, *, kept: bool) -> str:
    """Return the streams `explored` and `featured` of Top."""
    rest = f"{BEHIND}{where} AND {OUT_OF_TURN}"
    if kept:
        rest += " AND r.idea_id NOT IN (SELECT idea_id FROM moved)"
    a, b = posterior_sql("r")
    around = [
        f"(SELECT r.idea_id, {a}::float8 AS a, {b}::float8 AS b FROM idea_ranks r{join}"  # noqa: S608
        f" WHERE r.listed AND r.exploring AND r.published_at > %(young)s AND r.chance {side} %(chance)s AND {rest}"
        f" ORDER BY r.chance LIMIT {POOL})"
        for side in (">=", "<")
    ]
    draw = beta_quantile_sql("a", "b", "z")
    return (
        f", featured AS (SELECT r.idea_id, uuid_hash_extended(r.idea_id, %(seed)s::int8)::float8 AS score"  # noqa: S608
        f" FROM idea_ranks r{join} WHERE r.listed AND r.featured_until > %(now)s AND {rest}"
        " ORDER BY score LIMIT %(featured)s)"
        f", pool AS ({' UNION ALL '.join(around)} LIMIT {POOL}),"
        f" explored AS (SELECT idea_id, {draw} AS score FROM (SELECT *, {NORMAL} AS z FROM pool) AS drawn"
        " WHERE idea_id NOT IN (SELECT idea_id FROM featured) ORDER BY score DESC LIMIT %(explored)s)"
    )


def page_sql(tab: Tab, join: str, where: str, cards: str, *, begun: bool, kept: bool) -> str:
    """Return the statement of a page of Top, New, Rising or Featured.

    `begun` asks for what lies behind a place, `kept` for the order of the snapshot in which the list was begun.
    """
    moved = MOVED.format(tab=tab.value) if kept else ""
    streams = [("organic", "organic")]
    mixed = ""
    if tab == Tab.TOP:
        mixed = mixed_in(join, where, kept=kept)
        streams += [("exploring", "explored"), ("featured", "featured")]
    picked = " UNION ALL ".join(
        f"SELECT '{slot}' AS slot, idea_id, score FROM {stream}"  # noqa: S608
        for slot, stream in streams
    )
    found = organic(tab, join, where, begun=begun, kept=kept)
    snapshot = ", (SELECT pg_current_snapshot()::text) AS snapshot FROM picked c"
    return (
        f"WITH {moved}organic AS ({found}){mixed}, picked AS ({picked})"
        f" {cards.replace(' FROM picked c', snapshot, 1)} ORDER BY c.score DESC, c.idea_id DESC"
    )


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
