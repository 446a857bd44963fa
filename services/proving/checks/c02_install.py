"""C2: the lock pins every package by hash, and installs without any network."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from models.errors import IdeasmithError
from services.catalog.folder import check_lock
from services.commands import CommandFailed, run_command
from services.environments import find_uv, uv_commands
from services.proving.checks.result import CheckResult, failed, not_checked, passed
from services.proving.subject import Subject
from services.registries import uv_environment
from services.scanner.licences import LOCKED

LOCK = "requirements.lock"


def run(subject: Subject) -> CheckResult:
    """Install the lock of the rendered tree into an empty environment, offline. Equal locks are installed once."""
    lock = subject.tree / LOCK
    if not lock.is_file():
        return failed([f"The application has no {LOCK}."])
    return subject.shared.check_once("install", lock.read_bytes(), lambda: check(lock, subject.shared.folder))


def check(lock: Path, folder: Path) -> CheckResult:
    """Return what is wrong with a lock."""
    try:
        check_lock(lock)
    except IdeasmithError as error:
        return failed([f"The lock does not pin everything by hash: {error.message}"])
    count = len(LOCKED.findall(lock.read_text("utf-8")))
    if not find_uv():
        return not_checked("Not checked: uv is missing, so nothing can be installed from the cache alone.")
    problem = install(lock, folder, offline=True)
    if problem:
        # What was built long ago may have left the cache. Fetched once, it must install without the network.
        problem = install(lock, folder, offline=False) or install(lock, folder, offline=True)
    return (
        failed([f"The lock does not install: {problem}"])
        if problem
        else passed(f"{count} packages, by hash, offline.")
    )


def install(lock: Path, folder: Path, *, offline: bool) -> str:
    """Install a lock into an environment that is thrown away; return what went wrong, or nothing."""
    target = Path(tempfile.mkdtemp(prefix="install-", dir=folder))
    environment = uv_environment(os.environ, sys.executable) | ({"UV_OFFLINE": "1"} if offline else {})
    try:
        for command in uv_commands(find_uv(), target / "env", lock):
            run_command(
                [word for word in command if word != "--compile-bytecode"], cwd=folder, env=environment
            )
    except CommandFailed as error:
        return error.message
    finally:
        shutil.rmtree(target, ignore_errors=True)
    return ""
