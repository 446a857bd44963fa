"""Transactions."""

from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import Session, select

from models.accounts import Team
from models.db import after_commit, transaction


def teams(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Team)) or 0


def test_what_is_raised_inside_leaves_nothing_behind(clean: Any) -> None:
    done: list[str] = []
    with pytest.raises(RuntimeError), transaction() as session:
        session.add(Team(name="A"))
        after_commit(session, lambda: done.append("rung"))
        session.flush()
        raise RuntimeError("something else")
    with transaction() as session:
        assert teams(session) == 0
    assert done == []


def test_what_was_asked_for_happens_after_the_commit(clean: Any) -> None:
    seen: list[int] = []

    def look() -> None:
        with transaction() as session:
            seen.append(teams(session))

    with transaction() as session:
        session.add(Team(name="A"))
        after_commit(session, look)
        assert seen == []
    assert seen == [1]
