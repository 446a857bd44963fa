"""What a box may store: to the byte where it works in memory, else as the watch sees it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from services.sandbox import slots
from services.sandbox.base import Limits, Sandbox
from services.sandbox.disk_watch import DiskWatch
from services.sandbox.slots import hand_over, reclaim
from tests.product import passable_folder
from tests.services.sandbox.boxes import PROJECT, RunPython, run_python

FILL = """
    import errno, itertools, os
    stored = made = 0
    try:
        for number in range(100):
            with open(f"part-{number}", "wb", buffering=0) as file:
                for _ in range(64):
                    stored += file.write(bytes(1 << 16))
    except OSError as error:
        print("bytes", stored, errno.errorcode[error.errno], flush=True)
    for number in range(100):
        try:
            os.unlink(f"part-{number}")
        except OSError:
            break
    try:
        for made in itertools.count():
            os.close(os.open(f"e{made}", os.O_CREAT | os.O_WRONLY))
            if made > 5000:
                break
    except OSError as error:
        print("files", made, errno.errorcode[error.errno], flush=True)
"""


def test_a_disposable_box_is_ended_by_the_kernel_to_the_byte(attack: RunPython, workspace: Path) -> None:
    (workspace / "brought").write_text("by the code")
    limits = Limits(disk_mb=20, disk_files=400, file_mb=64, wall_s=20)
    told = attack(FILL, disposable=True, limits=limits)
    kind, stored, reason = told.lines[0].split()
    # The files that came with the code take a page each.
    assert (kind, reason) == ("bytes", "ENOSPC") and (20 << 20) - (1 << 17) < int(stored) < 20 << 20
    if slots.can_drop() and slots.can_mount():
        # Of 400 places one is the folder itself, two hold the code.
        assert told.lines[1:] == ["files 397 ENOSPC"] and told.result.exit_code == 0
    else:
        assert told.result.ended_by == "disk" or told.lines[1:] == []
    assert sorted(path.name for path in workspace.iterdir()) == ["attack.py", "brought"]


def test_a_disposable_box_works_on_the_code_as_it_lies_there(attack: RunPython, workspace: Path) -> None:
    (workspace / "folder").mkdir()
    (workspace / "folder" / "tool").write_text("#!/bin/sh\necho ran\n")
    (workspace / "folder" / "tool").chmod(0o755)
    (workspace / "link").symlink_to("folder/tool")
    before = (workspace / "folder" / "tool").stat().st_mtime_ns
    told = attack(
        """
        import os, subprocess, sys
        print(subprocess.run(["./link"], capture_output=True, text=True).stdout.strip(), os.getcwd())
        print(os.readlink("link"), os.stat("folder/tool").st_mtime_ns // 1000)
        open("folder/tool", "w").write("changed")
        sys.exit(3)
        """,
        disposable=True,
    )
    assert told.lines == ["ran /work", f"folder/tool {before // 1000}"]
    assert told.result.exit_code == 3
    assert (workspace / "folder" / "tool").read_text() == "#!/bin/sh\necho ran\n"


def test_a_disposable_box_of_the_weak_tier_is_watched(weak: Sandbox, workspace: Path) -> None:
    told = run_python(
        weak, "open('big', 'wb').write(bytes(8 << 20)); import time; time.sleep(20)", workspace,
        disposable=True, trusted_template=True, limits=Limits(disk_mb=2, wall_s=15),
    )  # fmt: skip
    assert (told.result.ended_by, told.result.message) == ("disk", "It stored more than 2 MB.")


def test_the_watch_says_what_is_too_much(tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / str(number)).write_bytes(bytes(1 << 20))
    assert DiskWatch((tmp_path,), Limits(disk_mb=50, disk_files=6)).excess() == ""
    assert DiskWatch((tmp_path,), Limits(disk_mb=5)).excess() == "It stored more than 5 MB."
    assert DiskWatch((tmp_path,), Limits(disk_files=5)).excess() == "It made more than 5 files."
    watch = DiskWatch((tmp_path,), Limits(disk_mb=5))
    assert watch.excess() and watch.excess() == ""  # not again before its time


def test_the_watch_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "big").write_bytes(bytes(3 << 20))
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "link").symlink_to(tmp_path / "far")
    assert DiskWatch((tmp_path / "box",), Limits(disk_mb=1)).excess() == ""


SHUT = """
    import os, sys
    from pathlib import Path
    from services.sandbox.base import Limits
    from services.sandbox.disk_watch import DiskWatch
    from tests.services.sandbox.boxes import open_the_way
    if os.geteuid() == 0:
        open_the_way(); os.setgroups([]); os.setgid(65534); os.setuid(65534)
    for mode in (0o300, 0o400, 0o000):
        folder = Path(sys.argv[1], oct(mode))
        (folder / "shut").mkdir(parents=True)
        (folder / "shut" / "big").write_bytes(bytes(3 << 20))
        (folder / "shut").chmod(mode)
        watch = DiskWatch((folder,), Limits(disk_mb=1))
        print(oct(mode), [watch.scan() for _ in range(3)], oct((folder / "shut").stat().st_mode & 0o777))
"""


def test_a_folder_shut_for_longer_than_a_look_is_looked_into() -> None:
    import textwrap

    with passable_folder() as folder:
        folder.chmod(0o777)
        told = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(SHUT), str(folder)], capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(PROJECT)}, timeout=60, cwd="/",
        )  # fmt: skip
    much = "It stored more than 1 MB."
    assert told.stdout.splitlines() == [
        f"0o300 {['', much, much]} 0o700",
        f"0o400 {['', much, much]} 0o500",
        f"0o0 {['', much, much]} 0o500",
    ], told


@pytest.mark.parametrize(
    "give", [lambda folder: hand_over(folder, os.getuid()), reclaim], ids=["give", "take back"]
)
def test_handing_over_touches_nothing_behind_a_link(give: object, tmp_path: Path) -> None:
    assert callable(give)
    far, box = tmp_path / "far", tmp_path / "box"
    far.mkdir()
    (far / "kept").write_text("kept")
    (far / "kept").chmod(0o400)
    (far / "folder").mkdir(mode=0o500)
    box.mkdir()
    (box / "file").symlink_to(far / "kept")
    (box / "folder").symlink_to(far / "folder")
    os.mkfifo(box / "pipe")
    with socket.socket(socket.AF_UNIX) as named:
        named.bind(str(box / "socket"))
        give(box)
    assert [oct(path.stat().st_mode & 0o777) for path in (far / "kept", far / "folder")] == ["0o400", "0o500"]
    assert (far / "kept").stat().st_uid == os.getuid()
