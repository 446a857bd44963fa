"""What a team has launched before, to begin from."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from services.executions.recent import recent_configs
from tests.tiny_app import add_execution


def test_different_options_are_offered_once_and_the_newest_first(
    session: Session, make_user: Callable[..., Any]
) -> None:
    user, ada = make_user(session)
    for name, days in (("One", 1), ("Two", 2), ("Three", 1)):
        add_execution(session, user, ada, name, config={"days": days})
    assert [(one.name, one.config) for one in recent_configs(session, ada, "tiny")] == [
        ("Three", {"days": 1}),
        ("Two", {"days": 2}),
    ]


def test_nobody_sees_the_options_of_another_team(session: Session, make_user: Callable[..., Any]) -> None:
    user, ada = make_user(session)
    add_execution(session, user, ada, "One", config={"days": 1})
    ben = make_user(session, "ben@example.com")[1]
    assert recent_configs(session, ben, "tiny") == []
