"""A catalogue that holds one tiny template, an author with a published idea, and somebody who builds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.db import transaction
from services.accounts import Actor
from services.ideas import IdeaView
from tests.market import publish
from tests.note import person, tiny_catalogue


@pytest.fixture
def templates(clean: object, tmp_path: Path) -> Iterator[Path]:
    """A catalogue that holds the template `note` alone."""
    with tiny_catalogue(tmp_path / "templates") as root:
        yield root


@pytest.fixture
def ada(templates: Path) -> Actor:
    """An author."""
    return person("ada@example.com")


@pytest.fixture
def bob(templates: Path) -> Actor:
    """Somebody who builds."""
    return person("bob@example.com")


@pytest.fixture
def idea(ada: Actor) -> IdeaView:
    """A published idea of the author's."""
    with transaction() as session:
        return publish(session, ada)
