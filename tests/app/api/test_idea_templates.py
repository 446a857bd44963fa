"""Templates made of ideas over the API."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests import market
from tests.app.api.conftest import Caller, problem_of
from tests.note import tiny_catalogue

People = Callable[..., Caller]


@pytest.fixture(autouse=True)
def templates(ada: Caller, tmp_path: Path) -> object:
    """A catalogue that holds the template `note` alone."""
    with tiny_catalogue(tmp_path / "templates"):
        yield


def test_an_idea_becomes_a_template_is_launched_by_another_and_taken_back(
    http: TestClient, ada: Caller, caller: People
) -> None:
    bob = caller("bob@example.com")
    idea = ada.post("/ideas", json=market.fields()).json()["id"]
    problem_of(http.get(f"/api/v1/ideas/{idea}/template"), 404, "no_idea_template")
    body = {"template": "note", "config": {"tone": "loud"}, "title": "Menu kit"}
    made = ada.call("PUT", f"/ideas/{idea}/template", json=body).json()
    assert (made["title"], made["config"], made["mine"]) == ("Menu kit", {"tone": "loud"}, True)
    [listed] = http.get("/api/v1/idea-templates?template=note").json()["items"]
    assert listed == made | {"mine": False} == http.get(f"/api/v1/idea-templates/{made['id']}").json()
    launch = {"template": "note", "config": made["config"], "idea_template_id": made["id"]}
    assert bob.post("/executions", json=launch).status_code == 202
    assert ada.delete(f"/ideas/{idea}/template").status_code == 204
    problem_of(bob.post("/executions", json=launch), 404, "no_idea_template")
    assert http.get("/api/v1/idea-templates").json()["items"] == []


def test_bad_options_and_texts_are_named_from_the_root_of_the_body(ada: Caller) -> None:
    idea = ada.post("/ideas", json=market.fields()).json()["id"]
    path = f"/ideas/{idea}/template"
    wrong = problem_of(
        ada.call("PUT", path, json={"template": "note", "config": {"tone": "shrill"}}), 422, "invalid_config"
    )
    assert [one["path"] for one in wrong["errors"]] == ["/config/tone"]
    long = problem_of(
        ada.call("PUT", path, json={"template": "note", "title": "x" * 81}), 422, "invalid_idea_template"
    )
    assert [one["path"] for one in long["errors"]] == ["/title"]
    problem_of(ada.call("PUT", path, json={"template": "none"}), 404, "no_such_template")
    ada.post(f"/ideas/{idea}/unpublish")
    problem_of(ada.call("PUT", path, json={"template": "note"}), 409, "idea_not_published")
