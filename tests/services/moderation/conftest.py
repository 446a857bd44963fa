"""The people of the market's court."""

import pytest
from sqlmodel import Session

from tests.moderators import Court, court


@pytest.fixture
def people(session: Session) -> Court:
    """Two operators, an author, two readers."""
    return court(session)
