"""People who own an application of a template that moves on: they push with git, redeploy, and upgrade.

All of them take one version after the other together, so that no run is in the air when the template moves.
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos.campaign_database import database_of
from tests.chaos.moving import SLUG, kind_of, write_moving
from tests.chaos.standing import standing_of
from tests.chaos.world import World
from tests.product import ROOT

if TYPE_CHECKING:
    from tests.chaos.load import Load

# What answers a wish for good: nothing newer is there, or what it was for is gone.
FOR_GOOD = frozenset({"up_to_date", "upgrade_conflict", "no_release_yet", "deployment_deleted"})
SYNC = """
from models.db import transaction
from services import catalog
with transaction() as session:
    catalog.sync(session)
"""
PUSH_S = 120.0
GIT = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
AUTHOR = ("-c", "user.name=Owner", "-c", "user.email=owner@example.com")


class Upgraders:
    """Some people, and the version that their template has by now."""

    def __init__(self, load: "Load", people: int) -> None:
        self.load, self.world, self.number = load, load.world, 1
        self.database = database_of(load.world)
        self.together = threading.Barrier(max(people, 1), self.move_on)
        self.threads = [
            threading.Thread(target=self.work, args=(f"m{one}",), daemon=True) for one in range(people)
        ]

    def work(self, name: str) -> None:
        """Launch an application, then take each version of its template, and release edits of one's own."""
        try:
            deployment_id = self.launched(name)
            while deployment_id and not self.load.stopping.is_set():
                self.take(name, deployment_id)
                self.together.wait()
        except threading.BrokenBarrierError:
            pass
        finally:
            self.together.abort()

    def launched(self, name: str) -> str:
        """Launch the first version, give it a secret, and return the deployment."""
        body = {"template": SLUG, "config": {"app_name": name, "slug": name}}
        made = self.load.ask("POST", "/api/v1/executions", f"launch-{name}", body)
        if made is None:
            return ""
        self.world.write("launches", id=made["id"], name=name)
        seen = self.load.end_of(made["id"])
        if seen is None or seen["state"] != "succeeded":
            return ""
        deployment_id = str(seen["deployment_id"])
        secret = {"kind": "secret", "value": "a secret of the owner's"}
        self.load.ask("PUT", f"/api/v1/deployments/{deployment_id}/variables/TOKEN", "", secret)
        return deployment_id

    def take(self, name: str, deployment_id: str) -> None:
        """Take the present version, then release edits of one's own upon it: all refused, where it is a bad one."""
        for turn, way in enumerate(("upgrade", "redeploy", "redeploy")):
            if self.load.stopping.is_set():
                return
            wish = f"{way}-{name}-{self.number}-{turn}"
            if way == "redeploy" and not push(self.world, name, wish):
                continue  # without an edit it would be rendered anew, which is no upgrade
            self.release(way, wish, deployment_id)

    def release(self, way: str, wish: str, deployment_id: str) -> None:
        """Upgrade or redeploy, and write down where the deployment stood before, and after what came to nothing."""
        before = standing_of(self.database, self.world.data, deployment_id)
        path = f"/api/v1/deployments/{deployment_id}/{way}"
        made = self.load.ask("POST", path, wish, for_good=FOR_GOOD)
        if made is None:
            return
        self.world.write("launches", id=made["id"], name=wish)
        seen = self.load.end_of(made["id"])
        if seen is None:
            return
        line = {"id": made["id"], "way": way, "kind": kind_of(self.number), "state": seen["state"]}
        if seen["state"] != "succeeded":
            line |= {"before": before, "after": standing_of(self.database, self.world.data, deployment_id)}
        self.world.write("standings", number=self.number, **line)

    def move_on(self) -> None:
        """Let the template have its next version, while nobody is on the way to one."""
        if self.load.stopping.is_set():
            return
        self.number += 1
        write_moving(self.world.folder / "templates", self.number)
        environment = {**self.world.environment, "DATABASE_URL": self.database}
        while not self.load.stopping.is_set():
            done = subprocess.run(
                [sys.executable, "-c", SYNC], cwd=ROOT, env=environment, capture_output=True
            )
            if done.returncode == 0:
                return
            time.sleep(0.5)


def push(world: World, name: str, wish: str) -> bool:
    """Push an edit by the way that an owner has, again and again until it is there: always the same commit."""
    clone, until = world.folder / "clones" / name, time.monotonic() + PUSH_S
    edited = False
    while time.monotonic() < until:
        try:
            if not edited:
                fresh_clone(world, clone, name)
                words = clone / "words.txt"
                words.write_text(f"{words.read_text()}pushed for {wish}\n")
                git(clone, *AUTHOR, "commit", "-q", "-a", "-m", f"For {wish}")
                edited = True
            git(clone, "push", "-q", "origin", "HEAD:main")
            return True
        except (subprocess.SubprocessError, OSError):
            time.sleep(0.5)
    return False


def fresh_clone(world: World, clone: Path, name: str) -> None:
    """Clone the repository of an application with the key of this machine."""
    shutil.rmtree(clone, ignore_errors=True)
    clone.parent.mkdir(parents=True, exist_ok=True)
    key = (world.data / "local-key").read_text().strip()
    url = f"{world.product.url.replace('//', f'//x:{key}@')}/git/{name}.git"
    git(clone.parent, "clone", "-q", url, str(clone))


def git(folder: Path, *words: str) -> None:
    """Run git as an owner's machine does."""
    subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **GIT}, check=True, timeout=20, capture_output=True
    )
