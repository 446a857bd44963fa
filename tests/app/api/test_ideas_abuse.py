"""Whatever is sent to the marketplace's routes is answered in its own words, and nothing of others is touched."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import market
from tests.app.api.conftest import Caller, problem_of

few = settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
TEXTS = st.text(st.characters(codec=None), max_size=200) | st.sampled_from(
    ["\x00", "\ud800", "‮evil", "𝕏" * 100, "x" * 100_000, "<script>", "{{7*7}}", "' OR 1=1 --", "a\u0301" * 50]
)
NUMBERS = st.floats(-1e6, 1e6) | st.sampled_from([float("nan"), float("inf"), -float("inf")])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [*market.fields(), "numbers", "specification", "template_settings", "note", "unknown"]
)
OF_OTHER_KINDS = ("user_01k0v4kx1m3n5p7q9r2s4t6v8w", "idea_", "idea_zz", "%00", "..%2f..", "ideaé", "x" * 300)
ROUTES = (
    ("GET", "/ideas/{}"), ("GET", "/ideas/{}/paid"), ("GET", "/ideas/{}/versions"), ("PATCH", "/ideas/{}"),
    ("POST", "/ideas/{}/unpublish"), ("POST", "/ideas/{}/publish"), ("POST", "/ideas/{}/draft"),
    ("PUT", "/ideas/{}/vote"), ("DELETE", "/ideas/{}/vote"), ("GET", "/idea-drafts/{}"),
    ("PUT", "/idea-drafts/{}"), ("DELETE", "/idea-drafts/{}"), ("POST", "/idea-drafts/{}/publish"),
)  # fmt: skip


def body_for(method: str, path: str) -> dict[str, Any]:
    """What a route wants to be sent."""
    return {"json": {"fields": {}} if "drafts" in path else {}} if method in ("PATCH", "PUT") else {}


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_an_id_of_another_kind_is_one_that_there_is_not(method: str, path: str, ada: Caller) -> None:
    for wrong in OF_OTHER_KINDS:
        answer = ada.call(method, path.format(wrong), **body_for(method, path))
        assert answer.status_code in (404, 422), (wrong, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"


def test_whatever_fields_hold_is_refused_by_name_or_stored_as_it_is(ada: Caller) -> None:
    @few
    @given(st.dictionaries(NAMES, VALUES, max_size=5))
    def send(changed: dict[str, Any]) -> None:
        body = as_json(market.fields() | changed)
        answer = ada.http.post(
            "/api/v1/ideas",
            content=body,
            headers={"Authorization": f"Bearer {ada.token}", "Content-Type": "application/json"},
        )
        assert answer.status_code in (201, 400, 422), answer.text
        if answer.status_code == 422:
            assert answer.json()["errors"]
        else:
            assert answer.status_code == 400 or ada.get(f"/ideas/{answer.json()['id']}").status_code == 200

    send()


def as_json(body: dict[str, Any]) -> bytes:
    """JSON as Python writes it: with NaN and halves of characters, as no good client would."""
    return json.dumps(body).encode()


def test_whatever_a_draft_holds_comes_back_as_it_was_or_is_refused(ada: Caller) -> None:
    @few
    @given(st.dictionaries(NAMES, VALUES, max_size=4))
    def send(fields: dict[str, Any]) -> None:
        answer = ada.http.post(
            "/api/v1/idea-drafts",
            content=as_json({"fields": fields}),
            headers={"Authorization": f"Bearer {ada.token}", "Content-Type": "application/json"},
        )
        assert answer.status_code in (201, 400, 422), answer.text
        if answer.status_code == 201:
            path = f"/idea-drafts/{answer.json()['id']}"
            assert ada.get(path).json()["fields"] == fields
            assert ada.delete(path).status_code == 204

    send()


def test_too_many_drafts_are_refused_with_what_to_do(ada: Caller) -> None:
    for _ in range(50):
        assert ada.post("/idea-drafts", json={"fields": {}}).status_code == 201
    refused = problem_of(ada.post("/idea-drafts", json={"fields": {}}), 429, "too_many_drafts")
    assert "Discard one first" in refused["detail"]


def test_a_body_that_is_too_large_is_refused(ada: Caller) -> None:
    problem_of(ada.post("/ideas", json={"solution": "x" * 1_100_000}), 413, "body_too_large")
    problem = problem_of(
        ada.post("/ideas", json=market.fields(specification="x" * 60_001)), 422, "invalid_idea"
    )
    assert [one["path"] for one in problem["errors"]] == ["/specification"]
