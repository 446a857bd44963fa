"""The API without a server around it: real database, real catalogue, no worker."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api import create_api
from models.accounts import User
from models.clock import now
from models.db import transaction
from models.deployments import Deployment, Observed, Release
from models.settings import Settings
from services import accounts, catalog, keys
from services.accounts import SCOPES, Actor
from tests.services.catalog.folders import write_template


@dataclass
class Caller:
    """Somebody with a key. `get`, `post` and `delete` are below /api/v1."""

    http: TestClient
    token: str
    actor: Actor

    def call(self, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return self.http.request(method, f"/api/v1{path}", headers=headers, **more)

    def get(self, path: str, **more: Any) -> Any:
        return self.call("GET", path, **more)

    def post(self, path: str, **more: Any) -> Any:
        return self.call("POST", path, **more)

    def delete(self, path: str, **more: Any) -> Any:
        return self.call("DELETE", path, **more)


@pytest.fixture(scope="session")
def api() -> FastAPI:
    """The application, put together once."""
    return create_api()


def serving(api: FastAPI, folder: Path) -> TestClient:
    """The API over the present database, with the tiny template in its gallery."""
    write_template(folder)
    with transaction() as session:
        catalog.sync(session, folder)
    return TestClient(api, raise_server_exceptions=False)


def signed_up(http: TestClient, email: str, scopes: list[str] | None = None) -> Caller:
    """Somebody new, with a key that may do all or what `scopes` say."""
    with transaction() as session:
        # Without a password: hashing one is meant to be slow, and nobody here types one.
        user = User(email=email, name=email.partition("@")[0], is_operator=True)
        accounts.add_with_team(session, user, f"{user.name}'s team")
        actor = accounts.actor_for_user(session, user, via="session")
        _, token = keys.create_key(session, actor, "test", scopes or sorted(SCOPES))
    return Caller(http, token, actor)


@pytest.fixture
def http(clean: Settings, api: FastAPI, tmp_path: Path) -> Iterator[TestClient]:
    """The API, and nobody in it yet."""
    with serving(api, tmp_path) as client:
        yield client


@pytest.fixture
def caller(http: TestClient) -> Callable[..., Caller]:
    """Make an account and a key: `caller("ada@example.com", scopes=["executions:read"])`."""
    return lambda email="ada@example.com", scopes=None: signed_up(http, email, scopes)


@pytest.fixture
def ada(caller: Callable[..., Caller]) -> Caller:
    """Somebody who may do everything in her own team."""
    return caller()


def deployed(caller: Caller, slug: str = "northwind") -> str:
    """Store a deployment with one release, as the deploy step leaves it, seen running a second ago."""
    made = caller.post("/executions", json={"template": "tiny", "config": {"days": 9}}).json()["id"]
    with transaction() as session:
        team_id = caller.actor.team_id
        row = Deployment(
            team_id=team_id,
            user_id=caller.actor.user_id,
            template_slug="tiny",
            slug=slug,
            name=slug.title(),
            slot_uid=900_000 + len(slug),
            observed=Observed.RUNNING,
            observed_at=now() - timedelta(seconds=1),
        )
        session.add(row)
        session.flush()
        release = Release(team_id=team_id, deployment_id=row.id, execution_id=made, number=1, commit="a" * 40)
        session.add(release)
        session.flush()
        row.wanted_release_id = row.observed_release_id = release.id
        return row.id


def problem_of(response: Any, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is problem details with this status and code, and return them."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["title"] and body["detail"] and body["type"] == "about:blank"
    return body
