"""The marketplace at size: lists, search, votes, beside what PostgreSQL and the bare driver do on the same machine.

1,000,000 ideas, 5,000,000 votes, 200,000 comments and 100,000 people, written by COPY; SIZE=0.1 takes a tenth of each.
What is replayed by pgbench is the service's own SQL, text and values, as it was sent.
"""

import json
import os
import re
import resource
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlmodel import Session

import models.tables  # noqa: F401 - every table a foreign key may name
from models.db import close_engine, transaction
from models.ids import encode_id
from models.settings import reset_settings, settings
from services.accounts import Actor
from services.comments import list_comments
from services.ideas import search, standing, vocabulary
from services.ideas.feed import FeedQuery, first_page, heads, list_ideas, reading
from services.ideas.feed.asking import Statement
from tests.bench.market_rows import Size, fill, idea_id
from tests.bench.measure import Measure, spread
from tests.bench.pgbench import as_script, pgbench
from tests.note import person
from workers.embedded.servers import running
from workers.migrate import migrate

CLIENTS, SECONDS, READS = 32, int(os.environ.get("SECONDS", "6")), 200
SIZE = float(os.environ.get("SIZE", "1"))
COMMON, TWO_WORDS, TYPOS = "market", "garden kitchen", ("gardn", "resturant", "kitchn planer", "bycicle")
# A server for a million ideas, as the guide advises for one.
SERVER = {"shared_buffers": "1GB", "max_connections": "120", "max_wal_size": "4GB"}


def measures() -> Iterator[Measure]:
    with market(Size.of(SIZE)) as people:
        # Reads first: votes leave dead rows behind.
        yield from first_pages(people[0])
        yield renewal()
        yield cpu_of_a_page(people[0])
        yield pages_at_depth(people[0])
        yield from searches(people[0])
        yield pages_of_comments(people[0])
        yield from votes_on_one_idea(people)


@contextmanager
def market(size: Size) -> Iterator[list[Actor]]:
    """Have a database of its own, filled, and two people who look at it."""
    with tempfile.TemporaryDirectory(prefix="ism-market-") as folder:
        os.environ["IDEASMITH_DATA"] = folder
        reset_settings()
        options = SERVER if size.ideas > 10_000 else {}
        with running(settings(), options) as environment:
            os.environ.update(environment)
            reset_settings()
            migrate()
            people = [person("ada@example.com"), person("eve@example.com")]
            with connect() as connection:
                fill(connection, people[0], size)
            # The rows came by COPY: nobody has noticed them.
            with transaction() as session:
                vocabulary.collect(session)
                heads.deal_hands(session)
            yield people
            close_engine()
        for name in (*environment, "IDEASMITH_DATA"):
            os.environ.pop(name, None)
        reset_settings()


def connect() -> psycopg.Connection[Any]:
    return psycopg.connect(settings().database_url.replace("+psycopg://", "://", 1), autocommit=True)


def sent_by(actor: Actor | None) -> Statement:
    """Return what the service sends for the first page of Top."""
    return first_page.first_statement(actor, reading.begin(actor, "bench"))


def first_pages(actor: Actor) -> Iterator[Measure]:
    """Replay the first page of Top at 32 clients, for a visitor and for somebody signed in, beside `pgbench -S`."""
    url = settings().database_url
    bare = pgbench(url, ["-S"], clients=CLIENTS, seconds=SECONDS)
    for name, who in (("visitor", None), ("signed_in", actor)):
        statement = sent_by(who)
        rate = pgbench(url, as_script(statement), clients=CLIENTS, seconds=SECONDS)
        note = f"{rate:.0f} of {bare:.0f} a second, pgbench -M prepared"
        yield Measure(
            f"first_page_of_{name}_of_pgbench_S", round(100 * rate / bare, 1), "%", 50, at_most=False,
            reference=round(bare), n=CLIENTS, note=note,
        )  # fmt: skip


def renewal() -> Measure:
    """Renew the kept page again and again: what each fold, and whoever publishes, pays for it before the commit."""
    return timed("renewal_of_the_first_page_p95", 20, [heads.renew] * (READS // 4))


def cpu_of_a_page(actor: Actor) -> Measure:
    """Compare the processor time of a service call with that of the same statement by psycopg alone."""
    statement = sent_by(actor)

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, statement.values)
            cursor.fetchall()

    def call() -> None:
        with transaction() as session:
            list_ideas(session, actor, FeedQuery())

    with connect() as connection:
        low, high = cpu_us(bare), cpu_us(call)
    return Measure(
        "service_call_of_raw_psycopg", round(high / low, 2), "× CPU", 4, reference=round(low, 1), n=READS,
        note=f"{high:.0f} µs beside {low:.0f} µs",
    )  # fmt: skip


def cpu_us(do: Callable[[], Any]) -> float:
    """Return the processor time of a call in µs: the median of five rounds."""
    rounds = []
    for _ in range(5):
        begun = resource.getrusage(resource.RUSAGE_SELF)
        for _ in range(READS // 5):
            do()
        ended = resource.getrusage(resource.RUSAGE_SELF)
        used = ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime
        rounds.append(used / (READS // 5) * 1e6)
    return statistics.median(rounds)


def timed(name: str, bar: float, reads: Sequence[Callable[[Session], Any]]) -> Measure:
    """Measure reads, each in a transaction of its own."""
    took = []
    for read in reads:
        begun = time.perf_counter()
        with transaction() as session:
            read(session)
        took.append((time.perf_counter() - begun) * 1000)
    values = spread(took)
    return Measure(name, values["p95"], "ms", bar, **values)


def pages_at_depth(actor: Actor) -> Measure:
    """Read pages of Top at random depths, as cursors of this minute lead to them."""
    with connect() as connection:
        rows = connection.execute(
            "SELECT quality, idea_id, pg_current_snapshot()::text FROM idea_ranks TABLESAMPLE SYSTEM (20)"
            " WHERE listed ORDER BY random() LIMIT %s",
            (READS,),
        ).fetchall()
    start = reading.begin(actor, "bench")
    cursors = [
        reading.encode(FeedQuery(), reading.Place(row[0], row[1], row[2], start.at, start.seed))
        for row in rows
    ]
    return timed(
        "keyset_page_p95", 5,
        [lambda session, at=at: list_ideas(session, actor, FeedQuery(), at) for at in cursors],
    )  # fmt: skip


def searches(actor: Actor) -> Iterator[Measure]:
    """Search for common and rare words, with and without a facet, and correct typing errors."""
    asked = [COMMON, TWO_WORDS, *market_words(8)]
    queries = [FeedQuery(words=words) for words in asked]
    queries += [FeedQuery(words=words, category="food") for words in asked]
    many = [query for query in queries for _ in range(max(1, READS // len(queries)))]
    yield timed(
        "search_p95", 30, [lambda session, query=query: list_ideas(session, actor, query) for query in many]
    )
    words = [typo for typo in TYPOS for _ in range(READS // len(TYPOS))]
    yield timed(
        "did_you_mean_p95",
        10,
        [lambda session, word=word: search.did_you_mean(session, word) for word in words],
    )


def market_words(count: int) -> list[str]:
    """Return pairs of words from all over the vocabulary."""
    with connect() as connection:
        rows = connection.execute(
            "SELECT word FROM vocabulary ORDER BY md5(word) LIMIT %s", (2 * count,)
        ).fetchall()
    return [f"{one[0]} {other[0]}" for one, other in zip(rows[::2], rows[1::2], strict=True)]


def pages_of_comments(actor: Actor) -> Measure:
    """Read what was said about one idea, a page of threads with their answers at a time, from the first on."""
    hot, cursors = encode_id("idea", uuid.UUID(idea_id(1))), [""]
    with transaction() as session:
        while len(cursors) < READS and (more := list_comments(session, actor, hot, cursors[-1]).next_cursor):
            cursors.append(more)
    return timed(
        "comments_page_p95", 5,
        [lambda session, at=at: list_comments(session, actor, hot, at) for at in cursors],
    )  # fmt: skip


def votes_on_one_idea(people: Sequence[Actor]) -> Iterator[Measure]:
    """Replay votes of 32 clients on one idea while the folder runs, beside inserts into a table with the same key."""
    from services.votes import CAST

    url = settings().database_url
    with connect() as connection:
        hot = connection.execute("SELECT idea_id FROM idea_ranks ORDER BY quality DESC LIMIT 1").fetchone()[0]
        people_there = connection.execute("SELECT count(*) FROM people").fetchone()[0]
        connection.execute("CREATE TABLE raw_votes (LIKE votes INCLUDING ALL)")
        # The service's own text, each vote by another of the people.
        names = re.sub(r"(?<!:):(idea_id|user_id|weight)\b", r"{\1}", CAST.text)
        voter = "(SELECT user_id FROM people WHERE n = :who)"
        service = names.format(idea_id=f"'{hot}'::uuid", user_id=voter, weight="0.4")
        raw = (
            f"INSERT INTO raw_votes SELECT '{hot}'::uuid, user_id, 0.4, true, clock_timestamp()"
            " FROM people WHERE n = :who ON CONFLICT DO NOTHING;"
        )
        head = f"\\set who random(1, {people_there})\n"
        insert = pgbench(url, head + raw, clients=CLIENTS, seconds=SECONDS)
        with folding():
            cast = pgbench(url, head + service + ";", clients=CLIENTS, seconds=SECONDS)
        fold_all()
        counted, there = connection.execute(
            "SELECT (SELECT votes FROM idea_ranks WHERE idea_id = %(id)s),"
            " (SELECT count(*) FROM votes WHERE idea_id = %(id)s)",
            {"id": hot},
        ).fetchone()
    yield Measure(
        "votes_on_one_idea_of_raw_inserts", round(cast / insert, 3), "×", 0.9, at_most=False,
        reference=round(insert), n=CLIENTS, note=f"{cast:.0f} votes and {insert:.0f} inserts a second",
    )  # fmt: skip
    yield Measure("votes_counted_wrongly_afterwards", abs(counted - there), "votes", 0, n=there)


@contextmanager
def folding() -> Iterator[None]:
    """Fold votes every half second, as the clock does."""
    stop = threading.Event()

    def fold() -> None:
        while not stop.wait(0.5):
            fold_once()

    thread = threading.Thread(target=fold)
    thread.start()
    yield
    stop.set()
    thread.join()


def fold_once() -> int:
    with transaction() as session:
        return standing.fold_votes(session)


def fold_all() -> None:
    while fold_once():
        pass


if __name__ == "__main__":
    for one in measures():
        print(json.dumps({"name": one.name, "value": one.value, "met": one.met, "note": one.note}))
