"""One start a data folder."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workers.data_lock import NAME, data_lock
from workers.preflight import CannotStart

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from pathlib import Path
from workers.data_lock import data_lock
with data_lock(Path(sys.argv[1]), "http://127.0.0.1:4000"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[bytes]:
    """Another process that holds the lock until its standard input is closed."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_a_second_start_hears_who_is_there_and_what_to_do(
    holder: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    with (
        pytest.raises(CannotStart, match=r"process \d+, http://127.0.0.1:4000.*DATA=other PORT=3100"),
        data_lock(tmp_path),
    ):
        pass
    holder.communicate()
    with data_lock(tmp_path):
        assert json.loads((tmp_path / NAME).read_text())["pid"] == os.getpid()


def test_the_lock_goes_with_its_holder(tmp_path: Path) -> None:
    with data_lock(tmp_path):
        assert (tmp_path / NAME).exists()
    assert not (tmp_path / NAME).exists()


def test_a_killed_holder_leaves_no_lock_behind(holder: subprocess.Popen[bytes], tmp_path: Path) -> None:
    holder.kill()
    holder.wait()
    assert (tmp_path / NAME).exists()
    with data_lock(tmp_path):
        pass
