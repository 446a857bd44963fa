"""Sessions of an account: seen, told of, and ended."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from models.accounts import User
from models.errors import NotAllowed, NotFound
from models.ids import new_id
from models.messages import Message
from services import accounts, keys, sessions
from services.accounts import Actor
from services.devices import device_words

MakeUser = Callable[..., tuple[User, Actor]]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEWER_FIREFOX = FIREFOX.replace("140", "141")
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 (KHTML, like Gecko) Version/18 Safari/605"


def sign_in(session: Session, agent: str = FIREFOX, address: str = "192.0.2.1") -> Actor:
    user = session.scalars(select(User).where(User.email == "ada@example.com")).one()
    token = accounts.open_session(session, user, user_agent=agent, address=address)
    actor = accounts.actor_for_session(session, token)
    assert actor is not None
    return actor


def told(session: Session) -> list[str]:
    """Return what the mails about new devices say first."""
    rows = session.scalars(select(Message).where(Message.subject == "A new device signed in"))
    return [row.text.partition(" signed in")[0] for row in rows]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Safari on macOS"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit (KHTML) Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit (KHTML) Chrome/140 Safari/537", "Chrome on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) CriOS/140 Safari", "Chrome on iPhone"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Version/18 Safari/604", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit Chrome/140 Mobile Safari/537", "Chrome on Android"),
        ("curl/8.5.0", "An unknown program"),
        ("", "An unknown program"),
    ],
)  # fmt: skip
def test_a_device_is_called_what_a_person_would_call_it(agent: str, words: str) -> None:
    assert device_words(agent) == words


@given(st.text())
def test_any_user_agent_has_words(agent: str) -> None:
    assert device_words(agent)


def test_a_new_device_is_told_of_and_the_first_one_is_not(session: Session, make_user: MakeUser) -> None:
    make_user(session)
    sign_in(session)
    assert told(session) == []
    sign_in(session, SAFARI)
    assert told(session) == ["Safari on macOS"]


def test_a_known_device_is_not_told_of_again_nor_after_its_update(
    session: Session, make_user: MakeUser
) -> None:
    make_user(session)
    for agent in (FIREFOX, SAFARI, FIREFOX, SAFARI, NEWER_FIREFOX):
        sign_in(session, agent)
    assert told(session) == ["Safari on macOS"]


def test_a_known_device_at_a_new_address_is_told_of(session: Session, make_user: MakeUser) -> None:
    make_user(session)
    sign_in(session)
    sign_in(session, address="198.51.100.9")
    assert told(session) == ["Firefox on Linux"]


def test_sessions_are_listed_with_this_one_first(session: Session, make_user: MakeUser) -> None:
    make_user(session)
    here = sign_in(session)
    sign_in(session, SAFARI)
    rows = sessions.list_sessions(session, here)
    assert [(row.device, row.address, row.current) for row in rows] == [
        ("Firefox on Linux", "192.0.2.1", True),
        ("Safari on macOS", "192.0.2.1", False),
    ]


def test_ending_one_session_leaves_the_others(session: Session, make_user: MakeUser) -> None:
    make_user(session)
    here, elsewhere = sign_in(session), sign_in(session, SAFARI)
    assert elsewhere.session_id is not None
    sessions.revoke_session(session, here, elsewhere.session_id)
    sessions.revoke_session(session, here, elsewhere.session_id)
    assert [row.current for row in sessions.list_sessions(session, here)] == [True]


def test_ending_all_others_keeps_this_one(session: Session, make_user: MakeUser) -> None:
    make_user(session)
    here = [sign_in(session), sign_in(session, SAFARI), sign_in(session)][0]
    assert sessions.revoke_other_sessions(session, here) == 2
    assert sessions.revoke_other_sessions(session, here) == 0
    assert [row.id for row in sessions.list_sessions(session, here)] == [here.session_id]


def test_nobody_sees_or_ends_the_sessions_of_somebody_else(session: Session, make_user: MakeUser) -> None:
    make_user(session)
    here = sign_in(session)
    _, eve = make_user(session, email="eve@example.com")
    assert sessions.list_sessions(session, eve) == []
    for session_id in (here.session_id, new_id("sess"), "nonsense", "sess_\x00"):
        with pytest.raises(NotFound):
            sessions.revoke_session(session, eve, str(session_id))
    assert sessions.revoke_other_sessions(session, eve) == 0
    assert len(sessions.list_sessions(session, here)) == 1


def test_a_key_needs_the_scope_for_sessions(session: Session, make_user: MakeUser) -> None:
    _, ada = make_user(session)
    _, token = keys.create_key(session, ada, "CI", ["account:read"])
    by_key: Any = keys.actor_for_key(session, token)
    assert sessions.list_sessions(session, by_key) == []
    with pytest.raises(NotAllowed, match="account:write"):
        sessions.revoke_other_sessions(session, by_key)
