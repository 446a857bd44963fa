"""Brings the Python environment of the project, then becomes the command that was asked for.

    bootstrap.py [--dev] PROGRAM [ARGUMENT …]

Standard library only. A marker, written last, tells a whole environment from a half-made one.
"""

import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

from workers.interpreters import CHOSEN
from workers.preflight import CannotStart, check_disk, disk_full
from workers.progress import say

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
MARKER = ENVIRONMENT / "ideasmith.json"
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
NEEDED_MB = 1500  # packages 440 MB, their bytecode 170 MB, uv's cache beside it


def main(arguments: list[str]) -> NoReturn:
    """Make sure of the environment, then become PROGRAM of that environment."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # an empty environment may know ASCII alone
    kind = "run"
    if arguments[0] == "--dev":
        kind, arguments = "dev", arguments[1:]
    try:
        if not is_whole(kind):
            install(kind)
    except CannotStart as refusal:
        sys.exit(refusal.message)
    except KeyboardInterrupt:
        sys.exit("Stopped. What is half-made is made anew at the next start.")
    become(arguments)


def key(kind: str, python: str) -> str:
    """Return what an environment of this kind depends on: locks, our own metadata, interpreter, place."""
    parts = [path.read_bytes() for path in (LOCKS[kind], ROOT / "bootstrap.lock", ROOT / "pyproject.toml")]
    return hashlib.sha256(b"\0".join([*parts, python.encode(), os.fsencode(ROOT)])).hexdigest()


def is_whole(kind: str) -> bool:
    """Whether the environment is complete and up to date. One for development serves to run as well."""
    try:
        marker = json.loads(MARKER.read_bytes())
    except (OSError, ValueError):
        return False
    if os.environ.get("PYTHON") and not in_environment() and base_python() != marker["base"]:
        return False
    return marker["kind"] in {kind, "dev"} and marker["key"] == key(marker["kind"], marker["base"])


def in_environment() -> bool:
    """Whether the interpreter that runs this is the environment's own."""
    return Path(sys.prefix).resolve() == ENVIRONMENT.resolve()


def base_python() -> str:
    """Return the installed interpreter that an environment is made from, with its version."""
    return f"{os.path.realpath(sys.executable)} {sys.version.split()[0]}"


def install(kind: str) -> None:
    """Make the environment, or bring an older one up to date. What is half-made is removed first."""
    from workers import packages
    from workers.bubblewrap import Installation

    check_disk(ROOT, NEEDED_MB, "the Python environment")
    started = time.monotonic()
    say("Preparing the Python environment (about half a minute the first time) …")
    marker = read_marker()
    # What served development goes on to do so, or `make test` after each `make run` would install again.
    kind = "dev" if marker and marker["kind"] == "dev" else kind
    sandbox = Installation.start()
    try:
        MARKER.unlink(missing_ok=True)
        base = packages.make_environment(ENVIRONMENT, marker["base"] if marker else "")
        packages.install_locked(ENVIRONMENT, LOCKS[kind], ROOT)
        write_marker(kind, base)
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            raise disk_full(ROOT) from problem
        raise
    finally:
        sandbox.finish()
    say(f"Python environment ready in {time.monotonic() - started:.1f} s")


def read_marker() -> dict[str, str] | None:
    """Return the marker of a whole environment whose interpreter still runs, or None."""
    try:
        marker: dict[str, str] = json.loads(MARKER.read_bytes())
        subprocess.run([ENVIRONMENT / "bin" / "python", "-c", ""], check=True, capture_output=True)
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None
    wanted = os.environ.get("PYTHON") and not in_environment()
    return None if wanted and base_python() != marker["base"] else marker


def write_marker(kind: str, base: str) -> None:
    """Say that the environment is whole."""
    partial = MARKER.with_suffix(".partial")
    partial.write_text(json.dumps({"kind": kind, "key": key(kind, base), "base": base}))
    partial.replace(MARKER)


def become(arguments: list[str]) -> NoReturn:
    """Replace this process by a program of the environment."""
    scripts = ENVIRONMENT / "bin"
    environment = dict(os.environ, VIRTUAL_ENV=str(ENVIRONMENT), PYTHONUTF8="1")
    environment["PATH"] = os.pathsep.join([str(scripts), os.environ.get("PATH") or os.defpath])
    for name in ("PYTHONHOME", CHOSEN):
        environment.pop(name, None)
    if "MAKELEVEL" in os.environ:
        environment["IDEASMITH_STARTED_BY"] = str(os.getppid())
    program, *rest = arguments
    # By way of the interpreter: the first line of a script cannot hold a very long path.
    command = [str(scripts / "python"), *([str(scripts / program)] if program != "python" else []), *rest]
    os.execve(command[0], command, environment)
