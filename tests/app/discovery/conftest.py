"""Every route over the emptied database, with a small built front end, and two people who write ideas."""

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from fastapi.testclient import TestClient

from app.routes import create_routes
from models.accounts import User
from models.db import transaction
from models.settings import Settings
from services import accounts
from services.accounts import Actor
from services.ideas import IdeaView
from services.ideas.sitemap import kept_here
from tests import market

ROUTES = create_routes()


def parsed(text: str) -> Xml.Element:
    """What we have written ourselves, as a reader of XML understands it."""
    return Xml.fromstring(text)  # noqa: S314


Publish = Callable[..., IdeaView]


@pytest.fixture
def http(clean: Settings, built: Path) -> Iterator[TestClient]:
    """A visitor."""
    kept_here.until = 0.0
    with TestClient(ROUTES, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture
def ada(http: TestClient) -> Actor:
    return author("Ada & <Lovelace>")


def author(name: str) -> Actor:
    """An account. Nobody types a password here, and hashing one is slow."""
    with transaction() as session:
        user = User(email=f"{name[:3].lower()}@example.com", name=name)
        accounts.add_with_team(session, user, f"{name}'s team")
        return accounts.actor_for_user(session, user, via="session")


@pytest.fixture
def publish(ada: Actor) -> Publish:
    """Publish an idea of Ada's, or of somebody else's: `publish("Tide table", category="travel")`."""

    def call(title: str = "Menu translator", by: Actor | None = None, **changed: object) -> IdeaView:
        with transaction() as session:
            return market.publish(session, by or ada, title, **changed)

    return call
