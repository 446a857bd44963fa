"""Passwords and addresses: changed by their owner, replaced by a mail, and by nobody else."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from models.accounts import OneTimeLink, User
from models.clock import clock, now
from models.db import engine, transaction
from models.errors import Conflict, IdeasmithError, InvalidInput, NotAllowed
from models.ids import new_id
from models.journal import AuditEntry
from services import accounts, credentials, keys
from services.accounts import Actor, passwords
from tests.mails import last_token, mails_to, subjects_to, token_in
from workers.jobs import mail_reset_link

ADA, BOB = "ada@example.com", "bob@example.com"
OLD, NEW = "a long enough password", "another good password"


@contextmanager
def later(**by: float) -> Iterator[None]:
    """Turn the clock."""
    moment = now() + timedelta(**by)
    token = clock.set(lambda: moment)
    try:
        yield
    finally:
        clock.reset(token)


def do(service: Callable[..., Any], *given: Any, **more: Any) -> Any:
    """Call a service in a transaction of its own, as the edge does."""
    with transaction() as session:
        return service(session, *given, **more)


@pytest.fixture(autouse=True)
def ada(clean: object) -> None:
    """Ada has an account."""
    do(accounts.sign_up, email=ADA, password=OLD)


@pytest.fixture
def bob(ada: None) -> None:
    """Bob has one too."""
    do(accounts.sign_up, email=BOB, password=OLD)


def session_of(email: str) -> str:
    """Open a session without the password, which takes its time on purpose to be checked."""

    def opened(session: Session) -> str:
        return accounts.open_session(session, session.scalars(select(User).where(User.email == email)).one())

    return do(opened)


def opens(email: str, password: str) -> bool:
    """Whether this password signs in."""
    return code_of(accounts.sign_in, email, password, user_agent="Firefox/1 Linux") == ""


def actor(token: str) -> Actor:
    found = do(accounts.actor_for_session, token)
    assert found is not None
    return found


def is_in(token: str) -> bool:
    return do(accounts.actor_for_session, token) is not None


def reset_mail(email: str = ADA) -> str:
    """Ask for a new password and return the token in the mail."""
    do(credentials.request_password_reset, email)
    mail_reset_link(email, new_id("link"))
    return last_token(email)


def code_of(service: Callable[..., Any], *given: Any, **more: Any) -> str:
    """Return the code of the refusal, or nothing."""
    try:
        do(service, *given, **more)
    except IdeasmithError as refusal:
        return refusal.code
    return ""


def test_a_lost_password_is_replaced_by_a_mail_and_everybody_is_signed_out() -> None:
    first, second = session_of(ADA), session_of(ADA)
    do(credentials.reset_password, reset_mail(), NEW)
    assert not is_in(first) and not is_in(second)
    assert subjects_to(ADA)[-2:] == ["Set a new password", "Your password was changed"]
    assert opens(ADA, NEW) and not opens(ADA, OLD)


def test_a_reset_link_works_once() -> None:
    token = reset_mail()
    do(credentials.reset_password, token, NEW)
    assert code_of(credentials.reset_password, token, "a third password") == "link_ended"
    assert opens(ADA, NEW)


def test_of_two_who_open_the_same_link_at_once_one_is_refused() -> None:
    token = reset_mail()

    def use(number: int) -> str:
        return code_of(credentials.reset_password, token, f"new password {number}")

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == ["", "link_ended", "link_ended", "link_ended"]
    assert subjects_to(ADA).count("Your password was changed") == 1


def test_of_two_links_of_one_account_opened_at_once_one_ends_the_other() -> None:
    tokens = [reset_mail(), reset_mail()]
    with ThreadPoolExecutor(2) as pool:
        codes = pool.map(lambda token: code_of(credentials.reset_password, token, NEW), tokens)
        assert sorted(codes) == ["", "link_ended"]


def test_a_reset_link_ends_after_an_hour() -> None:
    token = reset_mail()
    with later(minutes=61):
        assert code_of(credentials.reset_password, token, NEW) == "link_ended"


def test_one_reset_ends_the_other_links() -> None:
    first, second = reset_mail(), reset_mail()
    do(credentials.reset_password, second, NEW)
    assert code_of(credentials.reset_password, first, "a third password") == "link_ended"


def test_a_password_that_cannot_be_used_leaves_the_link_good() -> None:
    token = reset_mail()
    for password in ("short", "aaaaaaaaaaaa", ADA):
        assert code_of(credentials.reset_password, token, password) == "invalid_password"
    do(credentials.reset_password, token, NEW)


def test_a_link_opens_only_what_it_is_for() -> None:
    verify = token_in(mails_to(ADA)[0])
    reset = reset_mail()
    assert code_of(credentials.reset_password, verify, NEW) == "link_ended"
    assert code_of(credentials.verify_email, reset) == "link_ended"


def test_a_link_opens_only_its_own_account(bob: None) -> None:
    do(credentials.reset_password, reset_mail(BOB), NEW)
    assert opens(ADA, OLD) and opens(BOB, NEW)


@pytest.mark.parametrize("token", ["", "x", "\x00", "\udcff", "a" * 5000])
def test_a_token_that_was_never_made_opens_nothing(token: str) -> None:
    assert code_of(credentials.reset_password, token, NEW) == "link_ended"
    assert code_of(credentials.verify_email, token) == "link_ended"


def test_tokens_of_links_are_stored_as_hashes_only() -> None:
    token = reset_mail()
    with transaction() as session:
        assert all(token not in row.model_dump_json() for row in session.scalars(select(OneTimeLink)))


def test_a_disabled_account_gets_no_link_and_its_links_open_nothing() -> None:
    token = reset_mail()
    with transaction() as session:
        session.scalars(select(User).where(User.email == ADA)).one().disabled_at = now()
    assert code_of(credentials.reset_password, token, NEW) == "link_ended"
    count = len(mails_to(ADA))
    mail_reset_link(ADA, new_id("link"))
    assert len(mails_to(ADA)) == count


def statements(service: Callable[..., Any], *given: Any) -> list[str]:
    """Return every statement that a service runs."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(engine(), "before_cursor_execute", note)
    try:
        code_of(service, *given)
    finally:
        event.remove(engine(), "before_cursor_execute", note)
    return seen


def test_asking_for_a_reset_does_the_same_for_known_and_unknown_addresses() -> None:
    known = statements(credentials.request_password_reset, ADA)
    unknown = statements(credentials.request_password_reset, "nobody@example.com")
    assert known == unknown and len(known) > 0
    assert not any(" users" in statement for statement in known)


def test_an_unknown_address_is_never_written_to() -> None:
    do(credentials.request_password_reset, "nobody@example.com")
    mail_reset_link("nobody@example.com", new_id("link"))
    assert mails_to("nobody@example.com") == []


def test_a_job_that_runs_twice_mails_one_link() -> None:
    link_id = new_id("link")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: mail_reset_link(ADA, link_id), range(3)))
    assert subjects_to(ADA).count("Set a new password") == 1


def test_signing_in_hashes_once_whoever_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords.nobodys_hash()
    counts: list[int] = []
    verify = passwords.hasher.verify

    class Counting:
        def verify(self, *given: Any) -> bool:
            counts[-1] += 1
            return verify(*given)

    monkeypatch.setattr(passwords, "hasher", Counting())
    for email in (ADA, "nobody@example.com"):
        counts.append(0)
        assert code_of(accounts.sign_in, email, "a wrong password") == "wrong_credentials"
    assert counts == [1, 1]


def test_changing_the_password_keeps_this_session_and_ends_the_others() -> None:
    here, elsewhere = session_of(ADA), session_of(ADA)
    do(credentials.change_password, actor(here), OLD, NEW)
    assert is_in(here) and not is_in(elsewhere)
    assert subjects_to(ADA)[-1] == "Your password was changed"


def test_the_others_may_be_left_signed_in() -> None:
    here, elsewhere = session_of(ADA), session_of(ADA)
    do(credentials.change_password, actor(here), OLD, NEW, end_others=False)
    assert is_in(here) and is_in(elsewhere)


def test_without_the_old_password_nothing_changes() -> None:
    here = session_of(ADA)
    assert code_of(credentials.change_password, actor(here), "a guess", NEW) == "wrong_password"
    assert code_of(credentials.change_password, actor(here), OLD, "short") == "invalid_password"
    assert opens(ADA, OLD)


def test_an_address_is_confirmed_by_the_link_of_the_welcome_mail() -> None:
    here = session_of(ADA)
    assert not actor(here).email_verified
    do(credentials.verify_email, token_in(mails_to(ADA)[0]))
    assert actor(here).email_verified
    assert code_of(credentials.send_verification, actor(here)) == "already_verified"


def test_a_second_link_to_confirm_ends_the_first() -> None:
    first = token_in(mails_to(ADA)[0])
    do(credentials.send_verification, actor(session_of(ADA)))
    assert code_of(credentials.verify_email, first) == "link_ended"
    do(credentials.verify_email, last_token(ADA))


def test_a_link_to_confirm_ends_after_three_days() -> None:
    with later(days=3, minutes=1):
        assert code_of(credentials.verify_email, token_in(mails_to(ADA)[0])) == "link_ended"


def test_a_new_address_is_the_accounts_once_it_is_confirmed_and_the_old_one_is_told() -> None:
    here = session_of(ADA)
    do(credentials.request_email_change, actor(here), "Ada@New.example", OLD)
    assert actor(here).email == ADA
    do(credentials.verify_email, last_token("ada@new.example"))
    assert actor(here).email == "ada@new.example" and actor(here).email_verified
    assert subjects_to(ADA)[-2:] == [
        "Your e-mail address is about to change",
        "Your e-mail address was changed",
    ]
    assert opens("ada@new.example", OLD)


def test_what_was_mailed_to_the_old_address_opens_nothing_any_more() -> None:
    reset = reset_mail()
    do(credentials.request_email_change, actor(session_of(ADA)), "ada@new.example", OLD)
    do(credentials.verify_email, last_token("ada@new.example"))
    assert code_of(credentials.reset_password, reset, NEW) == "link_ended"


def test_changing_the_password_stops_a_change_of_address() -> None:
    here = session_of(ADA)
    do(credentials.request_email_change, actor(here), "eve@example.com", OLD)
    do(credentials.change_password, actor(here), OLD, NEW)
    assert code_of(credentials.verify_email, last_token("eve@example.com")) == "link_ended"
    assert actor(here).email == ADA


def test_an_address_that_has_an_account_gets_the_same_answer_and_stays_where_it_is(bob: None) -> None:
    here = session_of(ADA)
    do(credentials.request_email_change, actor(here), BOB, OLD)
    assert subjects_to(BOB)[-1] == "You have an account with this address"
    assert "?token=" not in mails_to(BOB)[-1].text
    assert actor(here).email == ADA


def test_an_address_that_was_taken_meanwhile_is_refused() -> None:
    do(credentials.request_email_change, actor(session_of(ADA)), "new@example.com", OLD)
    do(accounts.sign_up, email="new@example.com", password=OLD)
    token = next(token_in(mail) for mail in mails_to("new@example.com"))
    with pytest.raises(Conflict, match="Another account"):
        do(credentials.verify_email, token)


def test_two_accounts_that_confirm_the_same_new_address_at_once_end_with_one_owner(bob: None) -> None:
    for email in (ADA, BOB):
        do(credentials.request_email_change, actor(session_of(email)), "new@example.com", OLD)
    tokens = [token_in(mail) for mail in mails_to("new@example.com")]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(lambda token: code_of(credentials.verify_email, token), tokens)) == [
            "",
            "email_taken",
        ]


@pytest.mark.parametrize(
    ("email", "password", "code"),
    [
        ("nobody", OLD, "invalid_email"),
        (ADA, OLD, "invalid_email"),
        ("new@example.com", "a guess", "wrong_password"),
        ("a@b.example\nBcc: c@d.example", OLD, "invalid_email"),
    ],
)
def test_a_change_of_address_that_cannot_be_says_why(email: str, password: str, code: str) -> None:
    assert code_of(credentials.request_email_change, actor(session_of(ADA)), email, password) == code


def test_a_key_is_made_only_by_who_entered_the_password_lately() -> None:
    here = session_of(ADA)
    do(keys.create_key, actor(here), "CI", ["keys:read"])
    with later(minutes=11):
        assert code_of(keys.create_key, actor(here), "CI", ["keys:read"]) == "step_up_needed"
        assert code_of(credentials.confirm_password, actor(here), "a guess") == "wrong_password"
        do(credentials.confirm_password, actor(here), OLD)
        do(keys.create_key, actor(here), "CI", ["keys:read"])


def test_a_confirmed_session_confirms_no_other() -> None:
    here, elsewhere = session_of(ADA), session_of(ADA)
    with later(minutes=11):
        do(credentials.confirm_password, actor(here), OLD)
        assert code_of(keys.create_key, actor(elsewhere), "CI", ["keys:read"]) == "step_up_needed"


def test_a_key_with_the_right_scope_is_not_asked_for_a_password() -> None:
    here = session_of(ADA)
    _, token = do(keys.create_key, actor(here), "CI", ["keys:write", "keys:read"])
    with later(minutes=11):
        by_key = do(keys.actor_for_key, token)
        do(keys.create_key, by_key, "Another", ["keys:read"])


def test_a_key_never_changes_a_password() -> None:
    _, token = do(keys.create_key, actor(session_of(ADA)), "CI", ["account:write"])
    by_key = do(keys.actor_for_key, token)
    with pytest.raises(NotAllowed):
        do(credentials.change_password, by_key, OLD, NEW)


def test_each_change_writes_an_audit_line() -> None:
    here = session_of(ADA)
    do(credentials.verify_email, token_in(mails_to(ADA)[0]))
    do(credentials.change_password, actor(here), OLD, NEW)
    do(credentials.request_email_change, actor(here), "ada@new.example", NEW)
    do(credentials.verify_email, last_token("ada@new.example"))
    do(credentials.reset_password, reset_mail("ada@new.example"), OLD)
    with transaction() as session:
        mine = select(AuditEntry.action).where(AuditEntry.subject_id == actor_id("ada@new.example"))
        assert session.scalars(mine.order_by(AuditEntry.id)).all() == [
            "account.signed_up",
            "email.verified",
            "password.changed",
            "email.change_requested",
            "email.changed",
            "email.verified",
            "password.reset_requested",
            "password.reset",
        ]


def actor_id(email: str) -> str:
    with transaction() as session:
        return session.scalars(select(User.id).where(User.email == email)).one()


def test_no_mail_about_an_account_lacks_what_to_do_if_it_was_not_you() -> None:
    here = session_of(ADA)
    do(accounts.sign_in, ADA, OLD, user_agent="Chrome/1 Windows", address="192.0.2.7")
    do(credentials.request_email_change, actor(here), "ada@new.example", OLD)
    do(credentials.verify_email, last_token("ada@new.example"))
    reset_mail("ada@new.example")
    do(credentials.change_password, actor(here), OLD, NEW)
    found = mails_to(ADA) + mails_to("ada@new.example")
    assert len(found) == 7
    for mail in found:
        assert "If it was not" in mail.text or "If you did not" in mail.text, mail.subject


def test_an_invalid_address_is_no_reset(clean: object) -> None:
    with pytest.raises(InvalidInput):
        do(credentials.request_password_reset, "nobody")
