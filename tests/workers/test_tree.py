"""The supervisor's children: started again with back-off, ended with all that they started."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.chaos.rules_of_runs import RESUME_S
from workers.processes import is_alive
from workers.supervisor.child import FIRST_WAIT_S, LONGEST_WAIT_S, Child
from workers.supervisor.parts import Part
from workers.supervisor.tree import Tree

ROOT = Path(__file__).resolve().parents[2]

# A supervisor in small: two parts, of which one starts a process in a session of its own, as a box or a horse is.
SMALL = """
import sys
from pathlib import Path
from workers.supervisor.keeper import keep
from workers.supervisor.parts import Part, python
from workers.supervisor.tree import Stopped, Tree

data = Path(sys.argv[1])
stubborn = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('up', flush=True); time.sleep(600)"
)
nested = (
    "import subprocess, sys, time; "
    "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True); "
    "print(p.pid, flush=True); time.sleep(600)"
)

def run():
    tree = Tree(data)
    tree.start([Part("nested", python("-c", nested)), Part("stubborn", python("-c", stubborn))])
    try:
        tree.wait(lambda: False, 0.05)
    except Stopped:
        pass
    finally:
        tree.stop()
    return 0

sys.exit(keep(run, lambda: (data / "cleared").touch()))
"""


class Small:
    """The small supervisor at work, seen from outside."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with (data / "out").open("wb") as output:
            self.keeper = subprocess.Popen([sys.executable, "-c", SMALL, str(data)], cwd=ROOT, stdout=output)

    def state(self) -> dict[str, dict[str, object]]:
        """Return the parts by name, waiting for the first word."""
        file = self.data / "processes.json"
        until(file.exists)
        return {part["name"]: part for part in json.loads(file.read_text())["processes"]}

    def supervisor(self) -> int:
        """Return the pid of the process inside the keeper."""
        until((self.data / "processes.json").exists)
        return int(json.loads((self.data / "processes.json").read_text())["supervisor"])

    def stray(self) -> int:
        """Return the pid of the process that the nested part started in a session of its own."""
        log = self.data / "logs" / "nested.log"
        until(lambda: log.exists() and log.read_text().endswith("\n"))
        return int(log.read_text().split()[-1])

    def is_up(self) -> bool:
        """Whether the stubborn part has got as far as refusing to end."""
        log = self.data / "logs" / "stubborn.log"
        return log.exists() and "up" in log.read_text()

    def everybody(self) -> list[int]:
        """Return every process of the tree once all are there."""
        until(self.is_up)
        parts = [int(str(part["pid"])) for part in self.state().values()]
        return [self.keeper.pid, self.supervisor(), self.stray(), *parts]


def until(condition: object, timeout_s: float = 20.0) -> None:
    """Wait for what another process does."""
    deadline = time.monotonic() + timeout_s
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """A small supervisor with two parts."""
    return Small(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_within_five_seconds(small: Small, number: int) -> None:
    everybody = small.everybody()
    started = time.monotonic()
    small.keeper.send_signal(number)
    assert small.keeper.wait(10) == 0
    assert time.monotonic() - started < 5
    assert [pid for pid in everybody if is_alive(pid)] == []
    assert not (small.data / "processes.json").exists()


def test_a_killed_supervisor_takes_its_tree_along(small: Small) -> None:
    everybody = small.everybody()
    os.kill(small.supervisor(), signal.SIGKILL)
    assert small.keeper.wait(5) == 128 + signal.SIGKILL
    assert [pid for pid in everybody if is_alive(pid)] == []
    assert (small.data / "cleared").exists()


def test_a_killed_keeper_stops_the_supervisor_and_all(small: Small) -> None:
    everybody = small.everybody()
    small.keeper.kill()
    small.keeper.wait()
    until(lambda: not [pid for pid in everybody if is_alive(pid)], 5)


def test_a_part_that_dies_comes_back_without_what_it_had_started(small: Small) -> None:
    before, stray = small.state()["nested"], small.stray()
    until(small.is_up)
    os.kill(int(str(before["pid"])), signal.SIGKILL)
    until(lambda: small.state()["nested"]["restarts"] == 1 and small.state()["nested"]["state"] == "running")
    assert not is_alive(stray)
    assert small.state()["nested"]["last_exit"] == "signal 9"
    assert "nested ended (signal 9) and starts again in 0.2 s" in (small.data / "out").read_text()
    small.keeper.terminate()
    assert small.keeper.wait(10) == 0


def test_back_off_grows_to_a_third_of_what_a_run_may_be_silent_and_starts_anew_once_settled(
    tmp_path: Path,
) -> None:
    child = Child(
        Part("brief", (sys.executable, "-c", "print('gone'); raise SystemExit(3)")), tmp_path / "log"
    )
    waits = []
    for _ in range(10):
        child.start(os.environ)
        assert child.process is not None
        child.process.wait()
        child.take_note()
        waits.append(child.start_again - time.monotonic())
    assert waits == pytest.approx([min(FIRST_WAIT_S * 2**n, LONGEST_WAIT_S) for n in range(10)], abs=0.05)
    assert max(waits) <= RESUME_S / 3
    assert child.last_exit == "exit 3"
    child.start(os.environ)
    assert child.process is not None
    child.process.wait()
    child.started -= 31
    child.take_note()
    assert child.start_again - time.monotonic() < FIRST_WAIT_S


def test_the_loop_wakes_when_a_part_is_to_start_again_and_not_a_second_later(tmp_path: Path) -> None:
    tree = Tree.__new__(Tree)  # without its signals, which would be this process's
    part = Part("brief", (sys.executable, "-c", "raise SystemExit(3)"))
    tree.children = {"brief": Child(part, tmp_path / "log")}
    child = tree.children["brief"]
    child.start(os.environ)
    assert tree.next_start_s() == float("inf")
    assert child.process is not None
    child.process.wait()
    child.take_note()
    assert 0 < tree.next_start_s() <= FIRST_WAIT_S
