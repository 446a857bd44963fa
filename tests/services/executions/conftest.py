"""A catalogue that holds one tiny template, and two people."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.accounts import Actor
from tests.note import person, tiny_catalogue


@pytest.fixture
def templates(clean: object, tmp_path: Path) -> Iterator[Path]:
    """A catalogue that holds the template `note` alone."""
    with tiny_catalogue(tmp_path / "templates") as root:
        yield root


@pytest.fixture
def ada(templates: Path) -> Actor:
    """Somebody with an account."""
    return person("ada@example.com")


@pytest.fixture
def bob(templates: Path) -> Actor:
    """Somebody else."""
    return person("bob@example.com")
