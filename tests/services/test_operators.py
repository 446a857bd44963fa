"""Who runs the installation: named by who does, told to all of them, and never nobody."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models.accounts import User
from models.db import transaction
from models.errors import IdeasmithError
from models.journal import AuditEntry
from services import accounts, keys, operators
from services.accounts import Actor
from tests.mails import subjects_to

ADA, BOB = "ada@example.com", "bob@example.com"
CHANGED = "The operators of this installation changed"


@pytest.fixture(autouse=True)
def people(clean: Any) -> None:
    """Ada runs the installation, Bob has an account."""
    with transaction() as session:
        for email in (ADA, BOB):
            accounts.sign_up(session, email=email, password="a long enough password")


def actor(session: Session, email: str) -> Actor:
    user = session.scalars(select(User).where(User.email == email)).one()
    return accounts.actor_for_user(session, user, via="session")


def change(service: Callable[..., Any], email: str, by: str = ADA, **other: Any) -> str:
    """Add or remove somebody; return why that was refused, empty when it was not."""
    try:
        with transaction() as session:
            service(session, replace(actor(session, by), **other), email)
    except IdeasmithError as error:
        return error.code
    return ""


def names() -> list[str]:
    with transaction() as session:
        return [one.email for one in operators.list_operators(session, actor(session, ADA))]


def test_a_second_operator_is_made_and_both_are_told() -> None:
    assert change(operators.add_operator, " Bob@Example.com") == ""
    assert names() == [ADA, BOB]
    assert subjects_to(BOB)[-1] == "You run this installation now" and subjects_to(ADA)[-1] == CHANGED
    with transaction() as session:
        assert actor(session, BOB).is_operator
        lines = session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("operator.")))
        assert list(lines) == ["operator.added"]


def test_an_operator_is_removed_and_both_are_told() -> None:
    change(operators.add_operator, BOB)
    assert change(operators.remove_operator, ADA, by=BOB) == ""
    with transaction() as session:
        assert (actor(session, ADA).is_operator, actor(session, BOB).is_operator) == (False, True)
    assert subjects_to(ADA)[-1] == "You do not run this installation any more"
    assert subjects_to(BOB)[-1] == CHANGED


def test_the_last_one_stays_also_when_two_leave_at_once() -> None:
    assert change(operators.remove_operator, ADA) == "last_operator"
    change(operators.add_operator, BOB)
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda who: change(operators.remove_operator, who, by=who), (ADA, BOB)))
    assert sorted(codes) == ["", "last_operator"]


@pytest.mark.parametrize("service", [operators.add_operator, operators.remove_operator])
def test_nobody_else_may_and_no_key_and_nobody_without_the_password(service: Any) -> None:
    with transaction() as session:
        old = actor(session, ADA).confirmed_at
    assert old is not None
    assert change(service, BOB, by=BOB) == "operator_only"
    assert change(service, BOB, via="key", scopes=accounts.SCOPES) == "browser_needed"
    assert change(service, BOB, confirmed_at=old - timedelta(minutes=11)) == "step_up_needed"
    assert names() == [ADA]


def test_what_cannot_be_is_said() -> None:
    assert change(operators.add_operator, ADA) == "already_operator"
    assert change(operators.add_operator, "nobody@example.com") == "no_such_account"
    assert change(operators.add_operator, "nonsense") == "invalid_email"
    assert change(operators.remove_operator, BOB) == "no_such_operator"


def test_this_machine_itself_counts_as_nobody_and_may_name_them() -> None:
    with transaction() as session:
        user, _ = keys.ensure_local_account(session)
        machine = accounts.actor_for_user(session, user, via="local")
        operators.add_operator(session, machine, BOB)
        with pytest.raises(IdeasmithError):
            operators.add_operator(session, machine, user.email)
    assert names() == [ADA, BOB]
