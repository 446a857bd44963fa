"""Invitations by mail."""

import threading
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from models.accounts import Membership, Role, User
from models.db import transaction
from models.errors import Conflict, IdeasmithError, InvalidInput, LimitReached, NotAllowed, NotFound
from models.journal import AuditEntry
from models.settings import Settings
from models.teams import Invitation
from services import accounts, teams
from tests.services.teams.people import again, joined, mails_to, person, shared, token_for


def later(session: Session, invitation_id: str, by: timedelta) -> None:
    """Let an invitation be older than it is."""
    row = session.get_one(Invitation, invitation_id)
    row.created_at -= by
    row.expires_at -= by
    session.flush()


def test_somebody_without_an_account_is_invited_signs_up_and_joins(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    invited = teams.invite(session, owner, team_id, " Grace@Example.com ", "member")
    assert (invited.email, invited.role, invited.expired) == ("grace@example.com", "member", False)
    mail = mails_to(session, "grace@example.com")[0]
    assert mail.subject == "Ada invites you to Tea Corner"
    token = token_for(session, "grace@example.com")
    assert mail.secret == token
    offer = teams.find_offer(session, token)
    assert (offer.team, offer.role, offer.invited_by, offer.has_account) == (
        "Tea Corner",
        "member",
        "Ada",
        False,
    )
    user = accounts.sign_up(
        session, email="grace@example.com", password="a long enough password", name="Grace"
    )
    grace = accounts.actor_for_user(session, user, via="session")
    in_there = teams.accept(session, grace, token)
    assert (in_there.team_id, in_there.roles[team_id]) == (team_id, "member")
    assert user.email_verified_at is not None
    assert [one.name for one in teams.list_members(session, owner, team_id)] == ["Ada", "Grace"]
    assert teams.list_invitations(session, owner, team_id) == []


def test_a_link_works_once(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    teams.invite(session, owner, team_id, "bob@example.com", "viewer")
    token, bob = token_for(session, "bob@example.com"), person(session, "Bob")
    teams.accept(session, bob, token)
    for attempt in (lambda: teams.accept(session, bob, token), lambda: teams.decline(session, token)):
        with pytest.raises(NotFound) as refused:
            attempt()
        assert refused.value.code == "invitation_ended"


@pytest.mark.parametrize(
    "end", ["expired", "revoked", "declined", "sent again", "team deleted", "never made"]
)
def test_a_link_that_has_ended_opens_nothing_and_does_not_say_why(session: Session, end: str) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    made = teams.invite(session, owner, team_id, "bob@example.com", "viewer")
    token, bob = token_for(session, "bob@example.com"), person(session, "Bob")
    if end == "expired":
        later(session, made.id, timedelta(days=7, seconds=1))
    elif end == "revoked":
        teams.revoke(session, owner, made.id)
    elif end == "declined":
        assert teams.decline(session, token) == "Tea Corner"
    elif end == "sent again":
        later(session, made.id, timedelta(minutes=2))
        teams.resend(session, owner, made.id)
    elif end == "team deleted":
        teams.delete_team(session, owner, team_id, "Tea Corner")
    else:
        token = "nothing"
    said = []
    for attempt in (lambda: teams.find_offer(session, token), lambda: teams.accept(session, bob, token)):
        with pytest.raises(NotFound) as refused:
            attempt()
        said.append(refused.value.message)
    assert set(said) == {"This invitation is not valid any more. Ask for a new one."}
    assert again(session, bob).roles == {bob.personal_team_id: "owner"}


def test_another_account_cannot_use_somebody_elses_invitation(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    teams.invite(session, owner, team_id, "bob@example.com", "admin")
    eve = person(session, "Eve")
    with pytest.raises(NotAllowed, match=r"sent to bob@example\.com"):
        teams.accept(session, eve, token_for(session, "bob@example.com"))
    assert team_id not in again(session, eve).roles


def test_inviting_again_sends_a_fresh_link_with_the_new_role_and_leaves_one_open(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    first = teams.invite(session, owner, team_id, "bob@example.com", "viewer")
    old = token_for(session, "bob@example.com")
    second = teams.invite(session, owner, team_id, "bob@example.com", "admin")
    assert first.id == second.id
    assert [one.role for one in teams.list_invitations(session, owner, team_id)] == ["admin"]
    with pytest.raises(NotFound):
        teams.find_offer(session, old)


def test_an_invitation_ended_can_be_followed_by_another(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    first = teams.invite(session, owner, team_id, "bob@example.com", "viewer")
    teams.revoke(session, owner, first.id)
    with pytest.raises(Conflict):
        teams.revoke(session, owner, first.id)
    assert teams.invite(session, owner, team_id, "bob@example.com", "viewer").id != first.id


def test_members_are_not_invited_and_bad_addresses_are_named(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    joined(session, team_id, "Bob", Role.VIEWER)
    with pytest.raises(Conflict, match="in this team already"):
        teams.invite(session, owner, team_id, "bob@example.com", "admin")
    with pytest.raises(InvalidInput) as refused:
        teams.invite(session, owner, team_id, "nobody", "viewer")
    assert refused.value.fields[0].path == "/email"


def test_an_invitation_is_not_sent_twice_within_a_minute_and_others_may_not_send_it(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    made = teams.invite(session, owner, team_id, "bob@example.com", "viewer")
    with pytest.raises(LimitReached):
        teams.resend(session, owner, made.id)
    stranger, _ = shared(session, person(session, "Eve"), "Elsewhere")
    for change in (teams.resend, teams.revoke):
        with pytest.raises(NotFound):
            change(session, stranger, made.id)


def test_the_trail_names_invitations_by_id_and_never_by_address(session: Session) -> None:
    owner, team_id = shared(session, person(session, "Ada"))
    made = teams.invite(session, owner, team_id, "bob@example.com", "viewer")
    teams.revoke(session, owner, made.id)
    lines = list(session.scalars(select(AuditEntry).where(AuditEntry.subject_id == made.id)))
    assert {line.action for line in lines} == {"invitation.created", "invitation.revoked"}
    assert all("@" not in str(line.data) for line in lines)


def test_accepting_twice_at_the_same_moment_makes_one_member(clean: Settings) -> None:
    with transaction() as session:
        owner, team_id = shared(session, person(session, "Ada"))
        teams.invite(session, owner, team_id, "bob@example.com", "member")
        bob, token = person(session, "Bob"), token_for(session, "bob@example.com")
    ready, refused = threading.Barrier(2), []

    def accept() -> None:
        try:
            with transaction() as session:
                ready.wait(10)
                teams.accept(session, bob, token)
        except IdeasmithError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert refused == ["invitation_ended"]
    with transaction() as session:
        assert session.get(Membership, (team_id, bob.user_id)) is not None
        assert session.get_one(User, bob.user_id).email_verified_at is not None
        assert session.scalars(select(Invitation)).one().accepted_at is not None
