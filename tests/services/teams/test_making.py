"""Teams made, chosen and deleted."""

from typing import Any

import pytest
from sqlmodel import Session, select

from models.accounts import Role, Team, User
from models.deployments import Deployment, Wanted
from models.errors import Conflict, InvalidInput, NotAllowed, NotFound
from models.executions import Execution, State
from services import accounts, executions, keys, teams
from services.accounts import Actor
from services.deployments import list_deployments
from tests import tiny_app
from tests.services.teams.people import again, joined, person, shared


def deployment(session: Session, actor: Actor, **more: Any) -> Deployment:
    row = Deployment(
        team_id=actor.team_id, user_id=actor.user_id, template_slug="t", name="Shop",
        **{"slot_uid": 1, "slug": f"s{more.get('slot_uid', 1)}", **more},
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def test_a_new_team_is_its_makers_and_has_no_name_in_common_with_others(session: Session) -> None:
    ada, team_id = shared(session, person(session, "Ada"))
    listed = teams.list_teams(session, ada)
    assert [(one.name, one.role, one.personal, one.chosen) for one in listed] == [
        ("Ada's team", "owner", True, False),
        ("Tea Corner", "owner", False, True),
    ]
    assert teams.get_team(session, ada, team_id).members == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "two\x00"])
def test_a_name_that_cannot_be_used_is_said(session: Session, name: str) -> None:
    with pytest.raises(InvalidInput, match="1 to 80"):
        teams.create_team(session, person(session, "Ada"), name)


def test_lists_show_the_chosen_team_and_new_things_are_made_in_it(session: Session) -> None:
    alone = person(session, "Ada")
    deployment(session, alone, slot_uid=1)
    ada, team_id = shared(session, alone)
    assert list_deployments(session, ada).items == []
    row = deployment(session, ada, slot_uid=2)
    assert [one.id for one in list_deployments(session, ada).items] == [row.id]
    key, _ = keys.create_key(session, ada, "CI", ["executions:read"])
    assert key.team_id == team_id and keys.list_keys(session, again(session, ada, ada.personal_team_id)) == []


def test_a_browser_works_in_the_team_that_was_chosen_there_and_another_is_not_changed(
    session: Session,
) -> None:
    user = accounts.sign_up(session, email="ada@example.com", password="a long enough password")
    here, there = accounts.open_session(session, user), accounts.open_session(session, user)
    actor = accounts.actor_for_session(session, here)
    assert actor is not None
    _, team_id = shared(session, actor)
    chosen = accounts.actor_for_session(session, here)
    assert chosen is not None
    teams.choose_team(session, chosen, here, team_id)
    session.expire_all()
    works_in = [accounts.actor_for_session(session, token).team_id for token in (here, there)]  # type: ignore[union-attr]
    assert works_in == [team_id, actor.personal_team_id]
    with pytest.raises(NotAllowed) as refused:
        teams.choose_team(session, actor, here, person(session, "Eve").personal_team_id)
    assert refused.value.code == "wrong_team"


def test_whoever_is_removed_works_in_the_personal_team_again(session: Session) -> None:
    ada, team_id = shared(session, person(session, "Ada"))
    bob = joined(session, team_id, "Bob", Role.MEMBER)
    teams.remove_member(session, ada, team_id, bob.user_id)
    assert again(session, bob, team_id).team_id == bob.personal_team_id


def test_a_key_makes_no_teams(session: Session) -> None:
    _, token = keys.create_key(session, person(session, "Ada"), "CI", ["teams:read", "teams:write"])
    actor = keys.actor_for_key(session, token)
    assert actor is not None
    with pytest.raises(NotAllowed) as refused:
        teams.create_team(session, actor, "Tea Corner")
    assert refused.value.code == "key_of_one_team"


def test_a_team_is_deleted_by_typing_its_name_when_nothing_runs(session: Session) -> None:
    ada, team_id = shared(session, person(session, "Ada"))
    keys.create_key(session, ada, "CI", ["executions:read"])
    bob = joined(session, team_id, "Bob", Role.MEMBER)
    assert teams.fate_of(session, ada, team_id) == teams.Fate(2, 0, 1, 0, 0, [])
    with pytest.raises(InvalidInput, match="Type the name"):
        teams.delete_team(session, ada, team_id, "tea")
    teams.delete_team(session, ada, team_id, " Tea Corner ")
    for actor in (ada, bob):
        assert [one.personal for one in teams.list_teams(session, again(session, actor))] == [True]
    assert session.get_one(Team, team_id).deleted_at is not None
    with pytest.raises(NotFound):
        teams.get_team(session, ada, team_id)


def test_a_team_in_which_something_runs_stays(session: Session) -> None:
    ada, team_id = shared(session, person(session, "Ada"))
    row = deployment(session, ada, wanted=Wanted.STOPPED)
    with pytest.raises(Conflict, match="Shop") as refused:
        teams.delete_team(session, ada, team_id, "Tea Corner")
    assert refused.value.code == "team_in_use"
    row.deleted_at = row.created_at
    session.flush()
    execution = tiny_app.add_execution(session, session.get_one(User, ada.user_id), ada).id
    with pytest.raises(Conflict, match="at work"):
        teams.delete_team(session, ada, team_id, "Tea Corner")
    assert executions.list_executions(session, ada).items[0].id == execution
    session.scalars(select(Execution)).one().state = State.FAILED
    session.flush()
    teams.delete_team(session, ada, team_id, "Tea Corner")
