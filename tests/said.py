"""An execution of a running product that only talks: its events are written here, by the product's own pen."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psutil
from sqlmodel import select

import models.tables  # noqa: F401 - every table a foreign key may name
from models.accounts import Membership, User
from models.clock import now
from models.db import close_engine, transaction
from models.executions import Execution, State
from models.settings import reset_settings
from models.templates import Template
from services.events import EventWriter, append_events
from services.events.stream import tail
from tests.product import Product


@contextmanager
def inside(product: Product) -> Iterator[None]:
    """Use the product's database and tail from this process."""
    names = ("DATABASE_URL", "REDIS_URL")
    found = psutil.Process(product.process.pid).children(recursive=True)
    environment = next(one.environ() for one in found if "DATABASE_URL" in one.environ())
    before = {name: os.environ.get(name) for name in names}
    close_engine()  # a test before may have used the tests' own database
    os.environ.update({name: environment[name] for name in names})
    reset_settings()
    tail.cache_clear()
    try:
        yield
    finally:
        close_engine()
        tail.cache_clear()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        reset_settings()


def owner(email: str) -> tuple[str, str]:
    """Return the team and the account of somebody."""
    with transaction() as session:
        user = session.scalars(select(User).where(User.email == email)).one()
        return session.scalars(
            select(Membership.team_id).where(Membership.user_id == user.id)
        ).first() or "", user.id


def running_execution(email: str) -> Execution:
    """Make an execution that has an owner for the next hour: nobody else takes it up."""
    team_id, user_id = owner(email)
    with transaction() as session:
        template = session.scalars(select(Template).where(Template.slug == "landing")).one()
        row = Execution(
            team_id=team_id, user_id=user_id, template_version_id=template.current_version_id, template_slug="landing",
            template_name=template.name, name="Talk", state=State.RUNNING, epoch=1, started_at=now(),
            lease_until=now() + timedelta(hours=1), lease_owner="bench",
        )  # fmt: skip
        session.add(row)
        session.flush()
    return row


def talk(row: Execution, lines: int, per_s: float) -> None:
    """Say so many lines at a steady pace, then end the execution."""
    with EventWriter(row.id, row.team_id, 1, 0, transaction) as writer:
        writer.say("execution.started", "Started.", data={"epoch": 1})
        writer.say("step.started", span="test", data={"attempt": 1})
        begun = time.monotonic()
        for number in range(lines):
            time.sleep(max(0.0, begun + number / per_s - time.monotonic()))
            writer.line("test", f"talk {number} of {lines}, worker gw{number % 4}")
        writer.say("step.finished", "Said.", span="test")
    with transaction() as session:
        stored = session.get_one(Execution, row.id)
        stored.state, stored.finished_at, stored.lease_until = State.SUCCEEDED, now(), None
        append_events(session, [stored], "execution.succeeded", "Done.")
