"""A backup of the running product, brought back into another data folder: an account, an execution, a live app."""

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from tests.journeys.test_launch_by_api import api, follow, key, visit
from tests.parts import eventually
from tests.product import Product, running_product

__all__ = ["api", "key"]
ACCOUNT = {"email": "keeper@example.com", "password": "a long enough password"}


def command(data: Path, *words: str) -> str:
    """Run `ideasmith` on a data folder, and return what it told the person."""
    left_out = ("DATABASE_URL", "REDIS_URL", "IDEASMITH_RUN_DIR")
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *words], env={**environment, "IDEASMITH_DATA": str(data)},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stderr


def entries(data: Path, deployment_id: str) -> list[Any]:
    """Return who waits on the list of a launched landing page."""
    with sqlite3.connect(data / "apps" / deployment_id / "data" / "waitlist.sqlite3") as database:
        return database.execute("SELECT email, token FROM entries WHERE state != 'example'").fetchall()


def join(server: Product, url: str, email: str) -> None:
    """Take a place on the list of a launched landing page, as a browser does."""
    with httpx.Client(base_url=f"http://127.0.0.1:{server.apps_port}") as browser:
        host = {"Host": httpx.URL(url).netloc.decode()}
        page = browser.get("/", headers=host)
        secret = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert secret is not None
        # The cookie is for the name, which is dialled by number here.
        cookie = page.headers["set-cookie"].partition(";")[0]
        form = {"csrf": secret[1], "email": email}
        answer = browser.post("/join", data=form, headers={**host, "Cookie": cookie})
        assert answer.status_code in (302, 303), answer.text


def test_everything_is_there_again_in_another_folder(
    server: Product, api: httpx.Client, tmp_path: Path
) -> None:
    config = {"app_name": "Quiet Harbour", "slug": "quiet-harbour"}
    execution = api.post("/executions", json={"template": "landing", "config": config}).json()["id"]
    assert list(follow(api, execution))[-1]["event"] == "end"
    made = api.get(f"/executions/{execution}").json()
    assert made["state"] == "succeeded"
    join(server, made["url"], "grace@example.org")
    [(_, token)] = entries(server.data, made["deployment_id"])

    told = command(server.data, "backup", "--to", str(tmp_path / "backup.tar.gz"))
    assert "Keep it where nobody else reads" in told
    other = tmp_path / "other"
    assert "Start it with" in command(other, "restore", str(tmp_path / "backup.tar.gz"))

    with running_product(other) as product:
        with httpx.Client(base_url=product.url, headers={"Origin": product.url}) as browser:
            assert browser.post("/auth/sign-in", data=ACCOUNT).headers["location"] == "/templates"
            found = browser.get(f"/api/v1/executions/{execution}").json()
            assert (found["state"], found["name"]) == ("succeeded", "Quiet Harbour")
            archive = browser.get(f"/api/v1/deployments/{made['deployment_id']}/source.zip")
            assert archive.status_code == 200
        eventually(lambda: visit(product, made["url"]).status_code == 200)
        assert "Quiet Harbour" in visit(product, made["url"]).text
        assert entries(other, made["deployment_id"]) == [("grace@example.org", token)]
    api.delete(f"/deployments/{made['deployment_id']}")
