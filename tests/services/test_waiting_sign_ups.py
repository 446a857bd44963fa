"""Where mails are sent, signing up tells nobody who has an account, and is finished by whoever owns the address."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from models.accounts import SignUp, User
from models.clock import clock, now
from models.db import engine, transaction
from models.errors import IdeasmithError
from models.ids import new_id
from models.journal import OutboxRow
from services import accounts
from services.accounts import passwords
from services.retention import sign_ups
from tests.mails import last_token, mails_to, subjects_to
from workers.jobs import mail_sign_up

ADA, EVE = "ada@example.com", "eve@example.com"
PASSWORD = "a long enough password"


def do(service: Callable[..., Any], *given: Any, **more: Any) -> Any:
    """Call a service in a transaction of its own, as the edge does."""
    with transaction() as session:
        return service(session, *given, **more)


def code_of(service: Callable[..., Any], *given: Any, **more: Any) -> str:
    """Return why a call was refused, empty when it was not."""
    try:
        do(service, *given, **more)
    except IdeasmithError as error:
        return error.code
    return ""


@pytest.fixture(autouse=True)
def ada(clean: Any) -> None:
    """Ada has an account."""
    do(accounts.sign_up, email=ADA, password=PASSWORD, name="Ada")


def ask(email: str = EVE, **more: Any) -> str:
    """Sign up, let the job run, and return the id of what waits."""
    do(accounts.request_sign_up, email=email, password=PASSWORD, **more)
    with transaction() as session:
        found = session.scalars(select(SignUp.id).order_by(SignUp.created_at, SignUp.id)).all()[-1]
    mail_sign_up(found)
    return found


def users() -> list[str]:
    with transaction() as session:
        return sorted(session.scalars(select(User.email)))


@contextmanager
def later(**by: float) -> Iterator[None]:
    """Turn the clock."""
    moment = now() + timedelta(**by)
    token = clock.set(lambda: moment)
    try:
        yield
    finally:
        clock.reset(token)


def test_a_known_and_a_new_address_take_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(passwords, "hasher", Counting(passwords.hasher, hashed))
    seen = {}
    for email in (ADA, EVE):
        statements: list[str] = []

        def note(_: Any, __: Any, statement: str, *___: Any, into: list[str] = statements) -> None:
            into.append(statement)

        event.listen(engine(), "before_cursor_execute", note)
        try:
            answer = do(accounts.request_sign_up, email=email, password=PASSWORD, name="Somebody")
        finally:
            event.remove(engine(), "before_cursor_execute", note)
        seen[email] = (answer, statements, len(hashed))
        hashed.clear()
    assert seen[ADA] == seen[EVE] and seen[ADA][2] == 1
    assert not any("FROM users" in statement for statement in seen[ADA][1])


class Counting:
    """A hasher that counts."""

    def __init__(self, hasher: Any, hashed: list[str]) -> None:
        self.hasher, self.hashed = hasher, hashed

    def hash(self, *given: Any) -> str:
        self.hashed.append("hash")
        return str(self.hasher.hash(*given))


def test_the_owner_of_a_known_address_is_told_and_nothing_is_changed() -> None:
    ask(" Ada@Example.com ")
    assert subjects_to(ADA)[-1] == "You have an account with this address"
    assert "/finish-sign-up" not in mails_to(ADA)[-1].text and "/sign-in" in mails_to(ADA)[-1].text
    assert users() == [ADA]
    with transaction() as session:
        assert session.scalars(select(SignUp)).all() == []


def test_a_new_address_has_an_account_once_its_link_is_opened_with_the_password() -> None:
    ask(name="Eve", theme="dark", after="/executions")
    assert users() == [ADA] and code_of(accounts.sign_in, EVE, PASSWORD) == "wrong_credentials"
    user, after = do(accounts.finish_sign_up, last_token(EVE), PASSWORD)
    assert (user.name, user.theme, user.is_operator, after) == ("Eve", "dark", False, "/executions")
    assert user.email_verified_at is not None
    assert code_of(accounts.sign_in, EVE, PASSWORD) == ""
    assert code_of(accounts.finish_sign_up, last_token(EVE), PASSWORD) == "link_ended"


def test_whoever_owns_the_address_cannot_finish_what_somebody_else_began() -> None:
    ask()
    assert code_of(accounts.finish_sign_up, last_token(EVE), "what Eve would choose") == "wrong_password"
    assert users() == [ADA]


def test_the_first_that_is_finished_ends_the_others_of_its_address() -> None:
    ask()
    first = last_token(EVE)
    ask()
    do(accounts.finish_sign_up, last_token(EVE), PASSWORD)
    assert code_of(accounts.finish_sign_up, first, PASSWORD) == "link_ended"


def test_an_address_that_got_an_account_meanwhile_is_told_to_its_owner() -> None:
    ask()
    token = last_token(EVE)
    do(accounts.sign_up, email=EVE, password=PASSWORD)
    assert code_of(accounts.finish_sign_up, token, PASSWORD) == "email_taken"


def test_a_link_ends_after_three_days_and_what_waited_is_removed() -> None:
    ask()
    token = last_token(EVE)
    with later(days=3, seconds=1):
        assert code_of(accounts.finish_sign_up, token, PASSWORD) == "link_ended"
        assert [one.count for one in do(sign_ups.find)] == [1]
        assert do(sign_ups.remove, "all") == "removed"
        assert do(sign_ups.find) == []


def test_a_job_that_runs_twice_or_too_late_mails_once() -> None:
    waiting = ask()
    mail_sign_up(waiting)
    mail_sign_up(new_id("signup"))
    assert subjects_to(EVE) == ["Finish signing up"]


def test_neither_the_token_nor_the_password_is_stored_as_it_is() -> None:
    ask()
    with transaction() as session:
        stored = session.scalars(select(SignUp)).one().model_dump_json()
        promised = [str(row.payload) for row in session.scalars(select(OutboxRow))]
    assert last_token(EVE) not in stored and PASSWORD not in stored
    assert not any(PASSWORD in one or EVE in one for one in promised)


def test_a_bad_field_is_named_before_anything_waits() -> None:
    assert code_of(accounts.request_sign_up, email="nobody", password="short") == "invalid_sign_up"
