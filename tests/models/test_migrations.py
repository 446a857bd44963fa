"""The tables in the code, and the migrations that lead to them."""

from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, create_engine, text
from sqlmodel import Session, SQLModel, select

from models.accounts import LinkPurpose, Membership, OneTimeLink, Team, User, UserSession
from models.clock import now
from models.db import engine, psycopg_url
from models.executions import Event, Execution, Step
from models.journal import AuditEntry, OutboxRow
from models.messages import Message, MessageState
from models.schema_version import MIGRATIONS, change_version, expected_version, stored_version
from models.templates import Template, TemplateVersion

REVISIONS = sorted(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


@pytest.fixture
def empty_database(database: Any) -> Iterator[Any]:
    """A database of its own, empty, on the server of the tests."""
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CREATE DATABASE migrations"))
    other = create_engine(engine().url.set(database="migrations"))
    yield other
    other.dispose()
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE migrations WITH (FORCE)"))


def fill(connection: Connection) -> None:
    """Write a row into the tables that hang on each other."""
    with Session(connection) as session:
        user, team = User(email="a@example.com"), Team(name="A")
        session.add_all([user, team])
        session.flush()
        template = Template(
            team_id=team.id,
            slug="t",
            name="T",
            promise="p",
            category="c",
            complexity="low",
            stack="s",
            licence="MIT",
        )
        session.add_all([template, Membership(team_id=team.id, user_id=user.id, role="owner")])
        session.flush()
        version = TemplateVersion(
            template_id=template.id, team_id=team.id, version="1", content_hash="h", lock_hash="l"
        )
        session.add(version)
        session.flush()
        execution = Execution(
            team_id=team.id,
            user_id=user.id,
            template_version_id=version.id,
            template_slug="t",
            template_name="T",
            name="One",
        )
        session.add_all(
            [execution, OutboxRow(topic="advance"), AuditEntry(team_id=team.id, action="a", subject_id="s")]
        )
        session.flush()
        session.add_all(
            [
                Step(execution_id=execution.id, team_id=team.id, position=1, name="render"),
                Event(execution_id=execution.id, seq=1, team_id=team.id, epoch=1, kind="log.line"),
                UserSession(user_id=user.id, token_hash="s", expires_at=now()),
            ]
        )
        session.flush()


def fill_messages(connection: Connection) -> None:
    """Write a mail and its link for the account that is there."""
    with Session(connection) as session:
        user = session.exec(select(User)).one()
        session.add_all(
            [
                OneTimeLink(
                    user_id=user.id,
                    purpose=LinkPurpose.VERIFY_EMAIL,
                    email=user.email,
                    token_hash="h",
                    expires_at=now(),
                ),
                Message(user_id=user.id, recipient=user.email, subject="s", state=MessageState.KEPT),
            ]
        )
        session.flush()


def test_the_newest_file_is_the_version_that_the_code_expects() -> None:
    assert expected_version() == REVISIONS[-1]
    assert len(set(REVISIONS)) == len(REVISIONS)


def test_models_and_migrations_agree(empty_database: Any) -> None:
    with empty_database.begin() as connection:
        change_version(connection, command.upgrade, "head")
        # Raises, with the differences, when autogenerate would find something to do.
        change_version(connection, lambda config, _: command.check(config), "")
        assert stored_version(connection) == expected_version()


@pytest.mark.parametrize("revision", REVISIONS)
def test_each_migration_runs_down_and_up_again_on_filled_tables(empty_database: Any, revision: str) -> None:
    with empty_database.begin() as connection:
        change_version(connection, command.upgrade, "head")
        fill(connection)
        fill_messages(connection)
    with empty_database.begin() as connection:
        change_version(connection, command.downgrade, f"{revision}-1" if revision != REVISIONS[0] else "base")
    with empty_database.begin() as connection:
        change_version(connection, command.upgrade, "head")
        assert stored_version(connection) == expected_version()


def test_an_audit_line_cannot_be_changed_or_deleted(empty_database: Any) -> None:
    with empty_database.begin() as connection:
        change_version(connection, command.upgrade, "head")
        fill(connection)
    for statement in ("UPDATE audit_entries SET action = 'b'", "DELETE FROM audit_entries"):
        with pytest.raises(Exception, match="append-only"), empty_database.begin() as connection:
            connection.execute(text(statement))


def test_every_row_belongs_to_a_team() -> None:
    without = {name for name, table in SQLModel.metadata.tables.items() if "team_id" not in table.columns}
    # An account, its links and its turn belong to a person, a sign-up to nobody yet; the outbox holds ids only; facts
    # and keys are of the installation. What hangs on an idea is its team's through it; a vote, trust
    # and what is said are a person's.
    # An account, its links and its turn belong to a person, a sign-up to nobody yet; the outbox holds ids only; facts,
    # keys and cases are of the installation. What hangs on an idea is its team's through it; a vote and trust are a
    # person's.
    # and keys are of the installation. What hangs on an idea is its team's through it; a vote, trust and
    # what somebody is told of are a person's.
    assert without == {
        "users",
        "sign_ups",
        "one_time_links",
        "teams",
        "outbox",
        "idempotency_records",
        "facts",
        "signing_keys",
        "turns",
        "idea_versions",
        "paid_parts",
        "idea_ranks",
        "votes",
        "vote_deltas",
        "trust_levels",
        "receipts",
        "receipt_days",
        "idea_builds",
        "build_days",
        "trust_days",
        "cases",
        "reports",
        "decisions",
        "appeals",
        "rank_moves",
        "idea_texts",
        "vocabulary",
        "idea_looks",
        "view_deltas",
        "saved_searches",
        "template_builds",
        "idea_sketches",
        "idea_likenesses",
        "vote_rings",
        "ring_votes",
        "comments",
        "comment_versions",
        "reviews",
        "review_replies",
        "review_marks",
        "top_heads",
        "follows",
        "notifications",
        "notification_causes",
        "notification_settings",
    }


def test_a_database_url_may_come_with_any_of_the_usual_schemes() -> None:
    assert (
        psycopg_url("postgres://u@h/d") == psycopg_url("postgresql://u@h/d") == "postgresql+psycopg://u@h/d"
    )
    assert psycopg_url("postgresql+psycopg://u@h/d") == "postgresql+psycopg://u@h/d"
