"""The words that a misspelt search is corrected by."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from services.ideas import vocabulary
from services.ideas.search import did_you_mean
from tests.market import publish


def test_the_words_of_the_first_ideas_are_collected_at_once(
    session: Session, make_user: Callable[..., Any]
) -> None:
    assert vocabulary.collect_when_due(session) == 0
    publish(session, make_user(session)[1], "Restaurant planner")
    assert did_you_mean(session, "resturant") == ""
    assert vocabulary.collect_when_due(session) > 0
    assert did_you_mean(session, "resturant") == "restaurant"
    assert vocabulary.collect_when_due(session) == 0  # not each minute from then on
