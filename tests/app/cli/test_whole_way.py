"""The whole way by command line: from a template to a running application and back to nothing."""

import json
import os
import subprocess
import sys
import time
from typing import Any

import httpx
import pytest

from tests.product import Product

STEPS = ["validate", "render", "install", "test", "scan", "package", "deploy", "verify"]


@pytest.fixture
def command(server: Product) -> Any:
    """Run `ideasmith` as a process of its own on the server's machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("IDEASMITH_")}
    environment = {**kept, "IDEASMITH_DATA": str(server.data)}

    def run(*words: str, code: int = 0) -> tuple[Any, str]:
        typed = [sys.executable, "-m", "app.cli", *words, "--json"]
        done = subprocess.run(typed, capture_output=True, text=True, env=environment, timeout=170)
        assert done.returncode == code, done.stderr + done.stdout
        return json.loads(done.stdout), done.stderr

    return run


def visit(server: Product, url: str) -> httpx.Response:
    """Ask the door for an application. Its name is no name for the resolver, so the address is dialled by number."""
    return httpx.get(
        f"http://127.0.0.1:{server.apps_port}/", headers={"Host": httpx.URL(url).netloc.decode()}
    )


def test_a_template_is_launched_visited_redeployed_and_deleted(server: Product, command: Any) -> None:
    made, said = command(
        "launch", "landing", "--set", "app_name=Cold Harbour", "--set", "slug=cold-harbour", "--wait"
    )
    assert (made["state"], made["cost_usd"], [step["name"] for step in made["steps"]]) == (
        "succeeded",
        0.0,
        STEPS,
    )
    assert all(step["state"] == "succeeded" and step["duration_s"] >= 0 for step in made["steps"])
    assert said.count("✓") == len(STEPS)
    page = visit(server, made["url"])
    assert page.status_code == 200 and "Cold Harbour" in page.text

    assert_verified(command, made["id"])
    assert command("executions", "rerun", made["id"])[0]["identical"]

    shown, _ = command("executions", "show", made["id"])
    name = httpx.URL(made["url"]).host.split(".")[0]
    deployment, _ = command("deployments", "show", name)
    assert (deployment["id"], deployment["state"]) == (shown["deployment_id"], "running")

    again, _ = command("deployments", "redeploy", name, "--wait")
    assert (again["state"], again["url"]) == ("succeeded", made["url"])
    assert visit(server, made["url"]).status_code == 200
    for execution in (again, made):
        assert_verified(command, execution["id"])

    command("deployments", "delete", name, "--yes")
    assert name not in [left["slug"] for left in remaining(command)]


def assert_verified(command: Any, execution_id: str) -> None:
    """Everything about an execution is what was signed, and all of it was looked at."""
    found, _ = command("executions", "verify", execution_id)
    assert found["verified"] and {check["outcome"] for check in found["checks"]} == {"ok"}, found


def remaining(command: Any, within_s: float = 10.0) -> list[Any]:
    """Return the deployments that are left when nothing is on its way out any more."""
    deadline = time.monotonic() + within_s
    while True:
        left = command("deployments", "list")[0]["items"]
        if not any(one["state"] == "deleting" for one in left) or time.monotonic() > deadline:
            return list(left)


def test_bad_options_are_refused_before_anything_starts(command: Any) -> None:
    refused, said = command("launch", "landing", "--set", "brand_color=red", code=2)
    assert [error["path"] for error in refused["errors"]] == ["/config/brand_color"]
    assert "/brand_color: Brand colour must be a colour" in said
