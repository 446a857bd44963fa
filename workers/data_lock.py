"""One start a data folder: two PostgreSQL servers on the same files would ruin them."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workers.preflight import CannotStart
from workers.processes import is_alive

NAME = "lock"
CLEANING_S = 6.0  # how long the rest of a killed start may take to clear up behind itself


@contextmanager
def data_lock(data: Path, url: str = "") -> Iterator[None]:
    """Hold the data folder. `url` tells others where this start answers.

    Raises:
        CannotStart: another start holds it.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = take(data)
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "url": url}).encode(), 0)
        yield
    finally:
        release(data, descriptor)


def take(data: Path) -> int:
    """Return the locked file, waiting for a killed start to clear up."""
    deadline = time.monotonic() + CLEANING_S
    while True:
        descriptor = os.open(data / NAME, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = holder_of(data)
            os.close(descriptor)
            if is_alive(int(holder.get("pid", 0))) or time.monotonic() > deadline:
                raise in_use(data, holder) from None
            time.sleep(0.05)
            continue
        if is_current(data, descriptor):
            return descriptor
        os.close(descriptor)  # its last holder removed the file while we waited


def is_current(data: Path, descriptor: int) -> bool:
    """Whether a locked file is still the one that others would lock."""
    try:
        return os.path.samestat(os.fstat(descriptor), (data / NAME).stat())
    except FileNotFoundError:
        return False


def holder_of(data: Path) -> dict[str, Any]:
    """Return what the holder wrote: its pid and its address. Empty while it writes, or when there is none."""
    try:
        found = json.loads((data / NAME).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def in_use(data: Path, holder: dict[str, Any]) -> CannotStart:
    """Return the sentence for a folder that another start holds."""
    where = f", {holder['url']}" if holder.get("url") else ""
    return CannotStart(
        f"Ideasmith runs on {data} already (process {holder.get('pid', 'unknown')}{where}). Stop it first, or start "
        "beside it on another folder and port: `make run DATA=other PORT=3100`.",
        "data_in_use",
    )


def release(data: Path, descriptor: int) -> None:
    """Remove the lock while it is still held, so that nobody can lock a file that is about to go."""
    if is_current(data, descriptor):
        (data / NAME).unlink(missing_ok=True)
    os.close(descriptor)
