"""The frame of every screen: it may be some seconds old on the way from screen to screen, and never older."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import reflex as rx
from reflex.istate.data import RouterData
from sqlmodel import Session

import app.app
from app.session import cookie_name
from app.shell import ShellState
from models.clock import clock, utc_now
from models.db import transaction
from models.settings import Settings
from services import accounts, profile

assert app.app.app  # State is whole once every page is there


class Tab:
    """One tab of a browser: its State, as it is before the first event."""

    def __init__(self, token: str) -> None:
        root: Any = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
        self.root, self.token = root, token
        self.shell: Any = root.get_substate(ShellState.get_full_name().split("."))
        self.connect("first")

    def connect(self, socket: str, token: str | None = None) -> None:
        """Load the page anew, over another socket and perhaps with another cookie."""
        cookie = f"{cookie_name()}={self.token if token is None else token}"
        self.root.router = RouterData.from_router_data(
            {"sid": socket, "headers": {"cookie": cookie}, "pathname": "/executions", "asPath": "/executions"}
        )

    def go(self) -> str:
        """Go to another screen, and return the name that its frame shows."""
        asyncio.run(ShellState.event_handlers["load_if_old"].fn(self.shell))
        return str(self.shell.name)


@pytest.fixture
def tab(clean: Settings) -> Tab:
    """A tab in which Ada is signed in, and has seen a screen."""
    with transaction() as session:
        user = accounts.sign_up(
            session, email="ada@example.com", password="a long enough password", name="Ada"
        )
        token = accounts.open_session(session, user)
    tab = Tab(token)
    assert tab.go() == "Ada"
    return tab


def call_her(session: Session, token: str, name: str) -> None:
    """Give Ada another name, elsewhere."""
    actor = accounts.actor_for_session(session, token)
    assert actor is not None
    profile.update_profile(session, actor, name=name, time_zone="UTC", language="en")


def test_from_screen_to_screen_the_frame_is_not_read_again(tab: Tab) -> None:
    with transaction() as session:
        call_her(session, tab.token, "Countess")
    assert tab.go() == "Ada"


def test_after_some_seconds_it_is(tab: Tab) -> None:
    with transaction() as session:
        call_her(session, tab.token, "Countess")
    later = clock.set(lambda: utc_now() + timedelta(seconds=6))
    try:
        assert tab.go() == "Countess"
    finally:
        clock.reset(later)


def test_a_page_that_is_loaded_anew_reads_it_at_once(tab: Tab) -> None:
    with transaction() as session:
        call_her(session, tab.token, "Countess")
    tab.connect("second")
    assert tab.go() == "Countess"


def test_another_cookie_never_sees_the_frame_of_the_last_one(tab: Tab) -> None:
    tab.connect("first", token="")
    assert tab.go() == ""
    assert not tab.shell.signed_in
