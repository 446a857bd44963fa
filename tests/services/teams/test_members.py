"""Roles given and taken."""

import threading
from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from models.accounts import ApiKey, Membership, Role
from models.db import transaction
from models.errors import Conflict, IdeasmithError, InvalidInput, NotAllowed, NotFound
from models.journal import AuditEntry
from models.settings import Settings
from services import keys, teams
from services.accounts import Actor
from tests.services.teams.people import again, joined, mails_to, person, shared


def roles(session: Session, team_id: str) -> dict[str, str]:
    rows = session.scalars(
        select(Membership).where(Membership.team_id == team_id).execution_options(populate_existing=True)
    )
    return {row.user_id: row.role for row in rows}


def test_a_changed_role_is_seen_told_and_written_down(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    bob = joined(session, team_id, "Bob", Role.VIEWER)
    view = teams.change_role(session, owner, team_id, bob.user_id, "admin")
    assert view.role == "admin" and again(session, bob).roles[team_id] == "admin"
    assert mails_to(session, "bob@example.com")[0].subject == "You are now an admin of Tea Corner"
    line = session.scalars(select(AuditEntry).where(AuditEntry.action == "member.role_changed")).one()
    assert (line.subject_id, line.data) == (bob.user_id, {"from": "viewer", "to": "admin"})


def test_the_same_role_again_changes_and_tells_nothing(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    bob = joined(session, team_id, "Bob", Role.VIEWER)
    teams.change_role(session, owner, team_id, bob.user_id, "viewer")
    assert mails_to(session, "bob@example.com") == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MEMBER])
def test_viewers_and_members_change_nobody(session: Session, role: Role) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    bob = joined(session, team_id, "Bob", role)
    for change in (
        lambda: teams.change_role(session, bob, team_id, owner.user_id, "viewer"),
        lambda: teams.change_role(session, bob, team_id, bob.user_id, "admin"),
        lambda: teams.remove_member(session, bob, team_id, owner.user_id),
        lambda: teams.rename_team(session, bob, team_id, "Mine"),
        lambda: teams.invite(session, bob, team_id, "eve@example.com", "viewer"),
        lambda: teams.delete_team(session, bob, team_id, "Tea Corner"),
    ):
        with pytest.raises(NotAllowed):
            change()
    assert roles(session, team_id) == {owner.user_id: "owner", bob.user_id: role}


def test_an_admin_looks_after_everybody_but_owners(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    admin, eve = joined(session, team_id, "Bob", Role.ADMIN), joined(session, team_id, "Eve", Role.MEMBER)
    assert teams.change_role(session, admin, team_id, eve.user_id, "admin").role == "admin"
    for change in (
        lambda: teams.change_role(session, admin, team_id, owner.user_id, "member"),
        lambda: teams.change_role(session, admin, team_id, admin.user_id, "owner"),
        lambda: teams.remove_member(session, admin, team_id, owner.user_id),
        lambda: teams.invite(session, admin, team_id, "x@example.com", "owner"),
        lambda: teams.delete_team(session, admin, team_id, "Tea Corner"),
    ):
        with pytest.raises(NotAllowed):
            change()


def test_another_teams_owner_is_nobody_here(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    stranger, _ = shared(session, person(session, "Eve"), "Elsewhere")
    for look in (
        lambda: teams.get_team(session, stranger, team_id),
        lambda: teams.list_members(session, stranger, team_id),
        lambda: teams.list_invitations(session, stranger, team_id),
        lambda: teams.change_role(session, stranger, team_id, owner.user_id, "viewer"),
        lambda: teams.remove_member(session, stranger, team_id, owner.user_id),
        lambda: teams.leave(session, stranger, team_id),
    ):
        with pytest.raises(NotFound):
            look()


def test_the_last_owner_stays(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    joined(session, team_id, "Bob", Role.ADMIN)
    for change in (
        lambda: teams.leave(session, owner, team_id),
        lambda: teams.remove_member(session, owner, team_id, owner.user_id),
        lambda: teams.change_role(session, owner, team_id, owner.user_id, "admin"),
    ):
        with pytest.raises(Conflict) as refused:
            change()
        assert refused.value.code == "last_owner"


def test_ownership_is_handed_over_by_making_another_owner_first(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    bob = joined(session, team_id, "Bob", Role.MEMBER)
    teams.change_role(session, owner, team_id, bob.user_id, "owner")
    teams.leave(session, owner, team_id)
    assert roles(session, team_id) == {bob.user_id: "owner"}


def test_whoever_goes_takes_the_keys_along_and_leaves_the_rest(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    bob = joined(session, team_id, "Bob", Role.ADMIN)
    key, token = keys.create_key(session, bob, "CI", ["executions:read"])
    own_key, _ = keys.create_key(
        session, again(session, bob, bob.personal_team_id), "Home", ["executions:read"]
    )
    teams.remove_member(session, owner, team_id, bob.user_id)
    assert keys.actor_for_key(session, token) is None
    session.expire_all()
    assert session.get_one(ApiKey, key.id).revoked_at is not None
    assert session.get_one(ApiKey, own_key.id).revoked_at is None
    assert again(session, bob, team_id).team_id == bob.personal_team_id
    assert mails_to(session, "bob@example.com")[0].subject == "You are no longer in Tea Corner"


def test_a_personal_team_is_neither_shared_nor_left_nor_deleted(session: Session) -> None:
    ada = person(session, "Ada")
    for change in (
        lambda: teams.invite(session, ada, ada.personal_team_id, "bob@example.com", "member"),
        lambda: teams.change_role(session, ada, ada.personal_team_id, ada.user_id, "viewer"),
        lambda: teams.leave(session, ada, ada.personal_team_id),
        lambda: teams.delete_team(session, ada, ada.personal_team_id, "Ada's team"),
    ):
        with pytest.raises(Conflict) as refused:
            change()
        assert refused.value.code == "personal_team"


def test_an_unknown_role_or_member_is_said(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    with pytest.raises(InvalidInput, match="owner, admin, member, viewer"):
        teams.change_role(session, owner, team_id, owner.user_id, "king")
    with pytest.raises(NotFound):
        teams.change_role(session, owner, team_id, person(session, "Eve").user_id, "viewer")


def both_at_once(first: Callable[[Session], object], second: Callable[[Session], object]) -> list[str]:
    """Run two changes in transactions of their own at the same moment; return the codes of those refused."""
    ready, refused = threading.Barrier(2), []

    def run(change: Callable[[Session], object]) -> None:
        try:
            with transaction() as session:
                ready.wait(10)
                change(session)
        except IdeasmithError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=run, args=(change,)) for change in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return refused


def two_owners() -> tuple[Actor, Actor, str]:
    with transaction() as session:
        ada, team_id = shared(session, person(session, "Ada"))
        bob = joined(session, team_id, "Bob", Role.OWNER)
        return ada, bob, team_id


@pytest.mark.parametrize("way", ["leave", "step down", "remove each other", "one leaves, one is demoted"])
def test_two_owners_who_go_at_the_same_moment_leave_one_behind(clean: Settings, way: str) -> None:
    ada, bob, team_id = two_owners()
    first, second = {
        "leave": (
            lambda session: teams.leave(session, ada, team_id),
            lambda session: teams.leave(session, bob, team_id),
        ),
        "step down": (
            lambda session: teams.change_role(session, ada, team_id, ada.user_id, "member"),
            lambda session: teams.change_role(session, bob, team_id, bob.user_id, "member"),
        ),
        "remove each other": (
            lambda session: teams.remove_member(session, ada, team_id, bob.user_id),
            lambda session: teams.remove_member(session, bob, team_id, ada.user_id),
        ),
        "one leaves, one is demoted": (
            lambda session: teams.leave(session, bob, team_id),
            lambda session: teams.change_role(session, bob, team_id, ada.user_id, "viewer"),
        ),
    }[way]
    refused = both_at_once(first, second)
    assert len(refused) == 1
    with transaction() as session:
        assert list(roles(session, team_id).values()).count("owner") == 1


def test_an_owner_who_was_just_demoted_demotes_nobody_with_an_old_request(session: Session) -> None:
    ada, team_id = shared(session, person(session, "Ada"))
    bob, eve = joined(session, team_id, "Bob", Role.OWNER), joined(session, team_id, "Eve", Role.OWNER)
    teams.change_role(session, ada, team_id, bob.user_id, "viewer")
    with pytest.raises(NotAllowed):
        teams.change_role(session, bob, team_id, eve.user_id, "viewer")
    assert roles(session, team_id)[eve.user_id] == "owner"
