"""A page of a list with 10,000 executions behind it, as the screen reads it: beside the bare statement by psycopg."""

import dataclasses
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import event, text
from sqlmodel import Session, select

import models.tables  # noqa: F401 - every table a foreign key may name
from models.db import close_engine, engine, transaction
from models.deployments import Deployment, Observed, Wanted
from models.executions import Execution, State, Step
from models.ids import decode_id
from models.settings import reset_settings, settings
from models.templates import TemplateVersion
from services import deployments, executions
from services.accounts import Actor
from services.search import search
from tests.bench.measure import Measure, spread
from tests.note import person, tiny_catalogue
from workers.embedded.servers import running
from workers.migrate import migrate

EXECUTIONS, DEPLOYMENTS, READS, BAR_MS = 10_000, 1_000, 60, 50
# Every step of every execution is there, as after real launches; a second team has as many. Each row is a copy of one
# that the models have made, so that a new column needs nothing here.
FILL = """
INSERT INTO executions SELECT new.* FROM executions AS e, generate_series(1, :count) AS n,
    jsonb_populate_record(e, jsonb_build_object(
        'id', gen_random_uuid(),
        'name', (ARRAY['Tea Corner', 'Northwind', 'Fieldnote', 'Café'])[1 + n % 4] || ' ' || n,
        'state', (ARRAY['succeeded', 'failed', 'cancelled', 'succeeded'])[1 + n % 4],
        'created_at', now() - n * interval '7 min', 'started_at', now() - n * interval '7 min',
        'finished_at', now() - n * interval '7 min' + interval '4 s')) AS new
WHERE e.team_id = :team AND e.name = 'model';
"""
STEPS = """
INSERT INTO steps SELECT new.* FROM steps AS s, executions AS e, generate_series(0, 7) AS p,
    jsonb_populate_record(s, jsonb_build_object(
        'id', gen_random_uuid(), 'execution_id', e.id, 'team_id', e.team_id, 'position', p, 'name', 'step' || p)) AS new
WHERE s.name = 'model' AND e.name <> 'model';
"""
PLACES = """
INSERT INTO deployments SELECT new.* FROM deployments AS d, generate_series(1, :count) AS n,
    jsonb_populate_record(d, jsonb_build_object(
        'id', gen_random_uuid(), 'slug', 'app-' || n, 'name', 'App ' || n, 'slot_uid', 100000 + n,
        'created_at', now() - n * interval '1 minute')) AS new
WHERE d.slug = 'model';
"""
CLEAR = [f"DELETE FROM {table} WHERE name = 'model'" for table in ("steps", "executions", "deployments")]
BARE = (
    "SELECT * FROM executions WHERE team_id = %s AND (created_at, id) < (%s, %s) "
    "ORDER BY created_at DESC, id DESC LIMIT 26"
)


def measures() -> Sequence[Measure]:
    with filled() as actor:
        found = [measured(name, read, actor) for name, read in READERS.items()]
        found[0] = beside_bare(found[0], actor)
        return [*found, *plans_of(actor)]


@contextmanager
def filled() -> Iterator[Actor]:
    """Have a database of its own with two teams' worth of rows."""
    with tempfile.TemporaryDirectory(prefix="ism-lists-") as folder:
        os.environ["IDEASMITH_DATA"] = folder
        reset_settings()
        with running(settings(), {}) as environment:
            os.environ.update(environment)
            reset_settings()
            migrate()
            with tiny_catalogue(Path(folder) / "templates"):
                ada = person("ada@example.com")
                fill([ada, person("eve@example.com")])
                yield ada
            close_engine()
        for name in (*environment, "IDEASMITH_DATA"):
            os.environ.pop(name, None)
        reset_settings()


def fill(people: Sequence[Actor]) -> None:
    """Write the rows, and let PostgreSQL count them as it does by night."""
    with transaction() as session:
        for number, one in enumerate(people):
            add_models(session, one, number)
        session.flush()
        for number, one in enumerate(people):
            team = decode_id("team", one.personal_team_id)
            session.execute(text(FILL), {"team": team, "count": EXECUTIONS})
            if not number:
                session.execute(text(PLACES), {"count": DEPLOYMENTS})
        session.execute(text(STEPS))
        for statement in CLEAR:
            session.execute(text(statement))
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def add_models(session: Session, one: Actor, number: int) -> None:
    """Write what is copied: for each team an execution, for the first one also a step and a deployment."""
    whose: dict[str, Any] = {"team_id": one.personal_team_id, "user_id": one.user_id}
    version = session.scalars(select(TemplateVersion).limit(1)).one()
    execution = Execution(
        **whose,
        template_version_id=version.id,
        template_slug="note",
        template_name="Note",
        name="model",
        state=State.SUCCEEDED,
        epoch=1,
    )
    session.add(execution)
    session.flush()
    if number:
        return
    session.add(
        Step(
            execution_id=execution.id,
            team_id=one.personal_team_id,
            position=0,
            name="model",
            state=State.SUCCEEDED,
            attempt=1,
            epoch=1,
            result={"passed": 41, "seconds": 1.2},
            summary="41 passed in 1.2 s",
        )
    )
    session.add(
        Deployment(
            **whose,
            template_slug="note",
            slug="model",
            name="model",
            slot_uid=99_999,
            wanted=Wanted.RUNNING,
            observed=Observed.RUNNING,
        )
    )


def first_page(session: Session, actor: Actor) -> None:
    """Read what the screen opens with."""
    assert len(executions.list_executions(session, actor, running_only=True).items) == 25


def every_page() -> Callable[[Session, Actor], None]:
    """Return a reader that goes on through all pages, one a call, and begins again at the end."""
    at = [""]

    def read(session: Session, actor: Actor) -> None:
        page = executions.list_executions(session, actor, cursor=at[0], running_only=True)
        at[0] = page.next_cursor or ""

    return read


READERS: dict[str, Callable[[Session, Actor], Any]] = {
    "page_of_executions": every_page(),
    "first_page_of_executions": first_page,
    "executions_by_state": lambda session, actor: executions.list_executions(
        session, actor, state="failed", running_only=True
    ),
    "executions_by_name": lambda session, actor: executions.list_executions(
        session, actor, query="café 99", running_only=True
    ),
    "executions_by_name_in_vain": lambda session, actor: executions.list_executions(
        session, actor, query="zz"
    ),
    "200_rows_of_executions": lambda session, actor: executions.list_executions(
        session, actor, limit=200, most=200, running_only=True
    ),
    "page_of_executions_by_api": lambda session, actor: executions.list_executions(session, actor),
    "page_of_deployments": lambda session, actor: deployments.list_deployments(session, actor),
    "search_in_the_palette": lambda session, actor: search(session, actor, "café 12"),
}


def measured(name: str, read: Callable[[Session, Actor], Any], actor: Actor) -> Measure:
    """Measure one way to read, each time in a transaction of its own as a page's event does."""
    took = []
    for _ in range(READS):
        begun = time.perf_counter()
        with transaction() as session:
            read(session, actor)
        took.append((time.perf_counter() - begun) * 1000)
    values = spread(took)
    return Measure(f"{name}_p95", values["p95"], "ms", BAR_MS, **values)


def beside_bare(measure: Measure, actor: Actor) -> Measure:
    """Return a measure with what the bare statement takes, at the same depth, by psycopg alone."""
    took, team = [], decode_id("team", actor.personal_team_id)
    with psycopg.connect(settings().database_url.replace("+psycopg://", "://", 1)) as connection:
        middle = connection.execute(
            "SELECT created_at, id FROM executions WHERE team_id = %s ORDER BY created_at DESC OFFSET 5000 LIMIT 1",
            (team,),
        ).fetchone()
        for _ in range(READS):
            begun = time.perf_counter()
            connection.execute(BARE, (team, *(middle or ()))).fetchall()
            took.append((time.perf_counter() - begun) * 1000)
    bare = statistics.median(took)
    return dataclasses.replace(measure, reference=round(bare, 3), ratio=round((measure.p50 or 0) / bare, 1))


def plans_of(actor: Actor) -> list[Measure]:
    """Count the statements of a page of 100, and what of a table they read from end to end, as EXPLAIN says."""
    sent: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, values: Any, *rest: Any) -> None:
        sent.append((statement, values))

    event.listen(engine(), "before_cursor_execute", note)
    with transaction() as session:
        executions.list_executions(session, actor, limit=100)
    event.remove(engine(), "before_cursor_execute", note)
    with transaction() as session:
        cursor = session.connection().connection.cursor()
        plans = [
            json.dumps(cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", values).fetchone())
            for statement, values in sent
        ]
    scans = sum(plan.count("Seq Scan") for plan in plans)
    return [
        Measure("statements_of_a_page", len(sent), "statements", 2, n=100),
        Measure("sequential_scans_of_a_page", scans, "scans", 0),
    ]
