"""What runs, and how each part is started."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from models.settings import Settings
from workers.embedded.servers import Server
from workers.frontend import ROOT
from workers.processes import child_setup


@dataclass(frozen=True)
class Part:
    """One process of the tree that is started again when it ends."""

    name: str
    command: tuple[str, ...]
    stop_signal: int = signal.SIGTERM
    aloud: bool = False  # what it says is for the person who started us, and kept in no log

    def start(self, environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
        """Start it: it ends with us, and writes to its log unless it is one that speaks."""
        with log.open("ab") as output:
            return subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=dict(environment),
                preexec_fn=child_setup(),
                stdin=subprocess.DEVNULL,
                stdout=None if self.aloud else output,
                stderr=None if self.aloud else subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C at the terminal is for the supervisor, which stops things in order
            )


@dataclass(frozen=True)
class ServerPart:
    """A database server, which knows itself how it is started."""

    server: Server
    name: str = field(init=False)
    stop_signal: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.server.name)
        object.__setattr__(self, "stop_signal", self.server.stop_signal)

    def start(self, environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
        """Start it on its data, as often as needed."""
        self.server.prepare()
        return self.server.start(log)


def python(*arguments: str) -> tuple[str, ...]:
    """Return a command for the interpreter that runs this."""
    return (sys.executable, *arguments)


def front_parts() -> list[Part]:
    """Return what has to answer before we are ready."""
    return [
        Part("web", python("-c", "from app.web import serve; serve()")),
        Part("door", python("-m", "workers.child", "door")),
    ]


def back_parts(config: Settings, *, reload: bool) -> list[Part]:
    """Return what works behind: it needs the database prepared, and nobody waits for it at the start."""
    builders = [
        Part(f"worker-build-{number}", python("-m", "workers.child", "worker", "build"))
        for number in range(1, config.build_workers + 1)
    ]
    return [
        Part("apps", python("-m", "workers.child", "apps")),
        *builders,
        Part("worker-short", python("-m", "workers.child", "worker", "short")),
        Part("clock", python("-m", "workers.child", "clock")),
        *([Part("reload", python("-m", "workers.child", "reload"), aloud=True)] if reload else []),
    ]


def environment_for(
    config: Settings, servers: Mapping[str, str], bundle: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment of every part: ours, with what was decided at the start."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH") or os.defpath])
    return {
        **os.environ,
        "PATH": path,
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        # Some images forbid it, and then every part compiles all of our sources at every start.
        "PYTHONDONTWRITEBYTECODE": "",
        "IDEASMITH_DATA": str(config.data),
        "IDEASMITH_RUN_DIR": str(config.run_dir),
        "IDEASMITH_OPERATOR_TOKEN": config.operator_token,
        "PORT": str(config.port),
        "APPS_PORT": str(config.apps_port),
        **servers,
        **bundle,
    }
