"""What a box may do beside others, and what it leaves. The attempts to break out are in `battery/`."""

import os
import threading
import time
from pathlib import Path

from services.sandbox.base import Bind, Box, Sandbox
from tests.services.sandbox.boxes import RunPython, python_box, run_python

BOMB = """
    import os, time
    end = time.monotonic() + 1.5
    born = 0
    while time.monotonic() < end:
        try:
            if os.fork() == 0:
                time.sleep(30)
                os._exit(0)
            born += 1
        except OSError:
            time.sleep(0.01)
    print("born", born)
"""


def test_a_fork_bomb_does_not_stop_another_box(strong: Sandbox, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    bomb = threading.Thread(target=run_python, args=(strong, BOMB, first))
    bomb.start()
    ended = []
    while bomb.is_alive():
        ended.append(strong.run(Box(("/bin/true",), second)))
    assert len(ended) > 10
    assert {result.exit_code for result in ended} == {0}


def test_a_read_only_workspace_cannot_be_changed(strong: Sandbox, workspace: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    told = run_python(
        strong,
        """
        open("/data/kept", "w").write("kept")
        try:
            open("/work/planted", "w")
            print("WROTE")
        except OSError as error:
            print(error.strerror)
        """,
        workspace,
        workspace_writable=False,
        binds=(Bind(data, "/data", writable=True),),
    )
    assert told.lines == ["Read-only file system"]
    assert (data / "kept").read_text() == "kept"


def test_what_a_box_wrote_can_be_read_by_the_host_and_by_the_next_box(
    attack: RunPython, workspace: Path
) -> None:
    attack("""
        import os
        os.mkdir("made", 0o700)
        open("made/secret", "w").write("fine")
        os.chmod("made/secret", 0)
        os.chmod("made", 0)
    """)
    assert (workspace / "made" / "secret").read_text() == "fine"
    told = attack(
        "import os; os.chmod('made', 0o700); os.chmod('made/secret', 0o600); print(open('made/secret').read())"
    )
    assert told.lines == ["fine"]


def test_boxes_run_as_different_uids(strong: Sandbox, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        return  # one account has one uid
    uids = set()
    threads = []
    for number in range(3):
        folder = tmp_path / str(number)
        folder.mkdir()
        box = python_box("open('own', 'w'); import time; time.sleep(0.5)", folder)
        threads.append(threading.Thread(target=strong.run, args=(box,)))
        threads[-1].start()
    for number, thread in enumerate(threads):
        thread.join()
        uids.add((tmp_path / str(number) / "own").stat().st_uid)
    assert len(uids) == 3
    assert 0 not in uids


def test_time_passes_in_the_box_as_outside(attack: RunPython) -> None:
    told = attack("import time; print(time.time())")
    assert abs(float(told.lines[0]) - time.time()) < 30


def test_localhost_is_the_box_itself_and_it_knows_no_other_name(attack: RunPython) -> None:
    told = attack("""
        import socket
        with socket.create_server(("localhost", 0)) as listening:
            socket.create_connection(("localhost", listening.getsockname()[1])).close()
        print(socket.getaddrinfo("localhost", 80)[0][4][0], open("/etc/hosts").read().split())
        try:
            print(socket.getaddrinfo("example.com", 80))
        except OSError as error:
            print(error.strerror)
    """)
    assert told.lines == [
        "127.0.0.1 ['127.0.0.1', 'localhost', '::1', 'localhost']",
        "Name or service not known",
    ]
