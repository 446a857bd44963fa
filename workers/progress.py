"""What a person sees while something takes a while: plain lines, no terminal needed."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(line: str) -> None:
    """Print one line at once. Progress and results of the start are meant for the person who started it."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def step(doing: str, *, quiet_s: float = 0.0) -> Iterator[None]:
    """Say what is being done, and how long it took when that was more than a second.

    With `quiet_s` nothing is said before, and after only when it took longer: for what is usually quick.
    """
    started = time.monotonic()
    if not quiet_s:
        say(f"{doing} …")
    yield
    took = time.monotonic() - started
    if took >= max(1.0, quiet_s):
        say(f"{doing}: done in {took:.1f} s")
