"""The main walk by API: a program with a key launches, follows, fetches the code, redeploys and deletes."""

import io
import json
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.product import Product

ACCOUNT = {"email": "program@example.com", "password": "a long enough password"}
SCOPES = ["executions:read", "executions:write", "deployments:read", "deployments:write"]
BODY = {"template": "landing", "config": {"app_name": "Long Tide", "slug": "long-tide"}}
# A first launch on a machine builds the template's environment on its way.
BUILT_S = 150
FEW = 4


@pytest.fixture
def key(server: Product, request: pytest.FixtureRequest) -> Iterator[str]:
    """The key of a new account, the module's own, made by the API as a signed-in browser may."""
    account = {"name": "Ada", **request.module.ACCOUNT}
    with httpx.Client(base_url=server.url, headers={"Origin": server.url}) as browser:
        assert browser.post("/auth/sign-up", data=account).status_code == 303
        made = browser.post("/api/v1/keys", json={"name": "Program", "scopes": SCOPES})
        assert made.status_code == 201, made.text
        yield made.json()["token"]
        assert browser.delete(f"/api/v1/keys/{made.json()['id']}").status_code == 204


@pytest.fixture
def api(server: Product, key: str) -> Iterator[httpx.Client]:
    """The API, for the owner of the key."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{server.url}/api/v1", headers=headers, timeout=BUILT_S) as client:
        yield client


def test_a_program_launches_follows_clones_redeploys_and_deletes(
    server: Product, api: httpx.Client, key: str, tmp_path: Path
) -> None:
    execution = launch_twice_to_be_sure(api)
    follow_with_a_break(api, execution)
    made = api.get(f"/executions/{execution}").json()
    assert (made["state"], {step["state"] for step in made["steps"]}) == ("succeeded", {"succeeded"})
    assert "Long Tide" in visit(server, made["url"]).text
    tests = api.get(f"/executions/{execution}/tests").json()["items"]
    told = next(step["data"] for step in made["steps"] if step["name"] == "test")
    assert len([one for one in tests if one["outcome"] == "passed"]) == told["passed"]
    assert 0 < sum(one["ms"] for one in tests) <= 1_000 * told["seconds"] and "tests" not in told

    deployment = f"/deployments/{made['deployment_id']}"
    running = api.get(deployment).json()
    assert (running["state"], running["release_number"]) == ("running", 1)
    commit = next(step["data"]["commit"] for step in made["steps"] if step["name"] == "package")
    compare_clone_and_zip(api, execution, clone(running["clone_url"], key, tmp_path / "first"), commit)

    again = api.post(f"{deployment}/redeploy").json()["id"]
    assert list(follow(api, again))[-1]["event"] == "end"
    serving = api.get(deployment).json()
    assert [release["number"] for release in serving["releases"] if release["current"]] == [2]
    assert git(clone(serving["clone_url"], key, tmp_path / "second"), "rev-list", "--count", "HEAD") == "2"

    assert api.delete(deployment).status_code == 204
    wait_until_gone(api, deployment)
    assert visit(server, made["url"]).status_code == 404


def launch_twice_to_be_sure(api: httpx.Client) -> str:
    """Launch, repeat the request as after a lost answer, and return the one execution that this started."""
    answers = [api.post("/executions", json=BODY, headers={"Idempotency-Key": "long-tide"}) for _ in "ab"]
    assert [answer.status_code for answer in answers] == [202, 202], answers[0].text
    first, second = (answer.json()["id"] for answer in answers)
    assert first == second
    launched = api.get("/executions", params={"limit": 100}).json()["items"]
    assert [one["id"] for one in launched if one["name"] == BODY["config"]["app_name"]] == [first]
    return str(first)


def follow_with_a_break(api: httpx.Client, execution: str) -> None:
    """Hear everything once and in order, over two connections."""
    begun = follow(api, execution)
    heard = [next(begun) for _ in range(FEW)]
    begun.close()
    heard += follow(api, execution, after=heard[-1]["id"])
    *events, end = heard
    assert end["event"] == "end"
    assert {event["event"] for event in events} == {"message"}
    assert [event["data"]["seq"] for event in events] == list(range(1, len(events) + 1))
    assert (events[0]["data"]["kind"], events[-1]["data"]["kind"]) == (
        "execution.started",
        "execution.succeeded",
    )
    assert any(event["data"]["kind"] == "log.line" for event in events)


def follow(api: httpx.Client, execution: str, after: str = "") -> Iterator[dict[str, Any]]:
    """Yield server-sent events until the server closes the stream."""
    headers = {"Accept": "text/event-stream", **({"Last-Event-ID": after} if after else {})}
    with api.stream("GET", f"/executions/{execution}/events", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        event: dict[str, Any] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if name == "data":
                event["data"] = json.loads(value)
            elif name in ("id", "event"):
                event[name] = value
            elif not line and event:
                yield event
                event = {}


def compare_clone_and_zip(api: httpx.Client, execution: str, folder: Path, commit: str) -> None:
    """Check that both ways to the code lead to the same files: those of the commit that was announced."""
    assert git(folder, "rev-parse", "HEAD").startswith(commit)
    answer = api.get(f"/executions/{execution}/source.zip")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    names = git(folder, "ls-files").splitlines()
    top = next(iter(files)).partition("/")[0] + "/" if "README.md" not in files else ""
    assert {name.removeprefix(top) for name in files} == set(names)
    assert files[f"{top}README.md"] == (folder / "README.md").read_bytes()


def clone(address: str, key: str, folder: Path) -> Path:
    """Clone as the deployment's page says, with the key as the password."""
    with_key = address.replace("://", f"://key:{key}@")
    subprocess.run(["git", "clone", "--quiet", with_key, str(folder)], check=True, timeout=60)
    return folder


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words], check=True, capture_output=True, text=True, timeout=60
    )
    return done.stdout.strip()


def wait_until_gone(api: httpx.Client, deployment: str) -> None:
    """Ask for what is being deleted until there is nothing to ask for."""
    deadline = time.monotonic() + 15
    while (left := api.get(deployment)).status_code != 404:
        assert left.json()["state"] == "deleting", left.text
        assert time.monotonic() < deadline, "it was not deleted in time"
        time.sleep(0.05)


def visit(server: Product, url: str) -> httpx.Response:
    """Ask the door for an application by the name in its address, which is no name for the resolver."""
    return httpx.get(f"http://127.0.0.1:{server.apps_port}/", headers={"Host": urlsplit(url).netloc})
