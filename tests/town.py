"""The keeper of apps and the door as processes, and one owner whose apps they keep."""

import json
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.accounts import User
from models.db import transaction
from models.deployments import Release
from models.settings import Settings
from services import deployments
from services.accounts import Actor
from services.deployments import DeploymentView
from tests.parts import DoorProcess, eventually, start_part
from tests.tiny_app import add_execution, write_app
from workers.processes import descendants, is_alive

KEEPER = "workers.apps:main"


class Keeper:
    """The keeper's process: one for all tests of a file, unless a test ends it."""

    def __init__(self, config: Settings, call: str = KEEPER) -> None:
        self.config, self.call = config, call
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **more: str) -> None:
        urls = {"DATABASE_URL": self.config.database_url, "REDIS_URL": self.config.redis_url}
        self.process = start_part(self.call, {"IDEASMITH_DATA": str(self.config.data), **urls, **more})

    def ensure(self) -> None:
        if self.process is None or self.process.poll() is not None:
            self.start()

    def stop(self, number: int = signal.SIGTERM) -> float:
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(10)
        return time.monotonic() - begun

    def boxes(self) -> set[int]:
        """The processes that run below it in boxes."""
        assert self.process is not None
        pids = [pid for pid in descendants(self.process.pid) if is_alive(pid)]
        return {pid for pid in pids if b"serve.py" in Path(f"/proc/{pid}/cmdline").read_bytes()}


@dataclass
class Town:
    """One owner, with the keeper and the door that serve them."""

    config: Settings
    keeper: Keeper
    door: DoorProcess
    tmp: Path
    user: User
    actor: Actor

    def release(
        self, word: str = "one", deployment_id: str | None = None, wish: str = "shop", **app: object
    ) -> Release:
        folder = write_app(self.tmp / f"{wish}-{word}", word, **app)  # type: ignore[arg-type]
        with transaction() as session:
            execution = add_execution(session, self.user, self.actor)
            return deployments.create_release(
                session,
                execution=execution,
                folder=folder,
                commit="",
                deployment_id=deployment_id,
                slug_wish=wish,
            )

    def live(self, word: str = "one", deployment_id: str | None = None, wish: str = "shop") -> Release:
        made = self.release(word, deployment_id, wish)
        eventually(lambda: self.outcome(made).state != "waiting", within_s=30)
        assert self.outcome(made).state == "live", self.outcome(made)
        return made

    def outcome(self, made: Release) -> deployments.Outcome:
        with transaction() as session:
            return deployments.release_outcome(session, made.id)

    def view(self, made: Release) -> DeploymentView:
        with transaction() as session:
            return deployments.get_deployment(session, self.actor, made.deployment_id)

    def do(self, wish: Callable[..., Any], made: Release, *more: Any) -> Any:
        with transaction() as session:
            return wish(session, self.actor, made.deployment_id, *more)

    def note(self, slug: str = "shop") -> dict[str, Any]:
        """Have the app write its word down, and see that it did."""
        said = self.says("/note", slug)
        assert "notes" in said, said
        return said

    def says(self, path: str = "/", slug: str = "shop") -> dict[str, Any]:
        status, _, body = self.door.get(f"{slug}.localhost", path)
        return dict(json.loads(body)) if status == 200 else {"status": status}
