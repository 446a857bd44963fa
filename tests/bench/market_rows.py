"""The rows of a large marketplace, the same ones for the same size: written by COPY, the rest derived from them.

Words follow Zipf's law over 28,000 of them. An idea has 1.05 / u votes, u evenly from 0 to 1, at most 2,000 and half
the people: a few have most of them. One idea in fifty is younger than three days.
"""

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

import psycopg

from models.ids import decode_id
from services.accounts import Actor
from services.ideas.categories import CATEGORIES
from services.ideas.ranking_sql import exploring_sql, heat_sql, quality_sql

KNOWN = (
    *(
        "market",
        "garden",
        "kitchen",
        "restaurant",
        "bicycle",
        "planner",
        "school",
        "library",
        "travel",
        "music",
    ),
    *(
        "health",
        "recipe",
        "invoice",
        "budget",
        "repair",
        "neighbour",
        "street",
        "festival",
        "translator",
        "calendar",
    ),
)
SYLLABLES = (
    *("ba", "ce", "di", "fo", "gu", "ha", "ki", "lo", "mu", "na", "pe", "ri"),
    *("so", "tu", "va", "we", "xa", "yo", "zi", "bra", "cle", "dro", "fla", "gri"),
)
SENTENCES, WORDS, MOST_VOTES = 20_000, 28_000, 2_000
IDEA_ID = "('01900000-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"
COMMENT_ID = "('01950000-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"
USER_ID = "('01800000-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"
TABLES = ("users", "ideas", "idea_ranks", "idea_texts", "votes", "comments")
INDEXES = """SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid::regclass::text = ANY(%s) AND NOT i.indisprimary AND NOT i.indisunique"""
PEOPLE = f"""
CREATE TABLE people AS SELECT n::int, {USER_ID.format(n="n")} AS user_id FROM generate_series(1, %(people)s) AS n;
INSERT INTO users SELECT new.* FROM people, users u, jsonb_populate_record(u, jsonb_build_object(
    'id', user_id, 'email', 'person' || n || '@example.com', 'name', 'Person ' || n, 'is_operator', false)) AS new
WHERE u.id = %(model)s;
"""
RANKS = """
INSERT INTO idea_ranks (idea_id, listed, category, language, price_cents, published_at, built, votes, weight, quality,
    heat, views, qualified_views, buyers, comments, reviews, rating_for, rating_against, exploring, chance,
    fresh_weight)
SELECT id, true, category, language, price_cents, published_at, false, votes, votes * 0.6, 0, 0, views, views,
    votes / 9, 0, 0, 0, 0, true, random(), 0
FROM (SELECT *, least(%(most)s, floor(1.05 / greatest(h, 0.0005)))::int AS votes,
        (least(%(most)s, floor(1.05 / greatest(h, 0.0005))) * (4 + 30 * g))::int AS views
    FROM (SELECT i.*, (uuid_hash_extended(id, 1) & 65535) / 65536.0 AS h,
            (uuid_hash_extended(id, 2) & 65535) / 65536.0 AS g
        FROM ideas i WHERE id >= %(first)s) AS hashed) AS counted
"""
SCORE = f"""
UPDATE idea_ranks r SET quality = {quality_sql("r")}, exploring = {exploring_sql("r", "now()")}
"""  # two statements: the heat is computed of the quality
HEAT = (
    f"UPDATE idea_ranks r SET heat = {heat_sql('r', 'now()')} WHERE published_at > now() - interval '7 days'"
)
TEXTS = """
INSERT INTO idea_texts (idea_id, listed, category, language, tags, price_cents, built, quality, words)
SELECT i.id, true, i.category, i.language, i.tags, i.price_cents, false, r.quality,
    setweight(to_tsvector('simple', i.title), 'A') || setweight(to_tsvector('english', i.title), 'A')
    || setweight(to_tsvector('english', i.promise), 'B')
    || setweight(to_tsvector('english', i.problem || ' ' || i.audience), 'C')
FROM ideas i JOIN idea_ranks r ON r.idea_id = i.id WHERE i.id >= %(first)s AND i.id < %(last)s
"""
VOTES = f"""
INSERT INTO votes (idea_id, user_id, weight, counted, created_at)
SELECT r.idea_id, {USER_ID.format(n="1 + (abs(uuid_hash_extended(r.idea_id, 3) % %(people)s) + j) % %(people)s")},
    0.6, true, now()
FROM idea_ranks r, generate_series(1, r.votes) AS j
"""
# Two a person: a thread and its answer, a tenth of them below the first idea.
COMMENTS = f"""
INSERT INTO comments (id, idea_id, parent_id, user_id, words, answers, created_at)
SELECT {COMMENT_ID.format(n="n")}, {IDEA_ID.format(n="CASE WHEN pair % 10 = 0 THEN 1 ELSE 1 + pair % %(ideas)s END")},
    CASE WHEN n % 2 = 0 THEN {COMMENT_ID.format(n="n - 1")} END, {USER_ID.format(n="1 + n % %(people)s")},
    'What does **number ' || n || '** cost to run?', n % 2, now() - n * interval '1 minute'
FROM (SELECT n, (n + 1) / 2 AS pair FROM generate_series(1, 2 * %(people)s) AS n) AS numbered
"""
COMMENTED = """
UPDATE idea_ranks r SET comments = c.many
FROM (SELECT idea_id, count(*) AS many FROM comments GROUP BY idea_id) AS c WHERE c.idea_id = r.idea_id
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows."""

    ideas: int
    people: int

    @classmethod
    def of(cls, share: float) -> "Size":
        """Return a share of a million ideas, and of the hundred thousand people who vote."""
        return cls(max(200, int(1_000_000 * share)), max(100, int(100_000 * share)))


def fill(connection: psycopg.Connection[Any], author: Actor, size: Size) -> None:
    """Write the rows, without their indexes until all are there."""
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET maintenance_work_mem = '256MB'")
    connection.execute("SET synchronous_commit = off")
    kept = connection.execute(INDEXES, (list(TABLES),)).fetchall()
    for name, _ in kept:
        connection.execute(f'DROP INDEX "{name}"')
    values = {
        "people": size.people, "ideas": size.ideas, "most": min(MOST_VOTES, size.people // 2),
        "first": idea_id(1), "model": decode_id("user", author.user_id),
    }  # fmt: skip
    for statement in PEOPLE.split(";\n"):
        if statement.strip():
            connection.execute(*bound(statement, values))
    copy_ideas(connection, author, size)
    for statement in (RANKS, COMMENTS, COMMENTED, SCORE, HEAT, VOTES):
        connection.execute(*bound(statement, values))
    # What two updates of every row have left would make each read longer.
    connection.execute("VACUUM (FULL) idea_ranks")
    write_texts(connection, size)
    for _, definition in kept:
        connection.execute(definition)
    connection.execute("VACUUM ANALYZE")


def bound(statement: str, values: dict[str, Any]) -> tuple[Any, Any]:
    """Return a statement and what of the values it names; a % of its own is doubled."""
    names = [name for name in values if f"%({name})s" in statement]
    plain = statement
    for name in names:
        plain = plain.replace(f"%({name})s", f"\x00{name}\x00")
    plain = plain.replace("%", "%%")
    for name in names:
        plain = plain.replace(f"\x00{name}\x00", f"%({name})s")
    return plain, {name: values[name] for name in names}


def idea_id(n: int) -> str:
    return f"01900000-0000-7000-8000-{n:012x}"


def copy_ideas(connection: psycopg.Connection[Any], author: Actor, size: Size) -> None:
    """Write the teasers by COPY."""
    columns = (
        "id, team_id, user_id, state, title, promise, problem, audience, category, tags, language, price_cents,"
        " version_id, version_number, sections, opening, created_at, published_at, changed_at"
    )
    with connection.cursor() as cursor, cursor.copy(f"COPY ideas ({columns}) FROM STDIN") as copy:
        for row in ideas(author, size):
            copy.write(row)


def ideas(author: Actor, size: Size) -> Iterator[str]:
    """Yield the lines of the ideas in COPY's text form, a thousand at once."""
    chance = random.Random(2026)
    words = vocabulary(chance)
    weights = list(accumulate(1 / (n + 3) for n in range(len(words))))
    sentences = [
        " ".join(chance.choices(words, cum_weights=weights, k=10)) for _ in range(min(SENTENCES, size.ideas))
    ]
    slugs, team = [one.slug for one in CATEGORIES], str(decode_id("team", author.personal_team_id))
    batch: list[str] = []
    now = datetime.now(UTC)
    for n in range(1, size.ideas + 1):
        # Ids follow the time: the last fiftieth of three days, the others of two years.
        hours = (
            (size.ideas - n) / (size.ideas / 50) * 72
            if n > size.ideas * 0.98
            else 72 + (size.ideas - n) * 0.0175
        )
        moment = (now - timedelta(hours=hours)).isoformat()
        key = idea_id(n)
        fields = (
            key, team, f"01800000-0000-7000-8000-{1 + n % size.people:012x}", "published",
            " ".join(chance.choices(words, cum_weights=weights, k=3))[:80], chance.choice(sentences)[:160],
            ". ".join(chance.choices(sentences, k=4)), "Whoever needs it", chance.choice(slugs),
            "{" + ",".join(dict.fromkeys(chance.choices(KNOWN, k=2))) + "}", "en" if n % 10 else "de",
            str(100 * chance.randint(5, 10)), key, "1", "[]", "", *[moment] * 3,
        )  # fmt: skip
        batch.append("\t".join(fields))
        if len(batch) == 1000:
            yield "\n".join(batch) + "\n"
            batch.clear()
    if batch:
        yield "\n".join(batch) + "\n"


def vocabulary(chance: random.Random) -> list[str]:
    """Return 28,000 words, the most frequent first."""
    made = dict.fromkeys(KNOWN)
    while len(made) < WORDS:
        made["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))] = None
    return list(made)


def write_texts(connection: psycopg.Connection[Any], size: Size) -> None:
    """Write what a search reads, in two halves side by side."""
    middle = size.ideas // 2 + 1
    halves = ((1, middle), (middle, size.ideas + 1))

    def write(first: int, last: int) -> None:
        with psycopg.connect(connection.info.dsn, password=connection.info.password, autocommit=True) as own:
            own.execute("SET session_replication_role = replica")
            own.execute(*bound(TEXTS, {"first": idea_id(first), "last": idea_id(last)}))

    threads = [threading.Thread(target=write, args=half) for half in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
