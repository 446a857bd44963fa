"""What several rooms need: a database, accounts, the running product, a browser. All of them real.

Tests run in the order: without a server, with the whole product, with a browser. Playwright's sync interface keeps an
event loop running, under which no later test could start one of its own.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis import Redis
from sqlalchemy import text
from sqlmodel import Session

from models.accounts import User
from models.db import close_engine, engine, transaction
from models.settings import Settings, reset_settings, settings
from models.tables import metadata
from services import accounts
from services.accounts import Actor
from tests.browser import find_browser, patient
from tests.product import Product, running_product
from workers.embedded.servers import running
from workers.migrate import migrate

# A test's data need not outlive the power.
NO_SYNC = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "summarize_wal": "off"}
LATE = ("server", "browser", "page")
# What a page may take on a busy machine to show what was asked of it.
PATIENCE_MS = 15_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that need more after those that need less, and leave the order otherwise."""

    def lateness(item: pytest.Item) -> int:
        wanted = getattr(item, "fixturenames", ())
        return max((LATE.index(name) + 1 for name in LATE if name in wanted), default=0)

    items.sort(key=lateness)


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder of the tests' own, so that none of them ever touches the user's."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "REDIS_URL", "PORT", "APPS_PORT", "IDEASMITH_RUN_DIR"):
            patch.delenv(name, raising=False)
        patch.setenv("IDEASMITH_DATA", str(folder))
        # Hundreds of people sign up from one address here.
        patch.setenv("IDEASMITH_LIMIT_ADDRESS", "")
        patch.setenv("IDEASMITH_LIMIT_API_ADDRESS", "")
        # One team invites the same people in hundreds of tests.
        for name in ("TEAM", "ACCOUNT", "RECIPIENT"):
            patch.setenv(f"IDEASMITH_LIMIT_INVITATIONS_{name}", "")
        patch.setenv("IDEASMITH_LIMIT_COMMENTS", "")
        # One author publishes dozens of ideas.
        patch.setenv("IDEASMITH_TRUST_LIMITS", "false")
        reset_settings()
        yield folder
    reset_settings()


@pytest.fixture(scope="session")
def database(data_folder: Path) -> Iterator[Settings]:
    """PostgreSQL and Valkey, started once, migrated; the settings point at them."""
    with running(settings(), NO_SYNC) as environment, pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        reset_settings()
        migrate()
        yield settings()
        close_engine()


@pytest.fixture
def clean(database: Settings) -> Settings:
    """The database, emptied."""
    tables = [table.name for table in metadata.sorted_tables]
    with engine().begin() as connection:
        # Deleting from tables with few rows takes a tenth of truncating them. Append-only ones refuse it otherwise.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("; ".join(f'DELETE FROM "{name}"' for name in tables)))
    with Redis.from_url(database.redis_url) as redis:
        redis.flushall()
    return database


@pytest.fixture
def session(clean: Settings) -> Iterator[Session]:
    """An open transaction on the emptied database."""
    with transaction() as opened:
        yield opened


@pytest.fixture
def make_user() -> Callable[..., tuple[User, Actor]]:
    """Sign up: `make_user(session, email="…")` gives the account and its actor."""

    def sign_up(session: Session, email: str = "ada@example.com", **more: Any) -> tuple[User, Actor]:
        user = accounts.sign_up(session, email=email, password="a long enough password", **more)
        session.flush()
        return user, accounts.actor_for_user(session, user, via="session")

    return sign_up


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The whole product, started once as `make run` does, with a data folder and ports of its own.

    It has its operator, so that what a test sees does not depend on whether it was the first to sign up.
    """
    with running_product(tmp_path_factory.mktemp("product") / "data") as product:
        form = {"email": "operator@example.com", "password": "a long enough password", "name": "Operator"}
        answer = httpx.post(
            f"{product.url}/auth/sign-up", data=form, headers={"origin": product.url}, timeout=30
        )
        assert answer.status_code == 303, answer.text
        yield product


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A real browser, the one that `make test` has found."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        options = find_browser()
        opened = playwright.chromium.launch(**options)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of a fresh browser context, as a person who was never here."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    yield patient(context.new_page())
    context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Show what the product wrote when a test that uses it fails."""
    report = yield
    product = getattr(item, "funcargs", {}).get("server")
    if report.failed and isinstance(product, Product):
        report.sections.append(("product", product.log()))
    return report


def pytest_sessionfinish() -> None:
    """Leave no engine open when the interpreter goes."""
    if "models.db" in sys.modules and os.environ.get("DATABASE_URL"):
        close_engine()
