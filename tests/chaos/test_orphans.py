"""What counts as left behind by a world: born after it and named after it, or below such a process."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.evidence import note_birth, processes_of

SLEEP = "import sys, time; print('up', flush=True); time.sleep(60)"
# A parent with a child that knows nothing of its environment.
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {SLEEP!r}], env={{}})
"""


@contextmanager
def running(code: str, *words: str, **environment: str) -> Iterator[int]:
    """Have a program running, in a group of its own, and return its process."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *words], env=environment, stdout=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None and process.stdout.readline() == b"up\n"
        yield process.pid
    finally:
        os.killpg(process.pid, 9)
        process.wait()


def found(folder: Path) -> list[int]:
    """Return the processes that are left of a world."""
    return [int(line.split()[0]) for line in processes_of(folder)]


def test_a_process_of_the_world_is_left_by_its_environment_or_its_command(tmp_path: Path) -> None:
    note_birth(tmp_path)
    with running(SLEEP, IDEASMITH_DATA=str(tmp_path / "data")) as one, running(SLEEP, str(tmp_path)) as other:
        assert sorted(found(tmp_path)) == sorted([one, other])
    assert found(tmp_path) == []


def test_who_began_the_campaign_is_no_orphan_though_it_names_the_folder(tmp_path: Path) -> None:
    with running(SLEEP, f"KEEP={tmp_path}", KEEP=str(tmp_path)):
        note_birth(tmp_path, later_s=1)
        assert found(tmp_path) == []


def test_a_child_is_left_as_well_though_it_names_nothing_and_another_program_is_not(tmp_path: Path) -> None:
    note_birth(tmp_path)
    with running(PARENT, str(tmp_path)) as parent, running(SLEEP) as stranger:
        left = found(tmp_path)
    assert parent in left and len(left) == 2 and stranger not in left
