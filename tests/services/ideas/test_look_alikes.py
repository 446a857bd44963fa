"""What an author is told while typing: published ideas whose title and promise sound alike, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session

from models.accounts import Membership, Role, User
from models.errors import NotAllowed
from models.idea_ranks import IdeaRank
from services import accounts, ideas
from services.accounts import Actor
from services.ideas import vocabulary
from services.ideas.likeness.look_alikes import look_alikes
from tests.market import publish

MENU = {
    "title": "A translator for the menu",
    "promise": "Restaurants show guests their menu in any language.",
}


@pytest.fixture
def ada(session: Session, make_user: Callable[..., Any]) -> Actor:
    actor: Actor = make_user(session)[1]
    return actor


@pytest.fixture
def bob(session: Session, ada: Actor, make_user: Callable[..., Any]) -> Actor:
    actor: Actor = make_user(session, email="bob@example.com")[1]
    return actor


def titles(session: Session, actor: Actor, idea_id: str = "", **fields: str) -> list[str]:
    return [one.title for one in look_alikes(session, actor, fields, idea_id)]


def test_what_sounds_alike_is_shown_the_likest_first(session: Session, ada: Actor, bob: Actor) -> None:
    publish(session, ada, "Menu translator")
    publish(
        session, ada, "Menu translator for food trucks", promise="A menu of a food truck in any language."
    )
    publish(session, ada, "Bicycle planner", promise="Finds the way with the fewest hills.")
    for collected in (False, True):
        if collected:
            vocabulary.collect(session)
        assert titles(session, bob, **MENU) == ["Menu translator", "Menu translator for food trucks"]
        assert titles(session, bob, title="The menu, translated")[0] == "Menu translator"
        assert titles(session, bob, title="Stamp collection", promise="Sorts stamps by colour.") == []


def test_half_a_form_has_no_look_alikes(session: Session, ada: Actor) -> None:
    publish(session, ada)
    for fields in ({}, {"title": ""}, {"title": "A"}, {"title": "'; &|!("}, {"promise": MENU["promise"]}):
        assert titles(session, ada, **fields) == []
    assert titles(session, ada, title="Menu's \\ 'translator' & guests") == ["Menu translator"]


def test_an_idea_that_is_changed_is_not_like_itself(session: Session, ada: Actor) -> None:
    made = publish(session, ada)
    [mine] = look_alikes(session, ada, {"title": made.title, "promise": made.promise})
    assert mine.mine and mine.likeness == 1.0
    assert titles(session, ada, made.id, title=made.title, promise=made.promise) == []


def test_what_is_not_published_is_not_shown(session: Session, ada: Actor, bob: Actor) -> None:
    made = publish(session, ada)
    ideas.unpublish(session, ada, made.id)
    assert titles(session, bob, **MENU) == []


def test_words_of_scripts_without_spaces_are_met(session: Session, ada: Actor, bob: Actor) -> None:
    publish(session, ada, "菜单翻译助手", promise="餐厅用每位客人的语言显示菜单。", language="zh")
    assert titles(
        session, bob, title="菜单翻译工具", promise="用客人的语言显示餐厅菜单。", language="zh"
    ) == ["菜单翻译助手"]


def test_the_best_of_many_are_shown(session: Session, ada: Actor, bob: Actor) -> None:
    for n in range(8):
        made = publish(session, ada, f"Menu translator {n}")
        session.get_one(IdeaRank, made.id).votes = n
    session.flush()
    assert len(titles(session, bob, **MENU)) == 5


def test_a_viewer_writes_nothing_and_is_told_nothing(session: Session, ada: Actor, bob: Actor) -> None:
    session.add(Membership(team_id=ada.team_id, user_id=bob.user_id, role=Role.VIEWER))
    session.flush()
    viewer = accounts.actor_for_user(session, session.get_one(User, bob.user_id), via="session")
    in_team = accounts.in_team(viewer, ada.team_id)
    with pytest.raises(NotAllowed):
        look_alikes(session, in_team, MENU)
