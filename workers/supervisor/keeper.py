"""The outermost process: it does nothing but see to it that a killed supervisor takes its whole tree along.

The kernel's "die with the parent" covers direct children alone. Here every descendant that loses its parent becomes
ours, and none is left when we go.
"""

import os
import signal
from collections.abc import Callable
from types import FrameType

from workers.processes import adopt_orphans, die_with_parent, send, sweep

# They shut down by themselves when the supervisor dies, and are to write what they know.
SERVERS = ("postgres", "valkey-server", "redis-server")
FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def keep(run: Callable[[], int], clear_up: Callable[[], None]) -> int:
    """Run `run` in a child and return its exit status, with everything that it started gone and cleared up."""
    parent = os.getpid()
    adopt_orphans()
    signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
        die_with_parent(parent, signal.SIGTERM)
        os._exit(run())

    def forward(number: int, frame: FrameType | None) -> None:
        send(child, signal.SIGTERM)

    for number in FORWARDED:
        signal.signal(number, forward)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
    status = wait_for(child)
    sweep(SERVERS)
    clear_up()
    return status


def wait_for(child: int) -> int:
    """Wait for the supervisor, bury the orphans that end meanwhile, and return its exit status."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
