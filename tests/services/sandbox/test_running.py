"""Runs, stops and starts boxes: what the rest of the product relies on."""

import contextlib
import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from services.sandbox import launching
from services.sandbox.base import Bind, Box, BoxProcess, Limits, Sandbox, SandboxFailed
from tests.services.sandbox.boxes import RunPython, processes_with, python_box, run_python

PROJECT = Path(__file__).resolve().parents[3]


def wait_until(true: object, within_s: float = 5) -> None:
    """Look again and again until something holds."""
    assert callable(true)
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "It did not come true in time."
        time.sleep(0.01)


def test_the_exit_code_and_both_outputs_come_back(attack: RunPython) -> None:
    told = attack("import sys; print('out', flush=True); print('err', file=sys.stderr); sys.exit(7)")
    assert (told.result.exit_code, told.result.ended_by, told.result.message) == (7, "exit", "")
    assert told.lines == ["out", "err"]


def test_a_program_that_is_not_there_is_told_by_its_exit_code(strong: Sandbox, workspace: Path) -> None:
    lines: list[str] = []
    result = strong.run(Box(("/usr/bin/no-such-program",), workspace), on_line=lines.append)
    assert result.exit_code == 127
    assert "no-such-program" in lines[0]


def test_a_signal_is_named(attack: RunPython) -> None:
    told = attack("import os; os.abort()")
    assert (told.result.ended_by, told.result.message) == ("signal", "It was ended by SIGABRT.")


def test_lines_arrive_while_the_box_runs(strong: Sandbox, workspace: Path) -> None:
    code = """
        import os, time
        print("ready for the answer", flush=True)
        while not os.path.exists("answer"):
            time.sleep(0.01)
    """
    box = python_box(code, workspace, limits=Limits(wall_s=10))
    assert strong.run(box, on_line=lambda line: (workspace / "answer").touch()).exit_code == 0


@pytest.mark.parametrize("output", ["", "print('noise', flush=True)"], ids=["silent", "noisy"])
def test_cancel_ends_everything_within_two_seconds(strong: Sandbox, workspace: Path, output: str) -> None:
    code = f"""
        import os, signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        subprocess.Popen([sys.executable, "-c", "import time; mark = 'child-4712'; time.sleep(60)"])
        while True:
            {output or "time.sleep(1)"}
    """
    asked = threading.Event()
    threading.Timer(0.5, asked.set).start()
    started = time.monotonic()
    told = run_python(strong, code, workspace, cancelled=asked.is_set, limits=Limits(output_bytes=1 << 40))
    assert (told.result.ended_by, told.result.exit_code) == ("cancelled", None)
    assert time.monotonic() - started < 2.5
    assert processes_with("child-4712") == []


def test_boxes_run_side_by_side_from_many_threads(strong: Sandbox, tmp_path: Path) -> None:
    results: dict[int, int | None] = {}

    def run(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        results[number] = strong.run(Box(("/bin/sh", "-c", f"exit {number}"), folder)).exit_code

    threads = [threading.Thread(target=run, args=(number,)) for number in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: number for number in range(24)}


def test_a_box_outlives_the_thread_that_started_it(strong: Sandbox, workspace: Path, tmp_path: Path) -> None:
    started: list[BoxProcess] = []
    box = python_box("import time; time.sleep(60)", workspace)
    thread = threading.Thread(target=lambda: started.append(strong.start(box, log=tmp_path / "log")))
    thread.start()
    thread.join()
    assert started[0].wait(0.5) is None
    started[0].kill()
    assert started[0].wait(5) == -signal.SIGKILL


def test_a_folder_that_does_not_exist_is_refused_with_a_sentence(strong: Sandbox, workspace: Path) -> None:
    box = Box(("/bin/true",), workspace, binds=(Bind(workspace / "missing", "/data"),))
    with pytest.raises(SandboxFailed, match=r"could not be made.*missing"):
        strong.run(box)


def test_no_process_group_or_slot_is_left_behind(strong: Sandbox, workspace: Path) -> None:
    box = Box(("/bin/sh", "-c", "sleep 60 & exit 0"), workspace)
    strong.run(box)
    launcher = launching.launcher().process.pid

    def held() -> list[int]:
        descriptors = [len(list(Path("/proc", str(pid), "fd").iterdir())) for pid in (os.getpid(), launcher)]
        groups = list(Path("/sys/fs/cgroup").glob(f"**/ideasmith-{launcher}-*"))
        return [*descriptors, len(groups), len(psutil.Process(launcher).children(recursive=True))]

    # One child of the launcher waits for the next box.
    wait_until(lambda: held()[3] == 1)
    gc.collect()  # what an earlier test has left open goes now, or it would go in between
    before = held()
    for _ in range(5):
        strong.run(box)
    wait_until(lambda: held() == before)


def test_no_group_is_left_by_an_owner_that_is_killed(strong: Sandbox, tmp_path: Path) -> None:
    code = textwrap.dedent(OWNER).format(choice="auto", folder=str(tmp_path), mark=f"owner-{os.getpid()}")
    with owner_of_boxes(code, tmp_path) as owner:
        (launcher,) = psutil.Process(owner.pid).children()
        owner.kill()
    wait_until(lambda: not launcher.is_running())
    assert list(Path("/sys/fs/cgroup").glob(f"**/ideasmith-{launcher.pid}-*")) == []


def test_what_a_killed_launcher_left_is_swept_by_the_next(strong: Sandbox, workspace: Path) -> None:
    strong.run(Box(("/bin/true",), workspace))
    killed = launching.launcher().process
    killed.kill()
    killed.wait()
    strong.run(Box(("/bin/true",), workspace))
    assert list(Path("/sys/fs/cgroup").glob(f"**/ideasmith-{killed.pid}-*")) == []


def test_a_killed_launcher_is_replaced(strong: Sandbox, workspace: Path) -> None:
    box = python_box("open('begun', 'w'); import time; time.sleep(60)", workspace)
    results = []
    thread = threading.Thread(target=lambda: results.append(strong.run(box)))
    thread.start()
    wait_until((workspace / "begun").exists)
    os.kill(launching.launcher().process.pid, signal.SIGKILL)
    thread.join(5)
    assert results[0].ended_by == "signal"
    assert strong.run(Box(("/bin/true",), workspace)).exit_code == 0


APP = """
    import os, signal, sys, time
    def stop(number, frame):
        # Not print: the one below may not have returned yet, and a writer cannot be entered twice.
        os.write(1, b"stopping\\n")
        time.sleep(0.2)
        os.write(1, b"stopped\\n")
        sys.exit(5)
    signal.signal(signal.SIGTERM, stop)
    print("ready", flush=True)
    time.sleep(60)
"""


def test_variables_are_told_by_no_argument_and_what_the_box_sets_wins(
    strong: Sandbox, workspace: Path
) -> None:
    told = run_python(
        strong,
        "import os; print(os.environ['LEVEL'], os.environ['KEY'], os.environ['HOME'])",
        workspace,
        variables={"LEVEL": "info", "HOME": "/evil"},
        secrets={"KEY": "hush-hush"},
    )
    assert told.lines == ["info hush-hush /home/app"]


def test_an_app_is_asked_to_stop_and_may_finish(strong: Sandbox, workspace: Path, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "app.log"
    app = strong.start(python_box(APP, workspace, limits=Limits(wall_s=None, cpu_s=None)), log=log)
    wait_until(lambda: log.read_text() == "ready\n")
    assert app.poll() is None
    assert psutil.pid_exists(app.pid)
    app.terminate()
    assert app.wait(5) == 5
    assert log.read_text() == "ready\nstopping\nstopped\n"
    app.terminate()  # asking a dead one harms nobody
    app.kill()


@pytest.mark.parametrize("masked", [True, False], ids=["as it is", "seeded fault: not masked"])
def test_what_an_app_writes_of_its_secrets_is_not_in_its_log(
    strong: Sandbox, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, masked: bool
) -> None:
    if not masked:
        monkeypatch.setattr("services.sandbox.app_process.masker", lambda secrets: lambda line: line)
    log, code = tmp_path / "log", "import os; print('key', os.environ['KEY'], flush=True); print('done')"
    app = strong.start(python_box(code, workspace, secrets={"KEY": "hush-hush-4711"}), log=log)
    assert app.wait(10) == 0
    assert ("hush-hush-4711" not in log.read_text()) is masked and "done" in log.read_text()


def test_an_app_that_does_not_listen_is_killed_with_its_children(
    strong: Sandbox, workspace: Path, tmp_path: Path
) -> None:
    code = """
        import signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        subprocess.Popen([sys.executable, "-c", "import time; mark = 'child-4713'; time.sleep(60)"])
        print("ready", flush=True)
        time.sleep(60)
    """
    log = tmp_path / "log"
    app = strong.start(python_box(code, workspace), log=log)
    wait_until(lambda: "ready" in log.read_text())
    app.terminate()
    assert app.wait(0.3) is None
    app.kill()
    assert app.wait(2) == -signal.SIGKILL
    assert processes_with("child-4713") == []


def test_an_apps_log_is_kept_small(strong: Sandbox, workspace: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    app = strong.start(python_box("for n in range(300_000): print('line', n)", workspace), log=log)
    assert app.wait(20) == 0
    assert log.read_text().endswith("line 299999\n")
    assert 0 < log.stat().st_size <= 1_048_576
    assert sorted(path.name for path in tmp_path.glob("log*")) == ["log", "log.1"]


def test_an_app_that_fills_its_data_folder_is_stopped_and_says_why(
    strong: Sandbox, workspace: Path, tmp_path: Path
) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    data.mkdir()
    code = "open('/data/big', 'wb').write(bytes(3 << 20)); print('written', flush=True); import time; time.sleep(60)"
    binds = (Bind(data, "/data", writable=True),)
    app = strong.start(python_box(code, workspace, binds=binds, limits=Limits(disk_mb=2)), log=log)
    assert app.wait(10) == -signal.SIGKILL
    assert "Stopped: It stored more than 2 MB." in log.read_text()


OWNER = """
    import sys, threading, time
    from pathlib import Path
    from services.sandbox.base import Box
    from services.sandbox.probing import examine
    from tests.services.sandbox.boxes import python_box
    sandbox, _ = examine({choice!r})
    folder = Path({folder!r})
    code = "import time; print('up', flush=True); mark = {mark!r}; time.sleep(120)"
    for name in ("app", "run"):
        (folder / name).mkdir()
    box = python_box("import subprocess, sys; subprocess.run([sys.executable, '-c', " + repr(code) + "])",
                     folder / "app", trusted_template=True)
    app = sandbox.start(box, log=folder / "log")
    threading.Thread(target=sandbox.run, args=(python_box(code, folder / "run", trusted_template=True),)).start()
    while "up" not in (folder / "log").read_text():
        time.sleep(0.01)
    print("up", flush=True)
    time.sleep(60)
"""


@contextlib.contextmanager
def owner_of_boxes(code: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has started an app and runs a box."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "IDEASMITH_DATA": str(folder / "data")}
    environment["TMPDIR"] = str(folder / "scratch")
    (folder / "scratch").mkdir()
    with subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"up\n"
        yield owner


@pytest.mark.parametrize("choice", ["auto", "weak"])
def test_boxes_die_with_an_owner_that_is_killed(choice: str, tmp_path: Path) -> None:
    mark = f"orphan-{choice}-{os.getpid()}"
    code = textwrap.dedent(OWNER).format(choice=choice, folder=str(tmp_path), mark=mark)
    with owner_of_boxes(code, tmp_path) as owner:
        below = psutil.Process(owner.pid).children(recursive=True)
        assert len(below) >= 3
        owner.kill()
    psutil.wait_procs(below, timeout=3)
    assert [process for process in below if process.is_running()] == []
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_forked_child_gets_a_launcher_of_its_own(strong: Sandbox, workspace: Path) -> None:
    ours = launching.launcher().process.pid
    pid = os.fork()
    if pid == 0:
        result = strong.run(Box(("/bin/true",), workspace))
        os._exit(0 if result.exit_code == 0 and launching.launcher().process.pid != ours else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert strong.run(Box(("/bin/true",), workspace)).exit_code == 0
    assert launching.launcher().process.pid == ours
