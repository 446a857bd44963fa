"""People who are told, and the clock turned on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlmodel import Session

from models.accounts import User
from models.clock import clock, now
from services.accounts import Actor
from services.ideas import IdeaView
from tests.market import publish
from tests.services.teams.people import person


@contextmanager
def later(**by: float) -> Iterator[None]:
    """Do something as if some time had passed."""
    moment = now() + timedelta(**by)
    token = clock.set(lambda: moment)
    try:
        yield
    finally:
        clock.reset(token)


@pytest.fixture
def people(session: Session) -> list[Actor]:
    """An author and three readers, whose addresses are proven."""
    found = [person(session, name) for name in ("Ada", "Bob", "Cleo", "Dan")]
    for actor in found:
        account(session, actor).email_verified_at = now()
    session.flush()
    return found


@pytest.fixture
def idea(session: Session, people: list[Actor]) -> IdeaView:
    """An idea of the author's."""
    return publish(session, people[0])


def account(session: Session, actor: Actor) -> User:
    return session.get_one(User, actor.user_id)
