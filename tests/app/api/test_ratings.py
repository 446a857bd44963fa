"""Ratings, by HTTP."""

from collections.abc import Callable

import pytest

from tests.app.api.conftest import Caller, deployed, problem_of


def test_a_rating_is_given_changed_and_read(ada: Caller) -> None:
    path = f"/deployments/{deployed(ada)}/rating"
    before = ada.get(path).json()
    assert (before["stars"], before["may_rate"], before["skipped"]) == (None, True, False)
    assert ada.call("PUT", path, json={"stars": 4, "words": "Good"}).json()["stars"] == 4
    assert ada.call("PUT", path, json={"stars": 5}).status_code == 200
    assert (ada.get(path).json()["stars"], ada.get(path).json()["words"]) == (5, "")


def test_a_skipped_question_is_skipped_for_good(ada: Caller) -> None:
    path = f"/deployments/{deployed(ada)}/rating"
    assert ada.call("PUT", path, json={"stars": None}).json()["skipped"] is True


@pytest.mark.parametrize(
    ("body", "path"),
    [({"stars": 6}, "/stars"), ({"stars": 0}, "/stars"), ({"stars": 3, "words": "x" * 281}, "/words")],
)
def test_what_cannot_be_stored_is_refused_by_field(ada: Caller, body: dict[str, object], path: str) -> None:
    answer = ada.call("PUT", f"/deployments/{deployed(ada)}/rating", json=body)
    found = problem_of(answer, 422, "invalid_rating")
    assert [error["path"] for error in found["errors"]] == [path]


def test_another_team_finds_nothing_to_rate(ada: Caller, caller: Callable[..., Caller]) -> None:
    path = f"/deployments/{deployed(ada)}/rating"
    eve = caller("eve@example.com")
    problem_of(eve.get(path), 404, "not_found")
    problem_of(eve.call("PUT", path, json={"stars": 1}), 404, "not_found")


def test_the_gallery_shows_an_average_from_three_ratings_on(ada: Caller) -> None:
    for number, stars in enumerate((5, 5, 4)):
        card = ada.get("/templates/tiny").json()
        assert (card["rating"], card["ratings"]) == (None, 0)
        path = f"/deployments/{deployed(ada, 'shop' + 'x' * number)}/rating"
        ada.call("PUT", path, json={"stars": stars})
    card = ada.get("/templates").json()["items"][0]
    assert (card["rating"], card["ratings"]) == (4.7, 3)
