"""Run a tool of our own on this host: clean environment, bounded time, ended when the work is to end."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from models.errors import IdeasmithError

LOOK_EVERY_S = 0.1


class CommandFailed(IdeasmithError):
    """A tool that the product uses did not do its part."""

    default_code = "command_failed"


class CommandStopped(Exception):
    """The tool was ended because nobody waits for it any more."""


def run_command(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout_s: float = 60,
    stopped: Callable[[], bool] = lambda: False,
    accept: frozenset[int] = frozenset({0}),
) -> bytes:
    """Return what a tool wrote to its standard output.

    Raises:
        CommandFailed: it is not there, took too long, or ended with an exit code not in `accept`.
        CommandStopped: `stopped` said so; the tool and its children are gone.
    """
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(cwd),
        **(env or {}),
    }
    try:
        # A file rather than a pipe: `communicate` forgets what it has not written when its timeout strikes.
        with tempfile.TemporaryFile() as given:
            given.write(stdin)
            given.seek(0)
            process = subprocess.Popen(
                argv,
                cwd=cwd,
                env=environment,
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                process_group=0,
            )
    except OSError as error:
        raise CommandFailed(
            f"{Path(argv[0]).name} cannot be started: {error.strerror}. Is it installed?"
        ) from error
    out, err = talk(process, Path(argv[0]).name, timeout_s, stopped)
    if process.returncode not in accept:
        said = err.decode("utf-8", "replace").strip().splitlines()
        raise CommandFailed(f"{Path(argv[0]).name} failed: {said[-1][:300] if said else process.returncode}.")
    return out


def talk(
    process: subprocess.Popen[bytes], tool: str, timeout_s: float, stopped: Callable[[], bool]
) -> tuple[bytes, bytes]:
    """Read a process to its end, looking now and then whether it is still wanted."""
    until = time.monotonic() + timeout_s
    while True:
        try:
            return process.communicate(timeout=LOOK_EVERY_S)
        except subprocess.TimeoutExpired:
            if stopped():
                end(process)
                raise CommandStopped from None
            if time.monotonic() > until:
                end(process)
                raise CommandFailed(f"{tool} took longer than {timeout_s:.0f} s.") from None


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with its group and take its exit code."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
