"""A uid for each box, held by nobody else on the machine, and free again when its holder is gone."""

import fcntl
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

from services.sandbox import slots
from tests.services.sandbox.boxes import PROJECT

HOLDER = """
    import sys, time
    from services.sandbox import slots
    with slots.slot(None) as uid:
        print(uid, flush=True)
        time.sleep(60)
"""


@contextmanager
def another_instance() -> Iterator[tuple[int | None, "subprocess.Popen[str]"]]:
    """Another product on the same machine, which holds a slot."""
    command = [sys.executable, "-c", textwrap.dedent(HOLDER)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(PROJECT)}
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        yield (None if said == "None" else int(said)), process
        process.send_signal(signal.SIGKILL)


def test_two_boxes_never_share_a_uid_whoever_runs_them() -> None:
    with another_instance() as (theirs, _), slots.slot(None) as first, slots.slot(None) as second:
        held = {theirs, first, second}
        # An account that is not root has one uid, and its boxes have none of their own.
        assert held == {None} if not slots.can_drop() else (len(held) == 3 and held <= set(slots.FREE_SLOTS))


def test_a_slot_is_free_again_when_its_holder_is_killed() -> None:
    with another_instance() as (theirs, process):
        process.send_signal(signal.SIGKILL)
        process.wait()
        if theirs is not None:
            with (slots.LOCKS / str(theirs)).open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises where somebody still holds it


def test_an_app_keeps_the_uid_that_it_was_given() -> None:
    with slots.slot(slots.APP_UIDS[7]) as uid:
        assert uid == (slots.APP_UIDS[7] if slots.can_drop() else None)
    assert not set(slots.APP_UIDS) & set(slots.FREE_SLOTS)
