"""Templates by API: public, checked, estimated."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from models.db import transaction
from services import keys
from tests.app.api.conftest import Caller, problem_of


def test_a_visitor_may_read_the_gallery(http: TestClient) -> None:
    page = http.get("/api/v1/templates").json()
    assert [card["slug"] for card in page["items"]] == ["tiny"] and page["next_cursor"] is None
    detail = http.get("/api/v1/templates/tiny").json()
    assert (
        detail["schema"]["properties"]["days"]["maximum"] == 30
        and "Small on purpose" in detail["readme_html"]
    )


def test_the_schema_comes_as_a_schema(http: TestClient) -> None:
    answer = http.get("/api/v1/templates/tiny/schema")
    assert answer.headers["content-type"] == "application/schema+json"
    assert list(answer.json()["properties"]) == ["app_name", "brand_color", "days", "public", "areas"]


def test_a_key_without_the_scope_may_not_even_read_what_is_public(caller: Callable[..., Caller]) -> None:
    problem_of(caller(scopes=["executions:read"]).get("/templates"), 403, "missing_scope")


def test_an_unknown_template_is_not_found(http: TestClient) -> None:
    problem_of(http.get("/api/v1/templates/none"), 404, "no_such_template")
    problem_of(http.get("/api/v1/templates/a%00b"), 404, "no_such_template")


def test_options_are_checked_without_starting_anything(http: TestClient) -> None:
    good = http.post("/api/v1/templates/tiny/validate", json={"config": {"days": 3}}).json()
    assert good["valid"] and good["config"]["app_name"] == "Tiny" and good["errors"] == []
    bad = http.post("/api/v1/templates/tiny/validate", json={"config": {"days": 99, "x": 1}}).json()
    assert not bad["valid"] and bad["config"] is None
    assert [error["path"] for error in bad["errors"]] == ["/x", "/days"]


def test_an_estimate_without_samples_makes_no_number_up(http: TestClient) -> None:
    guess = http.post("/api/v1/templates/tiny/estimate", json={}).json()
    assert guess == {"steps": 8, "seconds_low": None, "seconds_high": None, "samples": 0, "cost_cents": 0}


def test_an_estimate_refuses_bad_options_with_their_place_in_the_body(http: TestClient) -> None:
    body = {"config": {"brand_color": "red"}}
    found = problem_of(http.post("/api/v1/templates/tiny/estimate", json=body), 422, "invalid_config")
    assert [error["path"] for error in found["errors"]] == ["/config/brand_color"]


def test_a_revoked_key_is_refused_even_where_nobody_needs_one(ada: Caller) -> None:
    key_id = ada.get("/keys").json()["items"][0]["id"]
    with transaction() as session:
        keys.revoke_key(session, ada.actor, key_id)
    problem_of(ada.get("/templates"), 401, "bad_key")
