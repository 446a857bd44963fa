"""API keys."""

import stat
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models.accounts import ApiKey, Membership, Role, Team, User
from models.clock import now
from models.errors import InvalidInput, NotAllowed, NotFound
from models.ids import new_id
from models.settings import settings
from services import accounts, keys
from services.accounts import Actor

MakeUser = Callable[..., tuple[User, Actor]]


def test_a_key_opens_what_it_names_and_nothing_else(session: Session, make_user: MakeUser) -> None:
    _, actor = make_user(session)
    _, token = keys.create_key(session, actor, "CI", ["executions:read"])
    by_key = keys.actor_for_key(session, token)
    assert by_key is not None and by_key.via == "key"
    accounts.require(by_key, "executions:read", actor.personal_team_id)
    with pytest.raises(NotAllowed, match="executions:write"):
        accounts.require(by_key, "executions:write", actor.personal_team_id)


def test_a_key_is_shown_once_and_stored_only_as_a_hash(session: Session, make_user: MakeUser) -> None:
    _, actor = make_user(session)
    key, token = keys.create_key(session, actor, "CI", ["executions:read"])
    assert token.startswith("ism_") and token.startswith(key.prefix) and token not in key.model_dump_json()


def test_a_revoked_or_ended_key_opens_nothing(session: Session, make_user: MakeUser) -> None:
    _, actor = make_user(session)
    key, token = keys.create_key(session, actor, "CI", ["executions:read"])
    keys.revoke_key(session, actor, key.id)
    keys.revoke_key(session, actor, key.id)
    assert keys.actor_for_key(session, token) is None
    ended, token = keys.create_key(session, actor, "Old", ["executions:read"], now() + timedelta(days=1))
    ended.expires_at = now()
    session.flush()
    assert keys.actor_for_key(session, token) is None


@pytest.mark.parametrize("token", ["", "ism_", "ism_guess", "Bearer", "ism_\x00", "ism_\udcff"])
def test_a_key_that_was_never_made_opens_nothing(session: Session, token: str) -> None:
    assert keys.actor_for_key(session, token) is None


def test_a_key_cannot_make_a_stronger_key(session: Session, make_user: MakeUser) -> None:
    _, actor = make_user(session)
    _, token = keys.create_key(session, actor, "CI", ["keys:write"])
    by_key = keys.actor_for_key(session, token)
    assert by_key is not None
    with pytest.raises(NotAllowed):
        keys.create_key(session, by_key, "More", ["executions:write"])


def test_every_bad_field_of_a_key_is_named(session: Session, make_user: MakeUser) -> None:
    _, actor = make_user(session)
    with pytest.raises(InvalidInput) as refusal:
        keys.create_key(session, actor, " ", ["everything"], now() - timedelta(days=1))
    assert [field.path for field in refusal.value.fields] == ["/name", "/scopes", "/expires_at"]


def test_nobody_revokes_another_teams_key(session: Session, make_user: MakeUser) -> None:
    _, owner = make_user(session, email="owner@example.com")
    _, other = make_user(session, email="other@example.com")
    key, _ = keys.create_key(session, owner, "CI", ["executions:read"])
    for key_id in (key.id, new_id("key"), "nonsense", "key_\x00"):
        with pytest.raises(NotFound):
            keys.revoke_key(session, other, key_id)
    assert [row.id for row in keys.list_keys(session, owner)] == [key.id]
    assert keys.list_keys(session, other) == []


def test_this_machine_signs_in_with_a_file_that_only_its_owner_reads(session: Session) -> None:
    user, token = keys.ensure_local_account(session)
    path = settings().data / "local-key"
    assert path.read_text().strip() == token and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.ensure_local_account(session) == (user, token)
    actor = keys.actor_for_key(session, token)
    assert actor is not None and actor.via == "local" and actor.is_operator


def test_a_lost_or_foreign_machine_key_is_made_anew(session: Session) -> None:
    user, token = keys.ensure_local_account(session)
    (settings().data / "local-key").write_text("ism_something else\n")
    again, fresh = keys.ensure_local_account(session)
    assert again.id == user.id and fresh != token
    assert session.get(ApiKey, "key_" + "0" * 26) is None


def test_the_operator_and_this_machine_work_in_one_team(session: Session) -> None:
    machine, _ = keys.ensure_local_account(session)
    team = accounts.actor_for_user(session, machine, via="local").personal_team_id
    operator = accounts.sign_up(session, email="ada@example.com", password="a long enough password")
    second = accounts.sign_up(session, email="bob@example.com", password="a long enough password")
    assert accounts.actor_for_user(session, operator, via="session").personal_team_id == team
    assert team not in accounts.actor_for_user(session, second, via="session").roles


def test_a_key_acts_in_the_team_it_was_made_in_and_ends_with_the_membership(
    session: Session, make_user: MakeUser
) -> None:
    user, actor = make_user(session)
    team = Team(name="Shared")
    session.add(team)
    session.flush()
    session.add(Membership(team_id=team.id, user_id=user.id, role=Role.ADMIN))
    session.flush()
    shared = accounts.actor_for_user(session, user, via="session", team_id=team.id)
    _, token = keys.create_key(session, shared, "CI", ["executions:read"])
    found = keys.actor_for_key(session, token)
    assert found is not None and found.team_id == team.id
    assert found.roles == {team.id: "admin"}
    with pytest.raises(NotFound):
        accounts.require(found, "executions:read", actor.personal_team_id)
    session.delete(session.get_one(Membership, (team.id, user.id)))
    session.flush()
    assert keys.actor_for_key(session, token) is None


def test_this_machine_s_key_learns_what_a_newer_version_can_do(session: Session) -> None:
    _, token = keys.ensure_local_account(session)
    row = session.scalars(select(ApiKey)).one()
    row.scopes = ["executions:read"]
    session.flush()
    assert keys.ensure_local_account(session)[1] == token
    session.refresh(row)
    assert set(row.scopes) == accounts.SCOPES
