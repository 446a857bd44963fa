"""Variables over the API; and a secret that no answer holds, whoever asks for whatever."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.routes import create_routes
from models.accounts import Membership, Role
from models.db import transaction
from models.deployment_variables import DeploymentVariable
from models.deployments import Release
from models.executions import Execution
from models.journal import AuditEntry, IdempotencyRecord
from models.templates import TemplateVersion
from services.privacy.contents import PARTS, rows_of
from tests.app.api.conftest import Caller, deployed, problem_of
from tests.app.test_rights import routes_of

CANARY = "hush-hush-canary-4711"


def put(caller: Caller, deployment: str, name: str, **body: Any) -> Any:
    return caller.call("PUT", f"/deployments/{deployment}/variables/{name}", json=body)


def test_set_list_replace_and_remove(ada: Caller) -> None:
    made = deployed(ada)
    stored = put(ada, made, "LEVEL", value="info").json()
    assert stored == {"name": "LEVEL", "kind": "plain", "generated": None}
    put(ada, made, "TOKEN", kind="secret", value=CANARY)
    known = ada.get(f"/deployments/{made}/variables").json()
    assert [(one["name"], one["kind"], one["value"]) for one in known["items"]] == [
        ("LEVEL", "plain", "info"),
        ("TOKEN", "secret", None),
    ]
    assert known["pending"] == 2 and known["items"][0]["changed_by"] == "ada"
    assert ada.delete(f"/deployments/{made}/variables/TOKEN").status_code == 204
    problem_of(ada.delete(f"/deployments/{made}/variables/TOKEN"), 404, "no_such_variable")


def test_a_generated_secret_is_shown_once_and_not_to_be_kept(ada: Caller) -> None:
    made = deployed(ada)
    answer = put(ada, made, "TOKEN", generate=True)
    assert len(answer.json()["generated"]) == 43 and answer.headers["cache-control"] == "no-store"
    assert answer.json()["generated"] not in ada.get(f"/deployments/{made}/variables").text
    problem_of(put(ada, made, "TOKEN", generate=True, value="both"), 422, "invalid_variable")
    problem_of(put(ada, made, "TOKEN"), 422, "invalid_variable")


def test_a_file_is_stored_whole_or_every_bad_line_is_named(ada: Caller) -> None:
    made = deployed(ada)
    path = f"/deployments/{made}/variables"
    refused = ada.call("PATCH", path, json={"text": f"A=1\nbad\nPATH={CANARY}"})
    problem = problem_of(refused, 422, "invalid_variables")
    assert [one["path"] for one in problem["errors"]] == ["/text/2", "/text/3"] and CANARY not in refused.text
    assert ada.get(path).json()["items"] == []
    stored = ada.call("PATCH", path, json={"text": f"A=1\nTOKEN={CANARY}\n"}).json()
    assert [(one["name"], one["kind"]) for one in stored["items"]] == [("A", "plain"), ("TOKEN", "secret")]


def test_what_the_template_can_use_is_offered_until_it_is_set(ada: Caller) -> None:
    made = deployed(ada)
    wanted = [
        {"name": "TOKEN", "description": "A token.", "secret": True, "when": "days == 9"},
        {"name": "OTHER", "description": "Not for these options.", "when": "days == 1"},
    ]
    with transaction() as session:
        release = session.scalars(select(Release)).one()
        version = session.get_one(
            TemplateVersion, session.get_one(Execution, release.execution_id).template_version_id
        )
        version.manifest = {**version.manifest, "app": {**version.manifest["app"], "variables": wanted}}
    offered = ada.get(f"/deployments/{made}/variables").json()["suggestions"]
    assert offered == [{"name": "TOKEN", "description": "A token.", "secret": True}]
    put(ada, made, "TOKEN", kind="secret", value=CANARY)
    assert ada.get(f"/deployments/{made}/variables").json()["suggestions"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "secret", "value": ["hush-hush-canary-4711"]},
        {"kind": "secret", "value": CANARY + "\x00"},
        {"kind": "loud", "value": CANARY},
        {"value": CANARY, "more": CANARY},
        {"kind": "secret", "value": CANARY * 2000},
    ],
)
def test_a_refusal_does_not_repeat_the_value(ada: Caller, body: dict[str, Any]) -> None:
    answer = put(ada, deployed(ada), "TOKEN", **body)
    assert answer.status_code == 422 and CANARY not in answer.text


@pytest.fixture
def everything(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Every route of the product that answers without a front end."""
    with TestClient(create_routes(), raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def test_no_answer_to_anybody_holds_a_secret(
    ada: Caller, caller: Callable[..., Caller], everything: TestClient
) -> None:
    made = deployed(ada)
    put(ada, made, "TOKEN", kind="secret", value=CANARY)
    people = [caller("eve@example.com"), *(in_team(ada, caller, role) for role in Role)]
    with transaction() as session:
        execution = session.scalars(select(Execution.id)).one()
    paths = sorted(gets(everything.app, deployment=made, execution=execution, team=ada.actor.team_id))
    assert len(paths) > 40 and f"/api/v1/deployments/{made}/variables" in paths
    for person in people:
        for path in paths:
            answer = everything.get(path, headers={"Authorization": f"Bearer {person.token}"})
            assert CANARY.encode() not in answer.content and answer.status_code < 500, path
    with transaction() as session:
        part = next(part for part in PARTS if part.table is DeploymentVariable)
        [exported] = rows_of(session, part, ada.actor.user_id)
        assert exported["name"] == "TOKEN" and "sealed" not in exported
        kept = [*session.scalars(select(AuditEntry)), *session.scalars(select(IdempotencyRecord))]
        assert kept and CANARY not in repr([one.model_dump() for one in kept])


def in_team(owner: Caller, caller: Callable[..., Caller], role: Role) -> Caller:
    """Somebody with this role in the owner's team."""
    person = caller(f"{role}@example.com")
    with transaction() as session:
        session.add(Membership(team_id=owner.actor.team_id, user_id=person.actor.user_id, role=role))
    return person


def gets(app: Any, **ids: str) -> Iterator[str]:
    """The addresses of everything that can be read, with ids that are there."""
    for label in routes_of(app.routes):
        method, _, path = label.partition(" ")
        kind = path.split("/")[3] if path.count("/") > 3 else ""
        path = path.replace("{id}", ids.get(kind.rstrip("s"), "none")).replace("{slug}", "tiny")
        # A stream has no end; its page of JSON is below.
        if method == "GET" and path.startswith(("/api/", "/git/")) and not path.endswith("/events"):
            yield path.replace("{name}", "TOKEN")
    yield f"/api/v1/executions/{ids['execution']}/events?from=1&limit=100"
