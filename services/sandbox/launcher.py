"""The launcher: a small process of one thread beside each process that starts boxes.

It exists for three reasons. A program with threads may not do between fork and exec what a box needs. The kernel's
"die with your parent" fires when the creating THREAD ends, and here there is only one, which lives as long as
its owner. And it is fast: small, and with one child always ready for the next box.

Boxes are asked for over one socket; each box then has a socket of its own, which carries "term" and "kill" in and
the end of the box out. Whichever of its two sockets closes (the owner was killed, say), the boxes behind it die.
Standard library only, see `launching.py` for the owner's side.
"""

import array
import contextlib
import json
import os
import resource
import selectors
import shutil
import signal
import socket
import sys
from dataclasses import dataclass
from typing import Any

from services.sandbox import kernel
from services.sandbox.cgroup import Group, sweep
from services.sandbox.children import children, drain, is_dead, kill, next_dead, watch_children
from services.sandbox.enter import LARGEST_MESSAGE, receive, wait_and_enter
from services.sandbox.started import Running, ask_to_stop, outcome


@dataclass(slots=True)
class Waiting:
    """A child that has joined its cgroup and waits for a plan."""

    pid: int
    group: Group
    mailbox: socket.socket
    status: int

    def parents(self) -> list[str]:
        """Return in which folders its group was made."""
        return [str(folder.parent) for folder in self.group.folders]


class Launcher:
    """The launcher's loop."""

    def __init__(self, requests: socket.socket) -> None:
        self.requests = requests
        self.pid = os.getpid()
        self.running: dict[int, Running] = {}
        self.waiting: Waiting | None = None
        self.selector = selectors.DefaultSelector()
        self.selector.register(requests, selectors.EVENT_READ, self.take_request)
        self.owner_lives = True
        self.swept: list[str] = []

    def serve(self) -> None:
        """Start boxes and watch them until the owner is gone and all boxes are dead."""
        wake = watch_children()
        self.selector.register(wake, selectors.EVENT_READ, lambda: drain(wake))
        while self.owner_lives or self.running:
            # With something dying, look again soon: what it leaves behind arrives here without a signal of its own.
            dying = any(box.ended is not None for box in self.running.values())
            for key, _ in self.selector.select(0.002 if dying else None):
                key.data()
            self.reap()
        self.dismiss()

    def take_request(self) -> None:
        """Start a box: a message carries the descriptors of its plan, its control socket and its output."""
        message, descriptors = receive(self.requests, 3)
        if not message:
            self.owner_lives = False
            self.selector.unregister(self.requests)
            for box in self.running.values():
                kill(box.pid)
            return
        plan_file, control, output = descriptors
        with os.fdopen(os.dup(plan_file), "rb") as file:
            plan = json.load(file)
        os.lseek(plan_file, 0, os.SEEK_SET)
        try:
            self.start(plan, [plan_file, output], socket.socket(fileno=control))
        finally:
            os.close(plan_file)
            os.close(output)
        # The next box finds its first process ready.
        with contextlib.suppress(OSError):
            self.waiting = self.fork([parent for parent, _, _ in plan["group"]])

    def start(self, plan: dict[str, Any], descriptors: list[int], control: socket.socket) -> None:
        """Give a waiting child its plan."""
        try:
            child = self.take_waiting([parent for parent, _, _ in plan["group"]])
            child.group.limit(plan["group"])
            passed = array.array("i", descriptors)
            child.mailbox.sendmsg([b"plan"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, passed)])
        except OSError as problem:
            send(control, {"error": self.last_words() or str(problem)})
            self.dismiss()
            control.close()
            return
        child.mailbox.close()
        self.waiting = None
        box = Running(
            plan["kind"], control, child.status, child.pid, child.group, plan["group"], plan["scratch"]
        )
        self.running[box.pid] = box
        self.selector.register(control, selectors.EVENT_READ, lambda: self.obey(box))
        self.selector.register(box.status, selectors.EVENT_READ, lambda: self.listen(box))
        send(control, {"pid": box.pid})

    def take_waiting(self, parents: list[str]) -> Waiting:
        """Return the waiting child if it is in the right place, else one that is made now."""
        if self.waiting and (self.waiting.parents() != parents or is_dead(self.waiting.pid)):
            self.dismiss()
        self.waiting = self.waiting or self.fork(parents)
        return self.waiting

    def fork(self, parents: list[str]) -> Waiting:
        """Make a child that waits in a cgroup of its own."""
        if parents != self.swept:
            sweep(parents)
            self.swept = parents
        group = Group.make(parents)
        mailbox, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        status, told = os.pipe()
        os.set_blocking(status, False)
        try:
            pid = os.fork()
            if pid == 0:
                wait_and_enter(group.entries, theirs, told, self.pid)
        except OSError:
            group.remove()
            mailbox.close()
            os.close(status)
            raise
        finally:
            theirs.close()
            os.close(told)
        return Waiting(pid, group, mailbox, status)

    def last_words(self) -> str:
        """Return what the waiting child could not do, "" when it said nothing."""
        with contextlib.suppress(BlockingIOError):
            return os.read(self.waiting.status, LARGEST_MESSAGE).decode().strip() if self.waiting else ""
        return ""

    def dismiss(self) -> None:
        """Let the waiting child go, with its group. Until it is collected its number belongs to nobody else."""
        child, self.waiting = self.waiting, None
        if child:
            child.mailbox.close()
            os.close(child.status)
            kill(child.pid)
            os.waitpid(child.pid, 0)
            child.group.remove()

    def obey(self, box: Running) -> None:
        """Do what the owner of a box says; its silence for ever means that the box should end."""
        word = take(box.control)
        if not word:
            self.selector.unregister(box.control)
            box.released = True
        if word == b"term":
            if box.ended is None:
                ask_to_stop(box)
        elif box.ended is None:
            kill(box.pid)

    def listen(self, box: Running) -> bool:
        """Take what bubblewrap or `enter` tells; return whether more may come."""
        try:
            told = os.read(box.status, LARGEST_MESSAGE)
        except BlockingIOError:
            return False
        if not told:
            self.selector.unregister(box.status)
            return False
        box.told += told
        return True

    def reap(self) -> None:
        """Collect the dead, end what they left behind, and report the boxes of which nothing is left.

        The launcher is the subreaper: the pid namespace of a bubblewrap that died and every process that slipped
        away from its parent become children of the launcher, which kills every child it did not start.
        """
        while pid := next_dead():
            if self.waiting and pid == self.waiting.pid:
                self.dismiss()
                continue
            _, ended = os.waitpid(pid, 0)
            if pid in self.running:
                self.running[pid].ended = ended
        dying = [box for box in self.running.values() if box.ended is not None]
        known = {*self.running, self.waiting.pid if self.waiting else 0}
        strays = [pid for pid in children(self.pid) if pid not in known] if dying else []
        for pid in strays:
            kill(pid)
        if not strays:
            for box in dying:
                self.report(box)

    def report(self, box: Running) -> None:
        """Tell the owner how a box ended, and forget it."""
        while box.status in self.selector.get_map() and self.listen(box):
            pass
        if box.status in self.selector.get_map():
            self.selector.unregister(box.status)
        os.close(box.status)
        if not box.released:
            self.selector.unregister(box.control)
        killed_for_memory = box.group.ran_out_of_memory(box.group_plan)
        box.group.remove()
        if box.scratch:
            shutil.rmtree(box.scratch, ignore_errors=True)
        send(box.control, outcome(box) | {"out_of_memory": killed_for_memory})
        box.control.close()
        del self.running[box.pid]


def take(control: socket.socket) -> bytes:
    """Return the next word of a box's owner, empty when it has let go."""
    try:
        return control.recv(64)
    except ConnectionResetError:
        return b""


def send(control: socket.socket, message: dict[str, Any]) -> None:
    """Tell the owner of a box something; it may have let go."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        control.send(json.dumps(message).encode())


def main() -> None:
    """Serve the owner at the other end of the socket whose number is the first argument."""
    # A terminal's Ctrl-C reaches every process of its group: the owner decides how its boxes stop.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # two descriptors a box
    requests = socket.socket(fileno=int(sys.argv[1]))
    requests.set_inheritable(False)  # it had to survive one exec; in a box it would be a way out
    Launcher(requests).serve()
