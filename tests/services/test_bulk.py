"""One thing done to many: each row done or refused by name, and no statement more for a hundred than for two."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from models.clock import now
from models.db import engine, transaction
from models.deployments import Deployment, Wanted
from models.errors import Conflict, InvalidInput
from models.executions import Event, State, Step
from models.ids import new_id
from models.journal import AuditEntry, OutboxRow
from services import deployments, executions
from services.accounts import Actor
from services.bulk import MOST, BulkResult
from services.deployments import keeping
from services.executions import lease
from tests.note import launch, person, tiny_catalogue


@pytest.fixture
def ada(clean: object, tmp_path: Path) -> Iterator[Actor]:
    """Somebody with a template to launch."""
    with tiny_catalogue(tmp_path / "templates"):
        yield person("ada@example.com")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Have the statements that are sent meanwhile."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    yield sent
    event.remove(engine(), "before_cursor_execute", note)


def do(service: Callable[..., BulkResult], actor: Actor, ids: list[str], *more: Any) -> BulkResult:
    with transaction() as session:
        return service(session, actor, ids, *more)


def states(actor: Actor) -> list[str]:
    with transaction() as session:
        return [view.state for view in executions.list_executions(session, actor).items]


def deployed(actor: Actor, name: str, number: int = 0) -> str:
    with transaction() as session:
        row = Deployment(
            team_id=actor.personal_team_id, user_id=actor.user_id, template_slug="note", slug=name.lower(),
            name=name, slot_uid=50_000 + number,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


def test_cancelling_many_ends_those_that_nobody_works_on_and_names_the_others(ada: Actor) -> None:
    waiting, working, over = (launch(ada, app_name=name) for name in ("Waiting", "Working", "Over"))
    do(executions.cancel_all, ada, [over])
    with transaction() as session:
        assert lease.claim(session, working, "worker")
    unknown = new_id("exec")
    result = do(executions.cancel_all, ada, [waiting, working, over, unknown, waiting])
    assert sorted(name for _, name in result.done) == ["Waiting", "Working"]
    assert [(one.name, one.error.code) for one in result.refused] == [
        ("Over", "already_ended"),
        ("", "not_found"),
    ]
    assert states(ada) == ["cancelled", "running", "cancelled"]
    with transaction() as session:
        assert session.scalars(select(Event.seq).where(Event.execution_id == waiting)).all() == [1]
        steps = session.scalars(select(Step.state).where(Step.execution_id == waiting)).all()
        assert set(steps) == {State.CANCELLED}


def test_retrying_many_starts_each_at_the_step_that_did_not_succeed(ada: Actor) -> None:
    first, second = launch(ada), launch(ada)
    with transaction() as session:
        step = session.scalars(select(Step).where(Step.execution_id == first, Step.position == 0)).one()
        step.state, step.summary = State.SUCCEEDED, "kept"
    do(executions.cancel_all, ada, [first, second])
    result = do(executions.retry_all, ada, [first, second])
    assert len(result.done) == 2 and states(ada) == ["queued", "queued"]
    with transaction() as session:
        view = executions.get_execution(session, ada, first)
        trail = session.scalars(select(AuditEntry.data).where(AuditEntry.action == "execution.retried")).all()
        assert len(session.scalars(select(OutboxRow)).all()) == 4
    assert [one.state for one in view.steps] == ["succeeded", *["queued"] * 7]
    assert view.steps[0].summary == "kept"
    assert sorted(one["from_step"] for one in trail) == ["render", "validate"]


@pytest.mark.parametrize("service", [executions.cancel_all, executions.retry_all])
def test_many_executions_cost_as_many_statements_as_two(ada: Actor, service: Any) -> None:
    made = [launch(ada, app_name=f"App {number}") for number in range(12)]
    if service is executions.retry_all:
        do(executions.cancel_all, ada, made)
    with counted() as two:
        do(service, ada, made[:2])
    with counted() as ten:
        do(service, ada, made[2:])
    assert len(ten) == len(two)


def test_many_deployments_cost_as_many_statements_as_two(ada: Actor) -> None:
    made = [deployed(ada, f"App{number}", number) for number in range(12)]
    for service in (deployments.delete_all, deployments.restore_all, deployments.restart_all):
        with counted() as two:
            do(service, ada, made[:2])
        with counted() as ten:
            do(service, ada, made[2:])
        assert len(ten) == len(two)


def test_what_belongs_to_somebody_else_reads_as_not_there_and_is_left_alone(ada: Actor) -> None:
    eve = person("eve@example.com")
    execution, deployment = launch(ada), deployed(ada, "Shop")
    for service, row_id in (
        (executions.cancel_all, execution),
        (executions.retry_all, execution),
        (deployments.delete_all, deployment),
        (deployments.restart_all, deployment),
    ):
        result = do(service, eve, [row_id])
        assert result.done == []
        assert [(one.name, one.error.status) for one in result.refused] == [("", 404)]
    assert states(ada) == ["queued"]


def test_more_than_two_hundred_at_a_time_are_refused(ada: Actor) -> None:
    with pytest.raises(InvalidInput, match="at most 200"):
        do(executions.cancel_all, ada, [new_id("exec") for _ in range(MOST + 1)])


def test_starting_and_stopping_many_changes_only_what_was_otherwise(ada: Actor) -> None:
    one, two = deployed(ada, "One"), deployed(ada, "Two", 1)
    do(deployments.want_all, ada, [one], "stopped")
    assert len(do(deployments.want_all, ada, [one, two], "stopped").done) == 2
    with transaction() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
        assert actions.count("deployment.stopped") == 2
        assert deployments.get_deployment(session, ada, two).wanted == "stopped"


def test_a_deletion_hides_at_once_and_undo_brings_back_what_was_wanted(ada: Actor) -> None:
    running, stopped = deployed(ada, "Running"), deployed(ada, "Stopped", 1)
    do(deployments.want_all, ada, [stopped], "stopped")
    do(deployments.delete_all, ada, [running, stopped])
    with transaction() as session:
        assert deployments.list_deployments(session, ada).items == []
        assert [(app.wanted, app.hidden) for app in keeping.list_wanted(session)] == [("stopped", True)] * 2
        assert keeping.claim_removal(session, running) is None
    assert len(do(deployments.restore_all, ada, [running, stopped]).done) == 2
    with transaction() as session:
        views = deployments.list_deployments(session, ada).items
        assert [(view.name, view.wanted) for view in views] == [
            ("Stopped", "stopped"),
            ("Running", "running"),
        ]
        assert not any(app.hidden for app in keeping.list_wanted(session))


def test_an_undo_that_comes_too_late_is_refused_and_the_keeper_removes(ada: Actor) -> None:
    made = deployed(ada, "Shop")
    do(deployments.delete_all, ada, [made])
    let_time_pass(made)
    with transaction() as session:
        assert [(app.wanted, app.hidden) for app in keeping.list_wanted(session)] == [(Wanted.DELETED, False)]
        assert keeping.claim_removal(session, made) == []
    with pytest.raises(Conflict, match="too late"), transaction() as session:
        deployments.restore(session, ada, made)


def test_a_name_is_free_again_only_when_the_deletion_cannot_be_undone_any_more(ada: Actor) -> None:
    from services.deployments.slugs import free_slug

    made = deployed(ada, "shop")
    do(deployments.delete_all, ada, [made])
    with transaction() as session:
        assert free_slug(session, "shop") == "shop-2"
    let_time_pass(made)
    with transaction() as session:
        keeping.mark_removed(session, made)
        session.flush()
        assert free_slug(session, "shop") == "shop"


def let_time_pass(deployment_id: str) -> None:
    """Put the deletion as far back as its undo lasts."""
    with transaction() as session:
        row = session.get_one(Deployment, deployment_id)
        assert row.delete_at is not None and row.delete_at > now() + timedelta(seconds=5)
        row.delete_at = now()


def test_search_finds_by_name_what_the_actor_may_read_newest_first(ada: Actor) -> None:
    from services.search import search

    eve = person("eve@example.com")
    launch(eve, app_name="Tea of Eve")
    for number in range(7):
        launch(ada, app_name=f"Tea {number}")
    deployed(ada, "Teahouse")
    with transaction() as session:
        found = search(session, ada, "  TEA ")
        assert [hit.name for hit in found if hit.kind == "execution"] == [f"Tea {n}" for n in range(6, 1, -1)]
        assert [hit.name for hit in found if hit.kind == "deployment"] == ["Teahouse"]
        assert [hit.id for hit in search(session, ada, "note") if hit.kind == "template"] == ["note"]
        assert search(session, ada, "100%_\x00") == []
        with counted() as sent:
            search(session, ada, "tea")
        assert len(sent) == 3


def search_plan(session: Session) -> str:
    from sqlalchemy import text

    session.execute(text("SET LOCAL enable_seqscan = off"))
    rows = session.execute(
        text(
            "EXPLAIN SELECT 1 FROM executions WHERE team_id = gen_random_uuid() ORDER BY created_at DESC, id DESC"
        )
    )
    return "\n".join(row[0] for row in rows)


def test_a_page_of_a_team_is_read_from_its_index(ada: Actor) -> None:
    with transaction() as session:
        assert "ix_executions_team_id_created_at" in search_plan(session)
