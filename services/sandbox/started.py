"""A box as its launcher knows it: what was told of it, how it ended, how it is asked to stop."""

import contextlib
import json
import os
import signal
import socket
from dataclasses import dataclass
from typing import Any

from services.sandbox.cgroup import Group, GroupPlan
from services.sandbox.children import children, kill


@dataclass(slots=True)
class Running:
    """A box that the launcher started: its first process on the host, and what is known of it."""

    kind: str
    control: socket.socket
    status: int
    pid: int
    group: Group
    group_plan: GroupPlan
    scratch: str  # a folder that goes with the box, "" when there is none
    told: bytes = b""  # JSON documents of bubblewrap, or a sentence of `enter`
    ended: int | None = None  # the wait status of `pid`
    released: bool = False  # the owner has closed its end


def outcome(box: Running) -> dict[str, Any]:
    """Return how a box ended: `code`, negative for a signal, or `error` when it never began."""
    code = os.waitstatus_to_exitcode(box.ended or 0)
    problems = [line for line in told_lines(box) if not line.startswith("{")]
    if problems:
        return {"error": problems[-1]}
    if box.kind == "direct" or code < 0:
        return {"code": code}
    inside = told_value(box, "exit-code")
    if inside is None:
        return {"error": ""}  # bubblewrap itself gave up; why, it wrote to the output
    return {"code": 128 - inside if 128 < inside <= 128 + signal.NSIG else inside}


def told_lines(box: Running) -> list[str]:
    """Return the whole lines that came from bubblewrap or `enter`; it may have been killed in the middle of one."""
    return box.told.decode(errors="replace").split("\n")[:-1]


def told_value(box: Running, name: str) -> int | None:
    """Return a number that bubblewrap told, None when it did not."""
    documents = [json.loads(line) for line in told_lines(box) if line.startswith("{")]
    return next((document[name] for document in documents if name in document), None)


def ask_to_stop(box: Running) -> None:
    """Send SIGTERM to the app itself. Bubblewrap passes none on: it would die of it and take the app along."""
    if box.kind == "direct":
        os.kill(box.pid, signal.SIGTERM)
        return
    init = told_value(box, "child-pid")
    apps = children(init) if init else []
    if apps:
        with contextlib.suppress(ProcessLookupError):
            os.kill(apps[0], signal.SIGTERM)
    else:
        kill(box.pid)  # it has not begun, so there is nothing to be gentle with
