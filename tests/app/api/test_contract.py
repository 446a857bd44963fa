"""The API does what its own description says, whatever is sent."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.api import create_api
from models.accounts import Role, User
from models.db import transaction
from models.ids import new_id
from models.settings import Settings
from services import accounts, comments, keys, reviews, teams
from services.accounts import SCOPES
from services.deployment_backups import keeping
from services.messages import queue_mail
from services.notifications import notify
from tests import market
from tests.app.api.backed_up import taken
from tests.app.api.conftest import Caller, deployed, serving, signed_up
from tests.app.rights.world import moderated
from tests.services.teams.people import joined, person, shared

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
# A stream ends with its execution, and none ends here.
STREAMS = r"/events$"
PROMISED = schemathesis.openapi.from_dict(create_api().openapi()).exclude(path_regex=STREAMS)
OPERATIONS = {result.ok().label: result.ok() for result in PROMISED.get_all_operations()}
bounded = settings(
    max_examples=10,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass
class World:
    """Somebody, and something of hers of each kind."""

    caller: Caller
    ids: dict[str, str]
    token: str  # of a link to her execution


@pytest.fixture(scope="module")
def world(database: Settings, api: FastAPI, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for all operations: what one leaves behind is one more thing for the next."""
    with serving(api, tmp_path_factory.mktemp("templates")) as http:
        caller = in_a_team(signed_up(http, f"{new_id('user')}@example.com"))
        ids = {
            "executions": caller.post("/executions", json={"template": "tiny"}).json()["id"],
            "deployments": deployed(caller, "contract"),
            "keys": caller.post("/keys", json={"name": "CI", "scopes": ["keys:read"]}).json()["id"],
            **team_of(caller),
        }
        ids |= ideas_of(caller)
        ids |= cases_of(caller, ids["ideas"])
        ids |= backed_up(caller, ids["deployments"])
        with transaction() as session:
            user = session.get_one(User, caller.actor.user_id)
            accounts.open_session(session, user)
            ids["outbox"] = queue_mail(session, to=user.email, subject="Hello", paragraphs=["Text."]).id
        made = [caller.post(f"/executions/{ids['executions']}/shares", json={"days": 1}).json() for _ in "ab"]
        ids["shares"], token = made[0]["id"], made[1]["url"].rpartition("/")[2]
        ids["sessions"] = caller.get("/sessions").json()["items"][0]["id"]
        yield World(caller, ids, token)


def backed_up(caller: Caller, deployment_id: str) -> dict[str, str]:
    """A backup that is there, with its file, and a restore of it that has ended."""
    backup = taken(caller, deployment_id)
    restore = caller.post(f"/backups/{backup}/restore", json={"confirm": "contract"}).json()
    with transaction() as session:
        keeping.record_failed(session, restore["before_id"], "The disk is full.")
    return {"backups": backup, "restores": restore["id"]}


def ideas_of(caller: Caller) -> dict[str, str]:
    """An idea of hers that somebody has reviewed, a comment of hers below it, its template, and a draft."""
    made = caller.post("/ideas", json=market.fields("Contract")).json()["id"]
    draft = caller.post("/idea-drafts", json={"fields": market.fields("Draft")}).json()["id"]
    template = caller.call("PUT", f"/ideas/{made}/template", json={"template": "tiny"}).json()["id"]
    with transaction() as session:
        buyer = person(session, new_id("user"))
        market.buy(session, buyer, made)
        review = reviews.write_review(session, buyer, made, market.review_fields()).id
        comment = comments.write_comment(session, caller.actor, made, "Ask me.").id
    hers = {"comments": comment, "reviews": review, "idea-templates": template}
    nowhere = {"vote-rings": "ring_" + "0" * 26}
    return {"ideas": made, "idea-drafts": draft, **hers, **told(caller), **nowhere}


def cases_of(caller: Caller, idea_id: str) -> dict[str, str]:
    """A case about her idea, a decision about her, and an appeal of hers against another one."""
    with transaction() as session:
        case, decision, appeal = moderated(session, caller.actor, caller.actor, idea_id)
    return {"cases": case, "decisions": decision, "appeals": appeal}


def told(caller: Caller) -> dict[str, str]:
    """A notification of hers, a saved search, and an author to follow: nobody, as she is the only one."""
    search = caller.post("/saved-searches", json={"name": "Menus", "query": {"q": "menu"}}).json()["id"]
    with transaction() as session:
        notify(session, caller.actor.user_id, "moderation", search, {"case": new_id("case")})
    one = caller.get("/notifications").json()["items"][0]["id"]
    return {"notifications": one, "saved-searches": search, "authors": caller.actor.user_id}


def in_a_team(caller: Caller) -> Caller:
    """The same person with a key that acts in a team with others."""
    with transaction() as session:
        actor, _ = shared(session, caller.actor)
        _, token = keys.create_key(session, actor, "test", sorted(SCOPES))
    return Caller(caller.http, token, actor)


def team_of(caller: Caller) -> dict[str, str]:
    """Her team, somebody else in it, and an open invitation."""
    with transaction() as session:
        team_id = caller.actor.team_id
        member = joined(session, team_id, new_id("user"), Role.VIEWER)
        made = teams.invite(session, caller.actor, team_id, "invited@example.com", "viewer")
        return {"teams": team_id, "user_id": member.user_id, "invitations": made.id}


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
# What deletes comes last, so that the others find something.
@pytest.mark.parametrize("label", sorted(OPERATIONS, key=lambda label: label.startswith("DELETE")))
def test_nothing_that_is_sent_breaks_the_contract(label: str, mode: GenerationMode, world: World) -> None:
    @bounded
    @given(OPERATIONS[label].as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            aim(case, label, world)
        response = case.call(
            app=world.caller.http.app, headers={"Authorization": f"Bearer {world.caller.token}"}
        )
        case.validate_response(response, checks=CHECKS)

    send()


def aim(case: Any, label: str, world: World) -> None:
    """Let a good request be about something that there is; a made-up id would only ever be unknown."""
    if "slug" in case.path_parameters:
        case.path_parameters["slug"] = "tiny"
    if "id" in case.path_parameters:
        rooms = label.split("/")
        case.path_parameters["id"] = world.ids[rooms[4] if rooms[3] == "moderation" else rooms[3]]
    if "token" in case.path_parameters:
        case.path_parameters["token"] = world.token
    if "user_id" in case.path_parameters:
        case.path_parameters["user_id"] = world.ids["user_id"]
    # A made-up team would only ever be a wrong one.
    case.headers.pop("Ideasmith-Team", None)
    if isinstance(case.body, dict) and "template" in case.body:
        case.body["template"] = "tiny"


def test_every_operation_is_described(ada: Caller) -> None:
    document = ada.get("/openapi.json").json()
    ids = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            place = f"{method} {path}"
            ids.append(operation["operationId"])
            assert operation["summary"] and operation["description"] and operation["tags"], place
            assert all(parameter.get("description") for parameter in operation.get("parameters", [])), place
            errors = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            assert "500" in errors, place
            assert all("application/problem+json" in answer["content"] for answer in errors.values()), place
            body = (
                operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            )
            if body:
                whole = body if "$ref" in body else body["anyOf"][0]  # one that may be left out
                name = whole["$ref"].rsplit("/", 1)[1]
                assert document["components"]["schemas"][name]["example"], place
    assert len(ids) == len(set(ids))
    assert set(document["components"]["securitySchemes"]) == {"key", "session"}


def test_every_answer_has_an_example_that_is_true_to_its_form(ada: Caller) -> None:
    document = ada.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    whole = {"$defs": schemas}
    checked = 0
    for name, schema in schemas.items():
        if "example" in schema:
            local = json.loads(json.dumps({**schema, **whole}).replace("#/components/schemas/", "#/$defs/"))
            errors = list(Draft202012Validator(local).iter_errors(schema["example"]))
            assert errors == [], (name, errors)
            checked += 1
    assert checked >= 12


def test_only_the_gallery_what_is_published_the_public_keys_and_what_a_link_shows_are_public(
    ada: Caller,
) -> None:
    document = ada.get("/openapi.json").json()
    public = {
        path
        for path, methods in document["paths"].items()
        for method in methods
        if ada.http.request(method, path.replace("{", "").replace("}", "")).status_code != 401
    }
    # Whoever verifies needs the public half of the keys, and nothing else.
    open_to_all = ("/api/v1/templates", "/api/v1/shared/", "/api/v1/signing-keys", "/api/v1/receipt-days")
    parts = ("versions", "evidence", "template", "comments", "reviews", "why")
    published = {"/api/v1/idea-categories", "/api/v1/idea-templates", "/api/v1/idea-templates/{id}"}
    published |= {"/api/v1/ideas", "/api/v1/ideas/{id}"} | {f"/api/v1/ideas/{{id}}/{part}" for part in parts}
    published |= {f"/api/v1/{path}" for path in ("comments/{id}", "comments/{id}/answers", "reviews/{id}")}
    assert public - published == {path for path in document["paths"] if path.startswith(open_to_all)} - {
        "/api/v1/signing-keys/rotate"
    }
    assert published <= public
