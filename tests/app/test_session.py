"""Who is asking, and how services are called from asynchronous code."""

import asyncio
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select
from starlette.requests import Request

from app.session import (
    actor_from_state,
    bearer_token,
    cookie_name,
    current_actor,
    in_thread,
    optional_actor,
    pool,
    session_token,
)
from models.accounts import User
from models.db import transaction
from models.errors import NotSignedIn
from models.settings import Settings, reset_settings
from services import accounts, keys
from services.audit import request_id


def request(**headers: str) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": raw, "method": "GET", "path": "/"})


def rename(session: Session, name: str, *, fail: bool = False) -> str:
    session.execute(text("UPDATE users SET name = :name"), {"name": name})
    if fail:
        raise ValueError("planted")
    return name


@pytest.fixture
def account(clean: Settings, make_user: Callable[..., Any]) -> tuple[User, str]:
    """An account and the token of an open session."""
    with transaction() as session:
        user, _ = make_user(session)
        return user, accounts.open_session(session, user)


def test_what_a_service_did_is_committed_when_it_returns(account: tuple[User, str]) -> None:
    assert asyncio.run(in_thread(rename, "Grace")) == "Grace"
    with transaction() as session:
        assert session.scalars(select(User.name)).one() == "Grace"


def test_what_a_service_did_is_undone_when_it_raises(account: tuple[User, str]) -> None:
    with pytest.raises(ValueError, match="planted"):
        asyncio.run(in_thread(rename, "Grace", fail=True))
    with transaction() as session:
        assert session.scalars(select(User.name)).one() != "Grace"


def test_the_event_loop_runs_on_while_a_service_waits(clean: Settings) -> None:
    async def both() -> tuple[float, float]:
        started = time.perf_counter()
        slow = asyncio.create_task(in_thread(lambda session: session.execute(text("SELECT pg_sleep(0.3)"))))
        await asyncio.sleep(0.01)
        looked = time.perf_counter() - started
        await slow
        return looked, time.perf_counter() - started

    looked, done = asyncio.run(both())
    assert looked < 0.25 < done


def test_no_more_services_run_at_once_than_there_are_connections(clean: Settings) -> None:
    running, most, lock = 0, 0, threading.Lock()

    def busy(session: Session) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        session.execute(text("SELECT pg_sleep(0.02)"))
        with lock:
            running -= 1

    async def many() -> None:
        await asyncio.gather(*[in_thread(busy) for _ in range(60)])

    asyncio.run(many())
    assert 1 < most <= clean.database_pool == pool()._max_workers


def test_the_requests_id_goes_along_to_the_thread(clean: Settings) -> None:
    async def ask() -> str:
        request_id.set("req_test")
        return await in_thread(lambda session: request_id.get())

    assert asyncio.run(ask()) == "req_test"


def test_a_session_cookie_is_who_signed_in(account: tuple[User, str]) -> None:
    user, token = account
    actor = asyncio.run(current_actor(request(cookie=f"theme=dark; {cookie_name()}={token}")))
    assert (actor.user_id, actor.via) == (user.id, "session")


def test_a_state_is_asked_by_its_sockets_cookie(account: tuple[User, str]) -> None:
    user, token = account

    def state(cookie: str) -> Any:
        return SimpleNamespace(router=SimpleNamespace(headers=SimpleNamespace(cookie=cookie)))

    found = asyncio.run(actor_from_state(state(f"{cookie_name()}={token}")))
    assert found is not None
    assert found.user_id == user.id
    assert asyncio.run(actor_from_state(state(""))) is None
    assert asyncio.run(actor_from_state(state(f"{cookie_name()}=somebody"))) is None


def test_a_key_is_who_made_it(account: tuple[User, str]) -> None:
    with transaction() as session:
        actor = accounts.actor_for_user(session, session.get_one(User, account[0].id), via="session")
        _, token = keys.create_key(session, actor, "ci", ["executions:read"])
    found = asyncio.run(current_actor(request(authorization=f"Bearer {token}")))
    assert (found.user_id, found.via, found.scopes) == (account[0].id, "key", {"executions:read"})


def test_a_bad_key_is_not_made_good_by_a_cookie(account: tuple[User, str]) -> None:
    headers = {"authorization": "Bearer ism_nobodys", "cookie": f"{cookie_name()}={account[1]}"}
    with pytest.raises(NotSignedIn) as refused:
        asyncio.run(optional_actor(request(**headers)))
    assert refused.value.code == "bad_key"


def test_a_visitor_is_nobody_and_is_told_how_to_become_somebody(clean: Settings) -> None:
    assert asyncio.run(optional_actor(request())) is None
    with pytest.raises(NotSignedIn, match="Sign in"):
        asyncio.run(current_actor(request()))


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer ism_a", "ism_a"), ("bearer  ism_a ", "ism_a"), ("Basic YTpi", ""), ("", ""), ("Bearer", "")],
)
def test_only_bearer_keys_are_read(header: str, token: str) -> None:
    assert bearer_token(header) == token


def test_two_instances_on_one_machine_have_cookies_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDEASMITH_PUBLIC_URL", "http://127.0.0.1:4000")
    reset_settings()
    assert cookie_name() == "ideasmith_session_4000"
    assert session_token("ideasmith_session=a; ideasmith_session_4000=b") == "b"
    monkeypatch.setenv("IDEASMITH_PUBLIC_URL", "https://ideas.example.com")
    reset_settings()
    assert cookie_name() == "ideasmith_session"
    monkeypatch.undo()
    reset_settings()
