"""Runs a box to its end and watches it: wall time, output, disk, and the person who changes their mind."""

import os
import select
import signal
import time
from collections.abc import Callable
from typing import Any

from services.sandbox.base import COULD_NOT, Box, BoxResult, EndedBy, SandboxFailed
from services.sandbox.cgroup import Groups
from services.sandbox.making import DEATH_S, Made, Planner, made
from services.sandbox.output import Lines, ignore

LOOK_EVERY_S = 0.1
CHUNK = 65_536
NOT_FOUND = 127  # as a shell says it

BY_SIGNAL: dict[int, tuple[EndedBy, str]] = {
    signal.SIGXCPU: ("timeout", "It used more processor time than it may."),
    signal.SIGXFSZ: ("disk", "It wrote a larger file than it may."),
}


def run(
    box: Box,
    plan_for: Planner,
    groups: Groups | None,
    on_line: Callable[[str], None],
    cancelled: Callable[[], bool],
) -> BoxResult:
    """Run a box to its end. One that could not be made is tried once more: a busy machine refuses forks for a moment.

    Raises:
        SandboxFailed: it could not be made twice.
    """
    try:
        return run_once(box, plan_for, groups, on_line, cancelled)
    except SandboxFailed:
        return run_once(box, plan_for, groups, on_line, cancelled)


def run_once(
    box: Box,
    plan_for: Planner,
    groups: Groups | None,
    on_line: Callable[[str], None],
    cancelled: Callable[[], bool],
) -> BoxResult:
    """Run a box to its end."""
    started = time.monotonic()
    with made(box, plan_for, groups) as running:
        watch = Watch(box, running, on_line, cancelled)
        outcome = watch.follow()
        ended_by, exit_code, message = watch.verdict(outcome)
    return BoxResult(exit_code, ended_by, time.monotonic() - started, message)


class Watch:
    """Looks after one box while it runs."""

    def __init__(
        self, box: Box, running: Made, on_line: Callable[[str], None], cancelled: Callable[[], bool]
    ) -> None:
        self.box, self.running, self.cancelled = box, running, cancelled
        self.last_line = ""
        self.on_line = on_line
        self.lines = Lines(self.hear, box.on_open or ignore)
        self.disk = running.disk_watch(box.limits)
        self.started = self.looked = time.monotonic()
        self.output_left = box.limits.output_bytes
        self.stopped: tuple[EndedBy, str] | None = None
        self.poll = select.poll()
        for descriptor in (running.output, running.launched.fileno()):
            self.poll.register(descriptor, select.POLLIN)
        self.output_open = True

    def hear(self, line: str) -> None:
        """Pass a line on, and remember it as what bubblewrap may have said last."""
        self.last_line = line
        self.on_line(line)

    def follow(self) -> dict[str, Any]:
        """Return how the box ended, once it has."""
        launched, deadline = self.running.launched, float("inf")
        while launched.wait(0) is None and time.monotonic() < deadline:
            self.poll.poll(LOOK_EVERY_S * 1000)
            self.read()
            if self.stopped is None:
                self.stopped = self.reason_to_stop()
                if self.stopped:
                    launched.say(b"kill")
                    deadline = time.monotonic() + DEATH_S
        while self.read():
            pass  # what was written just before the end
        self.lines.feed(b"", last=True)
        return launched.wait(0) or {"code": -signal.SIGKILL}

    def read(self) -> bool:
        """Take what the box wrote; return whether there may be more."""
        if not self.output_open:
            return False
        try:
            content = os.read(self.running.output, CHUNK)
        except BlockingIOError:
            return False
        if not content:
            self.poll.unregister(self.running.output)
            self.output_open = False
            return False
        if self.output_left > 0:
            self.lines.feed(content[: self.output_left])
        self.output_left -= len(content)
        return True

    def reason_to_stop(self) -> tuple[EndedBy, str] | None:
        """Return why the box has to end now, None while it may go on."""
        limits, now = self.box.limits, time.monotonic()
        if self.output_left < 0:
            return "output", f"It wrote more than {limits.output_bytes:,} bytes of output."
        if limits.wall_s is not None and now - self.started > limits.wall_s:
            return "timeout", f"It ran longer than {limits.wall_s:g} s."
        if now - self.looked >= LOOK_EVERY_S:
            self.looked = now
            if self.cancelled():
                return "cancelled", "It was cancelled."
        if excess := self.disk.excess():
            return "disk", excess
        return None

    def verdict(self, outcome: dict[str, Any]) -> tuple[EndedBy, int | None, str]:
        """Say how the box ended: by what, with which exit code, and a sentence unless it simply ended."""
        if self.stopped:
            return self.stopped[0], None, self.stopped[1]
        if self.last_line.startswith("bwrap: execvp ") and outcome.get("error") == "":
            return "exit", NOT_FOUND, ""  # the box was made; what it should run is not in it
        if "error" in outcome:
            raise SandboxFailed(f"{COULD_NOT}{outcome['error'] or self.last_line}")
        code = outcome["code"]
        if code != 0 and outcome.get("out_of_memory"):
            return "memory", None, f"It used more than {self.box.limits.memory_mb} MB of memory."
        if code >= 0:
            return "exit", code, ""
        if "lost" in outcome:
            return "signal", None, "The sandbox's launcher was ended from outside, and the box with it."
        ended_by, message = BY_SIGNAL.get(-code, ("signal", f"It was ended by {signal_name(-code)}."))
        return ended_by, None, message


def signal_name(number: int) -> str:
    """Return the name of a signal."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
