"""The children of the supervisor: watched, started again, stopped in order. One thread, one loop."""

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

from workers.processes import (
    adopt_orphans,
    child_setup,
    children_of,
    descendants,
    is_alive,
    kill_all,
    reap,
    send,
)
from workers.supervisor.child import Child
from workers.supervisor.logs import rotate
from workers.supervisor.parts import Part, ServerPart

START_TICK_S = 0.02
CALM_TICK_S = 1.0
ROTATE_EVERY_S = 60.0
PARTS_GRACE_S = 2.0
SERVERS_GRACE_S = 1.5
STATE_FILE = "processes.json"


class Stopped(Exception):
    """Somebody wants us to stop."""


class Tree:
    """All children, and what is done for them."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.logs = data / "logs"
        self.children: dict[str, Child] = {}
        self.helpers: set[int] = set()
        self.environment: Mapping[str, str] = os.environ
        self.details: dict[str, object] = {}
        self.stopping = False
        self.reloading = False
        self.rotated = time.monotonic()
        self.logs.mkdir(parents=True, exist_ok=True)
        adopt_orphans()
        self.bell = self.listen()

    def listen(self) -> int:
        """Have signals end the waiting: a handler sets a flag, and the byte in the pipe wakes the loop."""
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
            signal.signal(number, self.ask_to_stop)
        signal.signal(signal.SIGHUP, self.ask_to_reload)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        return reader

    def ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        """Remember that somebody wants us to stop."""
        self.stopping = True

    def ask_to_reload(self, number: int, frame: FrameType | None) -> None:
        """Remember that the sources have changed."""
        self.reloading = True

    def start(self, parts: Sequence[Part | ServerPart], *, trial: bool = False) -> None:
        """Start parts that shall run from now on. Who ends on `trial` is left to the caller."""
        for part in parts:
            child = self.children.setdefault(part.name, Child(part, self.logs / f"{part.name}.log"))
            child.on_trial = trial
            child.start(self.environment)
        self.write_state()

    def once(self, command: Sequence[str], cwd: Path) -> subprocess.Popen[bytes]:
        """Start something that ends by itself; what it says is for the person who waits."""
        helper = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(self.environment),
            preexec_fn=child_setup(),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.helpers.add(helper.pid)
        return helper

    def wait(self, until: Callable[[], bool], tick_s: float = START_TICK_S) -> None:
        """Watch the children until something is true.

        Raises:
            Stopped: somebody wants us to stop.
        """
        while not until():
            self.tick(tick_s)

    def tick(self, timeout_s: float) -> None:
        """Sleep until a signal or the time is over, then see to what happened."""
        select.select([self.bell], [], [], min(timeout_s, self.next_start_s()))
        while select.select([self.bell], [], [], 0)[0]:
            os.read(self.bell, 4096)
        if self.stopping:
            raise Stopped
        self.look_after()
        if time.monotonic() - self.rotated > ROTATE_EVERY_S:
            self.rotated = time.monotonic()
            rotate(self.logs)

    def next_start_s(self) -> float:
        """Return in how many seconds the next part that waits is to start again."""
        waiting = [child.start_again for child in self.children.values() if child.process is None]
        return max(0.0, min(waiting, default=float("inf")) - time.monotonic())

    def look_after(self) -> None:
        """Bury the dead and what they left, and start again whose time has come."""
        ended = [child for child in self.children.values() if child.has_just_ended() and not child.on_trial]
        self.end_orphans()
        for child in ended:
            child.take_note()
        due = [c for c in self.children.values() if c.process is None and time.monotonic() >= c.start_again]
        for child in due:
            child.start(self.environment)
        if ended or due:
            self.write_state()

    def end_orphans(self) -> None:
        """End what a dead child has left: a web worker that outlives its server would keep the port."""
        known = {child.process.pid for child in self.children.values() if child.process} | self.helpers
        for pid in children_of(os.getpid()):
            if pid not in known:
                kill_all([*descendants(pid), pid])
                bury(pid)

    def restart(self, names: Sequence[str]) -> None:
        """Stop parts and start them with the present environment."""
        wanted = [self.children[name] for name in names if name in self.children]
        self.end([child for child in wanted if child.is_running], PARTS_GRACE_S)
        for child in wanted:
            child.start(self.environment)
        self.write_state()

    def end(self, children: Sequence[Child], grace_s: float) -> None:
        """Ask children to end; after the grace their whole trees are killed."""
        processes = [child.process for child in children if child.process is not None]
        for child, process in zip(children, processes, strict=True):
            send(process.pid, child.part.stop_signal)
        deadline = time.monotonic() + grace_s
        while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
            time.sleep(0.01)
        for process in processes:
            kill_all([*descendants(process.pid), *([process.pid] if process.poll() is None else [])])
            process.wait()

    def stop(self) -> None:
        """Stop everything: first who uses the servers, then the servers, then whatever strayed."""
        running = [child for child in self.children.values() if child.is_running]
        users = [child for child in running if isinstance(child.part, Part)]
        self.end(users, PARTS_GRACE_S)
        self.end([child for child in running if isinstance(child.part, ServerPart)], SERVERS_GRACE_S)
        me = os.getpid()
        while left := [pid for pid in descendants(me) if is_alive(pid)]:
            kill_all(left)
            reap()
            time.sleep(0.01)
        (self.data / STATE_FILE).unlink(missing_ok=True)

    def write_state(self) -> None:
        """Write down who runs, for `doctor`, `/readyz` and the screens."""
        state = {
            "supervisor": os.getpid(),
            **self.details,
            "processes": [c.describe() for c in self.children.values()],
        }
        file = self.data / STATE_FILE
        partial = file.with_suffix(".partial")
        partial.write_text(json.dumps(state, indent=1))
        partial.replace(file)


def bury(pid: int) -> None:
    """Take the exit status of a child that nobody waits for."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
