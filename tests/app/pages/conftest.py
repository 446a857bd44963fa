"""Screens of the running product: an account made by its form, pages opened in its name, rows that nobody launched."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psutil
import pytest
from sqlalchemy import create_engine, update
from sqlmodel import Session, col, select

import models.tables  # noqa: F401 - every table a foreign key may name
from models.accounts import User
from models.clock import now
from models.deployments import Deployment
from models.executions import Execution, State
from models.templates import Template
from services import accounts
from tests.browser import patient
from tests.product import Product

EMAIL, PASSWORD = "screens@example.com", "a long enough password"
READY = "main h1 >> nth=0"

Open = Callable[..., Any]


@pytest.fixture(scope="session")
def account(server: Any, browser: Any) -> list[dict[str, Any]]:
    """The cookies of an account made by the form, as a person would."""
    return sign_up(server, browser, EMAIL, "Ada Lovelace")


def sign_up(server: Any, browser: Any, email: str, name: str) -> list[dict[str, Any]]:
    """Make an account by the form and return its cookies."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server.url}/sign-up")
    page.fill("[name=name]", name)
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/templates")
    cookies: list[dict[str, Any]] = context.cookies()
    context.close()
    return cookies


@pytest.fixture
def open_page(server: Any, browser: Any, account: list[dict[str, Any]]) -> Iterator[Open]:
    """Open a screen: `open_page("/templates", width=390)`; its console errors are kept in `page.complaints`."""
    with opening(server, browser, account) as open_one:
        yield open_one


@contextmanager
def opening(server: Product, browser: Any, account: list[dict[str, Any]]) -> Iterator[Open]:
    """Have a way to open screens of a product as the account of these cookies."""
    contexts = []

    def open_one(path: str, *, width: int = 1280, signed_in: bool = True, **more: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, **{"reduced_motion": "reduce", **more}
        )
        contexts.append(context)
        if signed_in:
            context.add_cookies(account)
        page = context.new_page()
        if more.get("java_script_enabled", True):
            patient(page)
        page.complaints = []
        page.on("console", lambda said: said.type == "error" and page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(f"{server.url}{path}")
        page.wait_for_selector(READY, state="attached")
        if more.get("java_script_enabled", True):
            page.wait_for_selector(".skeleton, .skeleton-cards", state="detached")
        return page

    yield open_one
    for context in contexts:
        context.close()


@contextmanager
def stored(server: Product) -> Iterator[Session]:
    """Have a transaction in the product's own database."""
    inside = psutil.Process(server.process.pid).children(recursive=True)
    url = next(process.environ()["DATABASE_URL"] for process in inside if "DATABASE_URL" in process.environ())
    engine = create_engine(url)
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
    engine.dispose()


@pytest.fixture
def theme_kept_by_nobody(server: Product) -> Iterator[None]:
    """What a test chooses is kept in the account that all tests share: it goes with the test."""
    yield
    with stored(server) as session:
        session.execute(update(User).where(col(User.email) == EMAIL).values(theme="system"))


@pytest.fixture
def rows(server: Product, account: object) -> Iterator["Rows"]:
    """Make rows of the account's team that no worker has to make; they are gone after the test."""
    made = Rows(server)
    yield made
    made.remove()


class Rows:
    """Executions and deployments as they are in the tables, newest first as they are made."""

    def __init__(self, server: Product) -> None:
        self.server = server
        self.made: list[tuple[type[Any], str]] = []

    def executions(self, count: int, *, name: str = "Tea", state: State = State.FAILED) -> list[str]:
        """Make executions called "Tea 0", "Tea 1", …, an hour apart, and return their ids."""
        with stored(self.server) as session:
            team_id, user_id = self.owner(session)
            template = session.scalars(select(Template).where(Template.slug == "landing")).one()
            made = [
                Execution(
                    team_id=team_id, user_id=user_id, template_version_id=template.current_version_id,
                    template_slug="landing", template_name=template.name, name=f"{name} {number}", state=state,
                    created_at=now() - timedelta(hours=number), started_at=now() - timedelta(hours=number),
                )
                for number in range(count)
            ]  # fmt: skip
            session.add_all(made)
            session.flush()
            self.made += [(Execution, row.id) for row in made]
            return [row.id for row in made]

    def deployments(self, *names: str, wanted: str = "running") -> list[str]:
        """Make deployments without a release, newest first, and return their ids."""
        with stored(self.server) as session:
            team_id, user_id = self.owner(session)
            made = [
                Deployment(
                    team_id=team_id, user_id=user_id, template_slug="landing", slug=name.lower().replace(" ", "-")[:40],
                    name=name, slot_uid=48_000 + number, wanted=wanted, created_at=now() - timedelta(hours=number),
                )
                for number, name in enumerate(names)
            ]  # fmt: skip
            session.add_all(made)
            session.flush()
            self.made += [(Deployment, row.id) for row in made]
            return [row.id for row in made]

    def wanted(self, deployment_id: str) -> str:
        """Return what is wanted of a deployment."""
        with stored(self.server) as session:
            return session.get_one(Deployment, deployment_id).wanted

    def states(self, ids: list[str]) -> list[str]:
        """Return the states of executions."""
        with stored(self.server) as session:
            return [session.get_one(Execution, one).state for one in ids]

    def owner(self, session: Session) -> tuple[str, str]:
        """Return the account's team and the account."""
        user = session.scalars(select(User).where(User.email == EMAIL)).one()
        return accounts.actor_for_user(session, user, via="session").personal_team_id, user.id

    def remove(self) -> None:
        """Take every row away that was made, with what hangs on it."""
        with stored(self.server) as session:
            for table, row_id in self.made:
                row = session.get(table, row_id)
                if row is not None:
                    session.delete(row)
