"""Orders to the process that makes and unpacks archives (`workers.app_data`), with an end to how long each may take."""

import asyncio
import contextlib
import json
import os
import shutil
import sys
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from models.clock import now
from services.deployment_backups.places import archive_path
from services.deployments.limits import LIMITS, MB

ROOT = Path(__file__).parents[2]
PATIENCE_S = 600.0
# What an application may keep on its disk; where that is not held exactly, its backup still has an end.
MOST_BYTES = LIMITS.disk_mb * MB


class OrderFailed(Exception):
    """There is no result, for a reason that is told to people."""


class TooLarge(OrderFailed):
    """There is more data than this backup may hold."""


class Ended(OrderFailed):
    """The process was ended from outside."""


async def take(
    source: Path, target: Path, made_at: datetime, about: dict[str, Any], only_below_bytes: int | None = None
) -> dict[str, Any]:
    """Have a backup of `source` made, and return the fields of `workers.app_data.taking.Taken`.

    Raises:
        OrderFailed: it could not be made.
    """
    order = {
        "do": "take",
        "source": str(source),
        "target": str(target),
        "made_at": made_at.isoformat(timespec="seconds"),
        "version": version("ideasmith"),
        "most_bytes": MOST_BYTES,
        "only_below_bytes": only_below_bytes,
        "about": about,
    }
    try:
        return await send(order)
    finally:
        # Of one that was ended in the middle; a finished one has removed it itself.
        await asyncio.to_thread(shutil.rmtree, target.with_name(f".{target.name}"), ignore_errors=True)


async def take_again(deployment_id: str, backup_id: str, source: Path) -> dict[str, Any]:
    """Have a backup made anew from another folder, under the same name.

    Raises:
        OrderFailed: it could not be made; the earlier one is untouched.
    """
    about = {"deployment_id": deployment_id, "kind": "before_restore"}
    return await take(source, archive_path(deployment_id, backup_id), now(), about)


async def put(archive: Path, checksum: str, target: Path, uid: int | None) -> None:
    """Have an archive verified and unpacked as `target`.

    Raises:
        OrderFailed: it is damaged, or there is no room.
    """
    await send(
        {"do": "put", "archive": str(archive), "checksum": checksum, "target": str(target), "uid": uid}
    )


async def send(order: dict[str, Any]) -> dict[str, Any]:
    """Start the process, hand it the order, and return its result."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "workers.app_data", str(os.getpid()),
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE_S):
            answer, _ = await process.communicate(json.dumps(order).encode())
    except TimeoutError as problem:
        raise OrderFailed(f"It took longer than {PATIENCE_S / 60:g} minutes.") from problem
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return result_of(process.returncode or 0, answer)


def result_of(code: int, answer: bytes) -> dict[str, Any]:
    """Return the result in an answer."""
    if code < 0:
        raise Ended(f"It was ended by signal {-code}.")
    try:
        result: dict[str, Any] = json.loads(answer)
    except ValueError as problem:
        raise OrderFailed("Something went wrong on our side; the log has the details.") from problem
    if result.get("too_large"):
        raise TooLarge("There is more data than such a backup may hold.")
    if "error" in result:
        raise OrderFailed(str(result["error"]))
    return dict(result["ok"])
