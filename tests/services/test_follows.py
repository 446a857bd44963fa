"""Following an author: told once of each new idea, however the telling goes."""

import os
import signal

import pytest
from sqlmodel import Session, select

from models.db import close_engine, transaction
from models.errors import NotAllowed, NotFound
from models.follows import Follow
from models.ideas import Idea, IdeaState
from models.journal import OutboxRow
from models.settings import Settings
from services import follows, privacy
from services.accounts import Actor
from services.crashpoints import AFTER_COMMIT, VARIABLE
from services.follows import FollowStanding, list_following, set_follow, standing_of, tell_some
from services.notifications import list_notifications
from tests.market import publish
from tests.services.teams.people import again, person
from workers import jobs


@pytest.fixture
def people(session: Session) -> list[Actor]:
    """An author, and three who may follow."""
    return [person(session, name) for name in ("Ada", "Bob", "Cleo", "Dan")]


def told(session: Session, actor: Actor) -> list[str]:
    return [one.text for one in list_notifications(session, actor).items]


def test_following_is_counted_listed_and_ended(session: Session, people: list[Actor]) -> None:
    publish(session, people[0])
    ada = people[0].user_id
    assert set_follow(session, people[1], ada, followed=True) == FollowStanding(1, True, False)
    assert set_follow(session, people[1], ada, followed=True).followers == 1
    assert set_follow(session, people[2], ada, followed=True).followers == 2
    assert standing_of(session, None, ada) == FollowStanding(2, False, False)
    assert standing_of(session, people[0], ada) == FollowStanding(2, False, True)
    assert [one.name for one in list_following(session, people[1]).items] == ["Ada"]
    assert set_follow(session, people[1], ada, followed=False) == FollowStanding(1, False, False)
    assert set_follow(session, people[1], ada, followed=False).followers == 1


def test_nobody_follows_themselves_or_who_has_published_nothing(
    session: Session, people: list[Actor]
) -> None:
    publish(session, people[0])
    with pytest.raises(NotAllowed):
        set_follow(session, people[0], people[0].user_id, followed=True)
    with pytest.raises(NotFound):
        set_follow(session, people[0], people[1].user_id, followed=True)


def test_who_has_left_is_followed_no_more_and_follows_nobody(session: Session, people: list[Actor]) -> None:
    for one in people[:2]:
        publish(session, one, f"Idea of {one.name}")
    set_follow(session, people[1], people[0].user_id, followed=True)
    set_follow(session, people[2], people[1].user_id, followed=True)
    privacy.erase(session, again(session, people[1]), people[1].email)
    assert session.scalars(select(Follow)).all() == []


def test_whom_one_follows_comes_in_pages(
    session: Session, people: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in people[:3]:
        publish(session, one, f"Idea of {one.name}")
        set_follow(session, people[3], one.user_id, followed=True)
    first = list_following(session, people[3], limit=2)
    rest = list_following(session, people[3], first.next_cursor or "", limit=2)
    assert [one.name for one in [*first.items, *rest.items]] == ["Cleo", "Bob", "Ada"]
    assert rest.next_cursor is None


def test_followers_are_told_of_a_new_idea_bit_by_bit_and_once(
    session: Session, people: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = publish(session, people[0])
    for one in people[1:]:
        set_follow(session, one, people[0].user_id, followed=True)
    idea = publish(session, people[0], "Menu printer")
    monkeypatch.setattr(follows, "TOLD_AT_ONCE", 2)
    last = tell_some(session, idea.id)
    assert last and [bool(told(session, one)) for one in people[1:]].count(True) == 2
    assert tell_some(session, idea.id, last) == ""
    assert tell_some(session, idea.id) == last  # begun anew: nobody is told twice
    assert [told(session, one) for one in people[1:]] == [["Ada published “Menu printer”"]] * 3
    assert tell_some(session, before.id) == ""
    assert told(session, people[1]) == ["Ada published “Menu printer”"]
    tell_some(session, publish(session, people[0], "Menu board").id)
    assert told(session, people[1]) == ["Ada published 2 ideas"]


def test_what_nobody_may_see_is_not_told(session: Session, people: list[Actor]) -> None:
    idea = publish(session, people[0])
    set_follow(session, people[1], people[0].user_id, followed=True)
    session.get_one(Idea, idea.id).state = IdeaState.HELD
    session.flush()
    assert tell_some(session, idea.id) == ""
    assert told(session, people[1]) == []


def test_a_worker_that_is_killed_between_two_bits_is_followed_by_one_that_tells_the_rest(
    clean: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follows, "TOLD_AT_ONCE", 2)
    with transaction() as session:
        people = [person(session, f"Person{n}") for n in range(6)]
        publish(session, people[0])
        for one in people[1:]:
            set_follow(session, one, people[0].user_id, followed=True)
        idea = publish(session, people[0], "Menu printer")
    close_engine()  # two processes on one connection would read each other's answers
    if (child := os.fork()) == 0:
        os.environ[VARIABLE] = f"{AFTER_COMMIT}:followers"
        jobs.tell_followers(idea.id)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    with transaction() as session:
        assert sum(bool(told(session, one)) for one in people[1:]) == 2
        assert waiting(session, idea.id)
    for _ in range(2):
        jobs.tell_followers(idea.id)
    with transaction() as session:
        assert [told(session, one) for one in people[1:]] == [["Person0 published “Menu printer”"]] * 5
        assert not waiting(session, idea.id)


def waiting(session: Session, idea_id: str) -> bool:
    """Whether the promise of telling still stands."""
    rows = session.scalars(select(OutboxRow).where(OutboxRow.topic == "tell_followers"))
    return any(row.payload["idea_id"] == idea_id for row in rows)
