"""Upgrades by API: looked at as often as one likes, decided, started once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.executions import UPGRADE_STEP_NAMES
from tests.app.api.conftest import Caller, problem_of
from tests.upgrading import PAGE, SCHEMA, Shop, versions_of

SECOND = PAGE.replace(" | e", "").replace("Version one", "Version two")


@pytest.fixture
def shop(ada: Caller, tmp_path: Path) -> Iterator[Shop]:
    """An application of the first version, with an edit of its owner."""
    with versions_of(tmp_path / "diaries", ada.actor) as made:
        made.released()
        made.push({"mine.txt": "mine\n"})
        yield made


def test_the_newest_version_has_nothing_to_upgrade(ada: Caller, shop: Shop) -> None:
    seen = ada.get(f"/deployments/{shop.deployment_id}/upgrade").json()
    assert (seen["up_to_date"], seen["changes"], seen["refusal"]) == (True, [], "")
    problem_of(ada.post(f"/deployments/{shop.deployment_id}/upgrade"), 409, "up_to_date")


def test_an_upgrade_is_looked_at_and_started_once(ada: Caller, shop: Shop) -> None:
    shop.version(
        "2.0.0", {"skeleton/page.html.jinja": SECOND, "CHANGELOG.md": "## 2.0.0\n\nNew.\n\n## 1.0.0\n"}
    )
    path = f"/deployments/{shop.deployment_id}/upgrade"
    before = shop.untouched()
    seen = ada.get(path).json()
    assert (seen["from_version"], seen["to_version"], seen["changelog"]) == (
        "1.0.0",
        "2.0.0",
        "## 2.0.0\n\nNew.",
    )
    assert [(one["path"], one["kind"]) for one in seen["changes"]] == [("page.html", "changed")]
    assert "+<p>Version two.</p>" in seen["changes"][0]["lines"] and seen["kept"] == ["mine.txt"]
    assert shop.untouched() == before, "looking changes nothing"
    answer = ada.post(path, json={"head": seen["head"]})
    assert answer.status_code == 202
    assert [step["name"] for step in answer.json()["steps"]] == list(UPGRADE_STEP_NAMES)
    problem_of(ada.post(path), 409, "release_under_way")
    problem_of(ada.post(f"/executions/{answer.json()['id']}/branch", json={}), 409, "is_upgrade")


def test_a_conflict_is_decided_for_the_commit_that_was_looked_at(ada: Caller, shop: Shop) -> None:
    page = shop.files()["page.html"].decode()
    shop.push({"page.html": page.replace("Version one", "My version")})
    shop.version("2.0.0", {"skeleton/page.html.jinja": SECOND})
    path = f"/deployments/{shop.deployment_id}/upgrade"
    seen = ada.get(path).json()
    assert [(one["path"], one["take"]) for one in seen["conflicts"]] == [("page.html", "")]
    assert "page.html" in seen["refusal"] and "page.html" not in seen["kept"]
    problem_of(ada.post(path), 409, "upgrade_conflict")
    decided = ada.get(path, params={"take": "ours:page.html"}).json()
    assert (decided["refusal"], decided["changes"], decided["kept"]) == ("", [], ["mine.txt", "page.html"])
    problem_of(ada.get(path, params={"take": "mine:page.html"}), 422, "unknown_side")
    problem_of(ada.get(path, params={"take": "ours:serve.py"}), 422, "no_such_conflict")
    shop.push({"later.txt": "pushed since\n"})
    body = {"take": {"page.html": "theirs"}, "head": seen["head"]}
    problem_of(ada.post(path, json=body), 409, "moved_on")
    assert ada.post(path, json={**body, "head": ada.get(path).json()["head"]}).status_code == 202


def test_options_are_given_other_values_on_the_way(ada: Caller, shop: Shop) -> None:
    mood = {"mood": {"type": "string", "title": "Mood", "enum": ["grey", "blue"], "default": "blue"}}
    more = json.dumps({**SCHEMA, "properties": {**SCHEMA["properties"], **mood}})
    shop.version("2.0.0", {"schema.json": more, "skeleton/page.html.jinja": SECOND})
    path = f"/deployments/{shop.deployment_id}/upgrade"
    assert ada.get(path).json()["new_options"] == {"mood": "blue"}
    seen = ada.get(path, params={"config": '{"tone": "loud"}'}).json()
    assert seen["changed_options"] == [{"name": "tone", "before": "calm", "after": "loud"}]
    assert [one["path"] for one in seen["changes"]] == ["page.html", "words.json"]
    refused = ada.get(path, params={"config": '{"tone": "shrill"}'}).json()
    assert [one["path"] for one in refused["refused_options"]] == ["/tone"] and refused["refusal"]
    for strange in ("[1]", "{"):
        problem_of(ada.get(path, params={"config": strange}), 422, "invalid_config")
    problem = problem_of(ada.post(path, json={"config": {"tone": "shrill"}}), 422, "invalid_config")
    assert [one["path"] for one in problem["errors"]] == ["/config/tone"]
    problem_of(ada.post(path, json={"to_version": "1.9.0"}), 409, "moved_on")
    started = ada.post(path, json={"config": {"tone": "loud", "mood": "grey"}, "to_version": "2.0.0"})
    assert started.json()["config"] == {"app_name": "Diary", "tone": "loud", "mood": "grey"}


def test_a_link_in_the_repository_is_named(ada: Caller, shop: Shop) -> None:
    shop.version("2.0.0", {"skeleton/page.html.jinja": SECOND})
    shop.push_link("etc", "/etc")
    problem = problem_of(ada.get(f"/deployments/{shop.deployment_id}/upgrade"), 409, "no_plain_file")
    assert "etc is a link" in problem["detail"]


def test_a_template_that_is_gone_has_no_newer_version(ada: Caller, shop: Shop) -> None:
    shop.withdraw()
    problem_of(ada.get(f"/deployments/{shop.deployment_id}/upgrade"), 409, "withdrawn")
