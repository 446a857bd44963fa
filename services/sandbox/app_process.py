"""A long-lived box: a deployed app, its log, and the watch over its data folder."""

import contextlib
import os
import select
import threading
from pathlib import Path
from typing import Any

from services.masking import masker
from services.sandbox.base import COULD_NOT, Box, Log
from services.sandbox.cgroup import Groups
from services.sandbox.making import Made, Planner, made
from services.sandbox.output import Lines

LOG_BYTES = 1_048_576
LOOK_EVERY_S = 2.0
CHUNK = 65_536


def start(box: Box, plan_for: Planner, groups: Groups | None, log: Path | Log) -> "AppProcess":
    """Start an app and the thread that looks after it."""
    with contextlib.ExitStack() as held:
        running = held.enter_context(made(box, plan_for, groups))
        return AppProcess(box, running, RotatingLog(log) if isinstance(log, Path) else log, held.pop_all())


class AppProcess:
    """See `BoxProcess`. It ends with the process that started it, however that ends."""

    def __init__(self, box: Box, running: Made, log: Log, held: contextlib.ExitStack) -> None:
        self.running, self.log, self.held = running, log, held
        self.mask = masker(box.secrets.values())
        self.limits = box.limits
        self.disk = running.disk_watch(box.limits)
        self.ended = threading.Event()
        self.exit_code: int | None = None
        self.thread = threading.Thread(target=self.follow, name=f"box {running.launched.pid}", daemon=True)
        self.thread.start()

    @property
    def pid(self) -> int:
        """Return the box's first process on the host."""
        return self.running.launched.pid

    def poll(self) -> int | None:
        """Return the exit code (negative for a signal), or None while it runs."""
        return self.exit_code if self.ended.is_set() else None

    def wait(self, timeout: float | None = None) -> int | None:
        """Return the exit code, or None when it still runs after `timeout` seconds."""
        self.ended.wait(timeout)
        return self.poll()

    def terminate(self) -> None:
        """Ask the app itself to stop."""
        self.running.launched.say(b"term")

    def kill(self) -> None:
        """End the whole tree now."""
        self.running.launched.say(b"kill")

    def follow(self) -> None:
        """Write the log until the box has ended, then put everything away."""
        outcome: dict[str, Any] = {"error": "its watch failed"}
        try:
            outcome = self.watch()
        finally:
            self.exit_code = outcome.get("code", 1)
            self.log.close()
            self.held.close()
            self.ended.set()

    def watch(self) -> dict[str, Any]:
        """Follow the output; return how the box ended."""
        launched, lines = self.running.launched, Lines(self.note)
        poll = select.poll()
        for descriptor in (self.running.output, launched.fileno()):
            poll.register(descriptor, select.POLLIN)
        outcome = None
        while outcome is None:
            for descriptor, _ in poll.poll(LOOK_EVERY_S * 1000):
                if descriptor == self.running.output and not self.pump(lines):
                    poll.unregister(descriptor)
            outcome = launched.wait(0)
            if excess := self.disk.excess():
                self.log.write(f"Stopped: {excess}")
                launched.say(b"kill")
        while self.pump(lines):
            pass
        lines.feed(b"", last=True)
        self.explain(outcome)
        return outcome

    def note(self, line: str) -> None:
        """Write a line of the app without what it may not tell."""
        self.log.write(self.mask(line))

    def pump(self, lines: Lines) -> bool:
        """Take what the app wrote; return False at the end of its output or when there is none now."""
        try:
            content = os.read(self.running.output, CHUNK)
        except BlockingIOError:
            return False
        lines.feed(content)
        return bool(content)

    def explain(self, outcome: dict[str, Any]) -> None:
        """Leave in the log why an app ended that did not choose to."""
        if "error" in outcome:
            self.log.write(f"{COULD_NOT}{outcome['error']}")
        elif outcome["code"] != 0 and outcome.get("out_of_memory"):
            self.log.write(f"Stopped: it used more than {self.limits.memory_mb} MB of memory.")


class RotatingLog:
    """Lines in a file; when it is full it becomes `<name>.1` and a new one begins."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = path.open("ab", buffering=0)

    def write(self, line: str) -> None:
        """Append one line."""
        content = f"{line}\n".encode()
        try:
            if self.file.tell() + len(content) > LOG_BYTES:
                self.rotate()
            self.file.write(content)
        except OSError:
            return  # a full disk costs the app its log, not its life

    def rotate(self) -> None:
        """Begin a new file."""
        self.file.close()
        self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        self.file = self.path.open("ab", buffering=0)

    def close(self) -> None:
        """Close the file."""
        self.file.close()
