"""Accounts, sessions and permissions."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from models.accounts import Membership, Role, User, UserSession
from models.clock import clock, now
from models.db import transaction
from models.errors import Conflict, IdeasmithError, InvalidInput, NotAllowed, NotFound, NotSignedIn
from models.journal import AuditEntry
from services import accounts, keys

PASSWORD = "a long enough password"


def sign_up(session: Session, email: str = "ada@example.com", **more: Any) -> User:
    return accounts.sign_up(session, email=email, password=PASSWORD, **more)


def test_the_first_account_is_the_operator_and_the_second_is_not(session: Session) -> None:
    assert sign_up(session).is_operator
    assert not sign_up(session, "bob@example.com").is_operator


def test_two_first_accounts_at_once_make_one_operator(clean: Any) -> None:
    def one(number: int) -> bool:
        with transaction() as session:
            return sign_up(session, f"user{number}@example.com").is_operator

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == [False, False, False, True]


def test_off_loopback_the_first_account_needs_the_printed_token(session: Session) -> None:
    with pytest.raises(NotAllowed) as refusal:
        sign_up(session, on_loopback=False, operator_token="guess")
    assert refusal.value.code == "operator_token_needed"


def test_a_new_account_owns_a_personal_team(session: Session) -> None:
    user = sign_up(session)
    actor = accounts.actor_for_user(session, user, via="session")
    assert actor.roles == {actor.personal_team_id: "owner"}


def test_an_address_is_taken_whatever_its_case(session: Session) -> None:
    sign_up(session)
    with pytest.raises(Conflict, match="Sign in instead"):
        sign_up(session, " ADA@Example.com ")


def test_every_bad_field_of_a_sign_up_is_named(session: Session) -> None:
    with pytest.raises(InvalidInput) as refusal:
        accounts.sign_up(session, email="nobody", password="short", name="\x00")
    assert [field.path for field in refusal.value.fields] == ["/email", "/password", "/name"]


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text(max_size=8), st.text(max_size=100))
def test_any_text_in_the_sign_up_form_is_taken_or_refused_with_a_sentence(
    email: str, password: str, name: str
) -> None:
    try:
        address, label = accounts.checked_sign_up(email, password, name)
        assert "\x00" not in address + label
    except IdeasmithError as error:
        assert error.message.endswith(".")


def test_the_right_password_opens_a_session_and_signing_out_ends_it(session: Session) -> None:
    user = sign_up(session)
    _, token = accounts.sign_in(session, "Ada@example.com", PASSWORD, user_agent="Firefox")
    actor = accounts.actor_for_session(session, token)
    assert actor is not None and actor.user_id == user.id and actor.scopes is None
    accounts.sign_out(session, token)
    assert accounts.actor_for_session(session, token) is None


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(session: Session) -> None:
    sign_up(session)
    answers = set()
    for email, password in [
        ("ada@example.com", "wrong"),
        ("nobody@example.com", PASSWORD),
        ("\x00", ""),
        ("", "\udcff"),
    ]:
        with pytest.raises(NotSignedIn) as refusal:
            accounts.sign_in(session, email, password)
        answers.add((refusal.value.code, refusal.value.message))
    assert len(answers) == 1


def test_a_token_is_stored_only_as_a_hash(session: Session) -> None:
    sign_up(session)
    _, token = accounts.sign_in(session, "ada@example.com", PASSWORD)
    row = session.scalars(select(UserSession)).one()
    assert token not in row.model_dump_json()


def test_a_session_ends_after_thirty_days(session: Session) -> None:
    sign_up(session)
    _, token = accounts.sign_in(session, "ada@example.com", PASSWORD)
    later = now() + timedelta(days=31)
    turned = clock.set(lambda: later)
    try:
        assert accounts.actor_for_session(session, token) is None
    finally:
        clock.reset(turned)


def test_a_disabled_account_is_out_at_once(session: Session) -> None:
    user = sign_up(session)
    _, token = accounts.sign_in(session, "ada@example.com", PASSWORD)
    user.disabled_at = now()
    session.flush()
    assert accounts.actor_for_session(session, token) is None
    with pytest.raises(NotSignedIn):
        accounts.sign_in(session, "ada@example.com", PASSWORD)


@pytest.mark.parametrize(
    ("role", "writes"), [("owner", True), ("admin", True), ("member", True), ("viewer", False)]
)
def test_a_viewer_reads_and_the_others_write(session: Session, role: str, writes: bool) -> None:
    owner, other = sign_up(session), sign_up(session, "bob@example.com")
    team = accounts.actor_for_user(session, owner, via="session").personal_team_id
    session.add(Membership(team_id=team, user_id=other.id, role=Role(role)))
    session.flush()
    actor = accounts.actor_for_user(session, other, via="session")
    accounts.require(actor, "executions:read", team)
    if writes:
        accounts.require(actor, "executions:write", team)
    else:
        with pytest.raises(NotAllowed):
            accounts.require(actor, "executions:write", team)


def test_another_teams_row_looks_like_no_row(session: Session) -> None:
    owner, other = sign_up(session), sign_up(session, "bob@example.com")
    team = accounts.actor_for_user(session, owner, via="session").personal_team_id
    with pytest.raises(NotFound):
        accounts.require(accounts.actor_for_user(session, other, via="session"), "executions:read", team)


def test_each_change_writes_an_audit_line(session: Session) -> None:
    user = sign_up(session)
    _, token = accounts.sign_in(session, "ada@example.com", PASSWORD)
    actor = accounts.actor_for_session(session, token)
    assert actor is not None
    key, _ = keys.create_key(session, actor, "CI", ["executions:read"])
    keys.revoke_key(session, actor, key.id)
    accounts.sign_out(session, token)
    lines = session.scalars(select(AuditEntry).where(AuditEntry.user_id == user.id).order_by(AuditEntry.id))
    assert [line.action for line in lines] == [
        "account.signed_up",
        "session.opened",
        "key.created",
        "key.revoked",
        "session.closed",
    ]
