"""The owner's side of the launcher: one for each process that starts boxes, started at the first one."""

import array
import json
import os
import select
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from services.sandbox.base import SandboxFailed
from services.sandbox.enter import Plan

PROJECT = Path(__file__).resolve().parents[2]
# Isolated and without site packages: it starts in a few milliseconds and reads nothing from the working folder.
CODE = "import sys; sys.path.insert(0, sys.argv.pop(1)); from services.sandbox.launcher import main; main()"
LARGEST_MESSAGE = 65_536


class Launched:
    """A box as its owner holds it. Dropping it ends the box."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.end: dict[str, Any] | None = None
        told = self.hear()
        self.pid: int = told.get("pid", 0)
        if "error" in told:
            self.end = told

    def fileno(self) -> int:
        """Return what becomes readable when the box has ended."""
        return self.control.fileno()

    def hear(self) -> dict[str, Any]:
        """Return what the launcher says next."""
        try:
            message = self.control.recv(LARGEST_MESSAGE)
        except ConnectionResetError:
            message = b""
        if message:
            heard: dict[str, Any] = json.loads(message)
            return heard
        return {"code": -9, "lost": True}  # the launcher was killed; its boxes died with it

    def wait(self, timeout: float | None) -> dict[str, Any] | None:
        """Return how the box ended: `code` or `error`; None when it still runs after `timeout` seconds."""
        if self.end is None:
            poll = select.poll()
            poll.register(self.control, select.POLLIN)
            if poll.poll(None if timeout is None else max(0.0, timeout) * 1000):
                self.end = self.hear()
        return self.end

    def say(self, word: bytes) -> None:
        """Tell the launcher `term` or `kill`."""
        try:
            self.control.send(word)
        except OSError:
            return  # it has ended already, which is what was wanted

    def close(self) -> None:
        """Let go of the box."""
        self.control.close()


class Launcher:
    """The launcher process of this process."""

    def __init__(self) -> None:
        self.requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-I", "-S", "-c", CODE, str(PROJECT), str(theirs.fileno())]
        with theirs:
            # Its own session: a Ctrl-C in the terminal is for the owner, who stops the boxes in order.
            self.process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                env={},
                cwd="/",
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def start(self, plan: Plan, output: int) -> Launched:
        """Start a box whose output goes to the descriptor `output`."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        written = os.memfd_create("plan")
        try:
            with os.fdopen(os.dup(written), "w") as file:
                json.dump(plan, file)
            os.lseek(written, 0, os.SEEK_SET)
            descriptors = array.array("i", [written, theirs.fileno(), output])
            self.requests.sendmsg([b"start"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, descriptors)])
        except BaseException:
            ours.close()
            raise
        finally:
            os.close(written)
            theirs.close()
        return Launched(ours)

    def alive(self) -> bool:
        """Say whether it can start boxes."""
        return self.process.poll() is None


_lock = threading.Lock()
_launchers: dict[int, Launcher] = {}


def launcher() -> Launcher:
    """Return this process's launcher, started now if there is none (any more)."""
    with _lock:
        known = _launchers.get(os.getpid())
        if known is None or not known.alive():
            known = _launchers[os.getpid()] = Launcher()
        return known


def forget_after_fork() -> None:
    """Close in a forked child what belongs to its parent, whose end the launcher must be able to see."""
    global _lock
    _lock = threading.Lock()
    for known in _launchers.values():
        known.requests.close()
    _launchers.clear()


os.register_at_fork(after_in_child=forget_after_fork)


def launch(plan: Plan, output: int) -> Launched:
    """Start a box.

    Raises:
        SandboxFailed: the launcher could not be started twice in a row.
    """
    for _ in range(2):
        try:
            return launcher().start(plan, output)
        except (BrokenPipeError, ConnectionResetError):
            with _lock:
                _launchers.pop(os.getpid(), None)
    raise SandboxFailed("The sandbox's launcher ended as soon as it began. Run `ideasmith doctor`.")
