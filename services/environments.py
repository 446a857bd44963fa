"""Template environments: one for each lock, built once, compiled, and shown read-only to every box that needs it.

Two launches that need the same environment at once build it once: the second waits at a file lock. A marker
written last tells a whole environment from one whose build was ended half-way.
"""

import contextlib
import fcntl
import hashlib
import os
import platform
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.errors import IdeasmithError, Unavailable
from models.settings import settings
from services.locks import problem_in
from services.registries import uv_environment
from services.sandbox.base import Bind, ignore, never
from services.sandbox.output import Lines

# The same place in every box, so that nothing in one depends on where the data folder lies.
TARGET = "/env"
MARKER = ".whole"
LOOK_EVERY_S = 0.1
INSTALL_S = 600


@dataclass(frozen=True, slots=True)
class Environment:
    """An interpreter with the packages of a lock: `python` is its path INSIDE a box, `binds` make it exist there."""

    python: str
    binds: tuple[Bind, ...]
    key: str
    built: bool  # now, rather than found


class EnvironmentFailed(Unavailable):
    """The packages of a template could not be installed. The log has what the installer said."""

    default_code = "environment_failed"


class EnvironmentCancelled(IdeasmithError):
    """Building was cancelled; nothing half-built is left in use."""

    status = 409
    default_code = "cancelled"


def ensure(
    lock: Path, *, on_line: Callable[[str], None] = ignore, cancelled: Callable[[], bool] = never
) -> Environment:
    """Return the environment of a hash-pinned lock, building it unless it exists.

    Raises:
        EnvironmentFailed: it says more than a lock may, or neither uv nor pip could install it.
        EnvironmentCancelled: `cancelled` said so; everything started is dead then.
    """
    content = lock.read_bytes()
    if problem := problem_in(content.decode("utf-8", "replace")):
        raise EnvironmentFailed(f"The template's packages are not installed. {problem}", "lock_refused")
    key = environment_key(content)
    folder = environments_folder() / key
    if is_whole(folder):
        return environment(folder, key, built=False)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with building(folder.with_name(f"{key}.lock"), on_line, cancelled):
        if is_whole(folder):
            return environment(folder, key, built=False)
        shutil.rmtree(folder, ignore_errors=True)
        build(folder, lock, on_line, cancelled)
        (folder / MARKER).touch()
    return environment(folder, key, built=True)


def environments_folder() -> Path:
    """Return the folder that holds every environment under its key."""
    return settings().data / "runtimes"


def is_whole(folder: Path) -> bool:
    """Whether an environment can be used. Its marker's time is that of its last use, for the retention."""
    try:
        os.utime(folder / MARKER)
    except FileNotFoundError:
        return False
    return True


def environment_key(lock: bytes) -> str:
    """Return what an environment depends on, as a name: its lock, the interpreter, the processor."""
    return key_of(hashlib.sha256(lock).hexdigest())


def key_of(lock_hash: str) -> str:
    """Return the name of the environment of a lock with this SHA-256."""
    given = [lock_hash, sys.version, interpreter(), platform.machine()]
    return hashlib.sha256("\n".join(given).encode()).hexdigest()[:24]


def environment(folder: Path, key: str, *, built: bool) -> Environment:
    """Return how a box sees a finished environment."""
    return Environment(f"{TARGET}/bin/python", (Bind(folder, TARGET), *base_binds()), key, built)


def interpreter() -> str:
    """Return the interpreter that environments are made of: the one this project's own environment is made of."""
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def base_binds() -> tuple[Bind, ...]:
    """Return what makes the base interpreter exist in a box. What lies under /usr every box has anyway."""
    found = {
        Path(sys.base_prefix),
        Path(os.path.realpath(sys.base_prefix)),
        Path(interpreter()).parent.parent,
    }
    outside = sorted(path for path in found if not path.is_relative_to("/usr") and path != Path("/"))
    return tuple(Bind(path, str(path)) for path in outside)


@contextlib.contextmanager
def building(
    lock_file: Path, on_line: Callable[[str], None], cancelled: Callable[[], bool]
) -> Iterator[None]:
    """Hold the right to build one environment."""
    with lock_file.open("w") as file:
        told = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    on_line("Another launch is building this environment; waiting for it.")
                    told = True
                if cancelled():
                    raise EnvironmentCancelled("Cancelled while waiting for the environment.") from None
                time.sleep(LOOK_EVERY_S)
        yield


def build(folder: Path, lock: Path, on_line: Callable[[str], None], cancelled: Callable[[], bool]) -> None:
    """Install a lock: with uv, and with pip where uv is missing or fails. Wheels only, so no foreign code runs."""
    reached = uv_environment(os.environ, sys.executable)
    uv = find_uv()
    if uv:
        commands = uv_commands(uv, folder, lock)
        if all(run(command, reached, on_line, cancelled) == 0 for command in commands):
            return
        on_line("uv could not install these packages; trying pip.")
        shutil.rmtree(folder, ignore_errors=True)
    if all(run(command, os.environ, on_line, cancelled) == 0 for command in pip_commands(folder, lock)):
        return
    shutil.rmtree(folder, ignore_errors=True)
    raise EnvironmentFailed(
        "The template's packages could not be installed. Check that the package registry can be reached, then retry."
    )


def find_uv() -> str:
    """Return the path of uv, ours before any other; "" when there is none."""
    own = Path(sys.prefix, "bin", "uv")
    return str(own) if own.exists() else shutil.which("uv") or ""


def uv_commands(uv: str, folder: Path, lock: Path) -> list[list[str]]:
    """Return how uv builds an environment. A compiled one starts seconds faster where nothing may be written."""
    python = str(folder / "bin" / "python")
    sync = [uv, "pip", "sync", "--python", python, "--require-hashes", "--no-build", "--compile-bytecode"]
    return [
        [uv, "venv", "--quiet", "--no-project", "--no-config", "--python", interpreter(), str(folder)],
        [*sync, str(lock)],
    ]


def pip_commands(folder: Path, lock: Path) -> list[list[str]]:
    """Return how pip builds an environment, from outside it: the environment itself gets no pip."""
    python = str(folder / "bin" / "python")
    install = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, "install"]
    return [
        [interpreter(), "-m", "venv", "--without-pip", str(folder)],
        [
            *install,
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--no-deps",
            "--progress-bar",
            "off",
            "-r",
            str(lock),
        ],
    ]


def run(
    command: list[str],
    given: Mapping[str, str],
    on_line: Callable[[str], None],
    cancelled: Callable[[], bool],
) -> int:
    """Run one step of an installer, line by line; return its exit code.

    Raises:
        EnvironmentCancelled: its whole process group is dead then.
    """
    # Boxes run as other uids and must be able to read what is installed, whatever the umask is here.
    process = subprocess.Popen(
        command,
        env=dict(given),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        umask=0o022,
        process_group=0,
    )
    try:
        return follow(process, Lines(on_line), cancelled)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


def follow(process: subprocess.Popen[bytes], lines: Lines, cancelled: Callable[[], bool]) -> int:
    """Read an installer's output until it ends."""
    output, deadline = process.stdout, time.monotonic() + INSTALL_S
    assert output is not None  # noqa: S101 - it was asked for as a pipe
    with output:
        while True:
            if select.select([output], [], [], LOOK_EVERY_S)[0]:
                content = os.read(output.fileno(), 65_536)
                lines.feed(content, last=not content)
                if not content:
                    return process.wait()
            if cancelled():
                raise EnvironmentCancelled("Cancelled while the environment was being built.")
            if time.monotonic() > deadline:
                raise EnvironmentFailed(f"Installing the template's packages took longer than {INSTALL_S} s.")
