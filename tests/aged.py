"""Rows and folders that are as old as a test wants them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from models.accounts import User
from models.clock import clock, now, utc_now
from models.db import transaction
from models.deployments import Deployment, Release
from models.executions import Event, Execution, State
from models.settings import settings
from services import accounts, deployments
from services.accounts import Actor
from services.environments import MARKER, environment_key, environments_folder
from tests.tiny_app import add_execution, write_app


@contextmanager
def days_later(days: float) -> Iterator[None]:
    """Turn the clock forward."""
    token = clock.set(lambda: utc_now() + timedelta(days=days))
    try:
        yield
    finally:
        clock.reset(token)


def person(email: str = "ada@example.com") -> tuple[User, Actor]:
    """Somebody who signed up."""
    with transaction() as session:
        user = accounts.sign_up(session, email=email, password="a long enough password")
        session.flush()
        return user, accounts.actor_for_user(session, user, via="session")


def ended(
    who: tuple[User, Actor],
    *,
    days_ago: float = 0,
    state: State = State.SUCCEEDED,
    events: int = 3,
    **more: Any,
) -> str:
    """Store an execution that ended so long ago, with events and a working folder, and return its id."""
    with transaction() as session:
        row = add_execution(session, *who, **more)
        at = now() - timedelta(days=days_ago)
        row.state, row.created_at, row.started_at, row.finished_at = state, at, at - timedelta(seconds=4), at
        session.add_all(
            Event(
                execution_id=row.id,
                seq=seq,
                team_id=row.team_id,
                epoch=1,
                kind="log.line",
                text=f"line {seq}",
            )
            for seq in range(1, events + 1)
        )
    (workspace(row.id) / "tree").mkdir(parents=True)
    (workspace(row.id) / "tree" / "app.py").write_text("x = 1\n" * 1000)
    return row.id


def workspace(execution_id: str) -> Path:
    """The working folder of an execution."""
    return settings().data / "workspaces" / execution_id


def released(
    who: tuple[User, Actor], folder: Path, count: int, refused: tuple[int, ...] = ()
) -> list[Release]:
    """Store a deployment with so many releases; those whose number is in `refused` never served."""
    made: list[Release] = []
    for number in range(1, count + 1):
        with transaction() as session:
            release = deployments.create_release(
                session,
                execution=add_execution(session, *who),
                folder=write_app(folder / str(number)),
                commit="c" * 40,
                deployment_id=made[0].deployment_id if made else None,
                slug_wish="shop",
            )
            if number in refused:
                release.manifest = {**release.manifest, "refused": "It did not answer."}
            made.append(release)
    return made


def serve(release: Release) -> None:
    """Say that a release is what serves."""
    with transaction() as session:
        session.get_one(Deployment, release.deployment_id).observed_release_id = release.id


def environment(lock: bytes, used_days_ago: float) -> Path:
    """Make what looks like a template environment that was last used so long ago."""
    folder = environments_folder() / environment_key(lock)
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").write_text("#!")
    (folder / MARKER).touch()
    then = (now() - timedelta(days=used_days_ago)).timestamp()
    os.utime(folder / MARKER, (then, then))
    return folder


def execution(execution_id: str) -> Execution:
    """The row of an execution, fresh."""
    with transaction() as session:
        return session.get_one(Execution, execution_id)
