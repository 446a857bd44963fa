"""Opening a deployment's page asks the database once for what the open tab shows, and once for each other tab."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import reflex as rx
from reflex.istate.data import RouterData
from sqlalchemy import event

from app.pages.deployment import DeploymentState
from app.pages.deployment_backups import BackupsState
from app.pages.deployment_care import CareState
from app.pages.deployment_rating import RatingState
from app.pages.deployment_variables import VariablesState
from app.session import cookie_name
from models.db import engine, transaction
from models.settings import Settings
from services import deployments
from services.accounts import open_session
from tests.tiny_app import add_execution, write_app


@pytest.fixture
def tab(clean: Settings, make_user: Callable, tmp_path: Path) -> Any:
    """A tab of the owner's at the address of a deployment."""
    with transaction() as session:
        user, actor = make_user(session)
        made = deployments.create_release(
            session, execution=add_execution(session, user, actor), folder=write_app(tmp_path / "code"),
            commit="", deployment_id=None, slug_wish="tea",
        )  # fmt: skip
        cookie = open_session(session, user)
    root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    path = f"/deployments/{made.deployment_id}"
    headers = {"cookie": f"{cookie_name()}={cookie}", "origin": "http://127.0.0.1:3000"}
    root.router = RouterData.from_router_data({"headers": headers, "pathname": path, "asPath": path})
    return root


def of(tab: Any, state: type[rx.State]) -> Any:
    """A part of what a tab holds."""
    return tab.get_substate(state.get_full_name().split("."))


@contextmanager
def transactions() -> Iterator[list[object]]:
    """Count the transactions that are begun meanwhile."""
    begun: list[object] = []

    def count(connection: object) -> None:
        begun.append(connection)

    event.listen(engine(), "begin", count)
    try:
        yield begun
    finally:
        event.remove(engine(), "begin", count)


def happens(tab: Any, name: str, *arguments: str) -> int:
    """Let an event of the page happen, and return how many transactions it took."""
    with transactions() as begun:
        asyncio.run(DeploymentState.event_handlers[name].fn(of(tab, DeploymentState), *arguments))
    return len(begun)


def test_one_transaction_reads_the_open_tab_and_one_each_of_the_others(tab: Any) -> None:
    of(tab, VariablesState).loaded = of(tab, BackupsState).shown = True  # of another deployment
    assert happens(tab, "load") == 1
    assert of(tab, DeploymentState).head.id == of(tab, DeploymentState).deployment_id != ""
    assert len(of(tab, CareState).bars) == 96
    assert not of(tab, RatingState).editing
    assert not of(tab, VariablesState).loaded and not of(tab, BackupsState).shown
    assert happens(tab, "open_tab", "Variables") == 1 and of(tab, VariablesState).loaded
    assert happens(tab, "open_tab", "Data") == 1 and of(tab, BackupsState).shown
    assert happens(tab, "open_tab", "Log") == 0
    assert happens(tab, "refresh") == 1
