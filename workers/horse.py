"""The process that does one job: it dies with its parent, and takes everything that it started with it."""

import os
import signal
import threading
from contextlib import suppress

from workers.processes import adopt_orphans, descendants, die_with_parent

# Set by SIGTERM in a horse: end at the next possible place and hand the work back.
stopping = threading.Event()
_is_horse = False


def become_horse(parent: int) -> None:
    """Bind this freshly forked process to the life of its parent.

    Without it a worker that is killed by force leaves its horse at work, while another worker does the same job.
    """
    global _is_horse
    _is_horse = True
    die_with_parent(parent)
    # What a tool of ours leaves behind stays below this process, where `kill_below` finds it.
    adopt_orphans()
    stopping.clear()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())


def is_horse() -> bool:
    """Whether this process does one job and then ends."""
    return _is_horse


def kill_below(pid: int) -> None:
    """Kill all that descends from a process, also what has left its group or session."""
    for child in descendants(pid):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def kill_tree(pid: int) -> None:
    """Kill a process and all that descends from it."""
    below = descendants(pid)  # looked up first: with the root gone they belong to somebody else
    for victim in (pid, *below):
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
