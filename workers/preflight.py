"""What is looked at before anything starts, so that a person gets one sentence instead of a broken start.

Standard library only: the installer uses it too.
"""

import errno
import shutil
import socket
from pathlib import Path

from models.errors import IdeasmithError

MEGABYTE = 1024 * 1024


class CannotStart(IdeasmithError):
    """The start has to stop here; the message says why and what to do."""

    status = 503
    default_code = "cannot_start"


def check_disk(folder: Path, needed_mb: int, purpose: str) -> None:
    """Refuse when the disk of `folder` has less than `needed_mb` left."""
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free_mb = shutil.disk_usage(existing).free // MEGABYTE
    if free_mb < needed_mb:
        raise CannotStart(
            f"The disk is nearly full: {purpose} needs {needed_mb} MB in {folder}, {free_mb} MB are free. "
            "Free some space, then start again.",
            "disk_full",
        )


def disk_full(folder: Path) -> CannotStart:
    """Return the refusal for a disk that filled up on the way."""
    return CannotStart(f"The disk filled up at {folder}. Free some space, then start again.", "disk_full")


def check_port(host: str, port: int, variable: str, spare: int) -> None:
    """Refuse when another program listens on `port`. `variable` names the setting, `spare` a port to suggest."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As every server does: connections of an earlier run that linger do not take the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise port_refusal(problem, host, port, variable, spare) from problem


def port_refusal(problem: OSError, host: str, port: int, variable: str, spare: int) -> CannotStart:
    """Return the sentence for a port that cannot be had."""
    change = f"`make run {variable}={spare}`"
    if problem.errno == errno.EADDRINUSE:
        sentence = f"Port {port} is taken by another program. Stop it, or choose another port: {change}."
        return CannotStart(sentence, "port_taken")
    if problem.errno == errno.EACCES:
        sentence = f"Port {port} may only be opened by root. Choose one above 1023: {change}."
        return CannotStart(sentence, "port_forbidden")
    return CannotStart(
        f"{host}:{port} cannot be listened on: {problem.strerror}. Try {change}.", "port_unusable"
    )
