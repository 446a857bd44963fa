"""The attacks that matter most, as the foreign code that would try them."""

import os
import platform
import socket
import threading
import time
from pathlib import Path

import pytest

from services.sandbox.base import Bind, Box, Limits, Sandbox
from services.sandbox.seccomp import ARCHITECTURES
from tests.services.sandbox.boxes import RunPython, processes_with, python_box, run_python

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


def test_the_hosts_environment_is_not_in_the_box(attack: RunPython, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_HOST", "planted-4711")
    told = attack("""
        import glob, os
        print(dict(os.environ))
        for path in glob.glob("/proc/[0-9]*/environ"):
            try:
                print(path, open(path, "rb").read())
            except OSError as error:
                print(path, error.strerror)
    """)
    assert told.result.exit_code == 0
    assert "planted-4711" not in told.text


def test_only_the_boxes_own_processes_are_seen(attack: RunPython) -> None:
    told = attack("import os; print(sorted(int(name) for name in os.listdir('/proc') if name.isdigit()))")
    assert max(eval(told.lines[0])) < 10  # noqa: S307 - a list of numbers


def test_files_of_the_host_cannot_be_read(attack: RunPython, tmp_path: Path) -> None:
    other = tmp_path / "other-workspace"
    other.mkdir()
    (other / "secret").write_text("another tenant")
    told = attack(f"""
        for path in ["/etc/shadow", "/etc/passwd", "/root", {str(other / "secret")!r}, "/work/../etc/shadow",
                     "/proc/1/root/etc/shadow", "/proc/self/cwd/../etc/shadow", "/dev/vda", "/proc/kcore"]:
            try:
                open(path, "rb").read(10)
                print("READ", path)
            except OSError as error:
                print(error.strerror)
    """)
    assert told.result.exit_code == 0
    assert "READ" not in told.text
    assert len(told.lines) == 9


def test_links_do_not_lead_out(attack: RunPython, workspace: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("another tenant")
    (workspace / "out").symlink_to(other)
    (workspace / "folder").symlink_to(tmp_path)
    told = attack("""
        for path in ["out", "folder/other", "folder/new"]:
            for mode in "rw":
                try:
                    open(path, mode)
                    print("OPENED", path, mode)
                except OSError:
                    pass
    """)
    assert "OPENED" not in told.text
    assert other.read_text() == "another tenant"
    assert not (tmp_path / "new").exists()


def test_nothing_outside_the_workspace_can_be_written(attack: RunPython) -> None:
    told = attack("""
        import os
        for folder in ["/", "/usr", "/usr/bin", "/etc", "/lib", "/proc/sys/kernel", "/sys", "/dev"]:
            try:
                open(folder + "/planted", "w")
                print("WROTE", folder)
            except OSError:
                pass
        open("mine", "w").write("fine")
        open("/dev/null", "w").write("fine")
        open("/dev/shm/mine", "w").write("fine")
    """)
    assert (told.result.exit_code, told.lines) == (0, [])


def test_no_setting_of_the_kernel_can_be_changed(attack: RunPython) -> None:
    told = attack("""
        import os
        for folder, _, files in os.walk("/proc/sys"):
            for name in files:
                if os.access(os.path.join(folder, name), os.W_OK):
                    print("WRITABLE", os.path.join(folder, name))
        for path in ["/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/mtrr"]:
            try:
                open(path, "r+b")
                print("OPENED", path)
            except OSError:
                pass
    """)
    assert told.result.exit_code == 0
    assert told.lines == []


def test_a_fork_bomb_is_held_and_leaves_nothing(attack: RunPython) -> None:
    told = attack(BOMB, limits=Limits(wall_s=15, processes=32))
    assert told.result.ended_by == "exit"
    assert 5 < int(told.lines[-1].split()[1]) < 40


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


def test_four_gigabytes_of_memory_are_refused(attack: RunPython) -> None:
    told = attack("held = bytearray(4 << 30); print('HELD')", limits=Limits(memory_mb=256))
    assert "HELD" not in told.lines
    assert "MemoryError" in told.text or told.result.ended_by == "memory"


def test_many_children_share_one_limit_of_memory(attack: RunPython) -> None:
    told = attack(
        """
        import os, time
        for number in range(12):
            if os.fork() == 0:
                held = bytearray(b"x") * (40 << 20)
                time.sleep(20)
                os._exit(0)
        print([os.wait()[1] for number in range(1)])
        raise SystemExit(1)
        """,
        limits=Limits(memory_mb=200, wall_s=15),
    )
    assert told.result.ended_by == "memory", told


def test_one_large_file_is_cut_off(attack: RunPython) -> None:
    told = attack(
        """
        try:
            with open("large", "wb") as file:
                for number in range(100):
                    file.write(bytes(1 << 20))
        except OSError as error:
            print(error.strerror)
        """,
        limits=Limits(file_mb=5),
    )
    assert told.lines == ["File too large"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("open(str(n), 'wb').write(bytes(4 << 20))", "It stored more than 20 MB."),
        ("open(str(n), 'wb')", "It made more than 500 files."),
    ],
    ids=["bytes", "files"],
)
def test_a_full_workspace_ends_the_box(attack: RunPython, code: str, message: str) -> None:
    limits = Limits(disk_mb=20, disk_files=500, wall_s=20)
    told = attack(
        f"import itertools, time\nfor n in itertools.count():\n    {code}\n    time.sleep(0.001)",
        limits=limits,
    )
    assert (told.result.ended_by, told.result.message) == ("disk", message)


def test_endless_output_ends_the_box(attack: RunPython) -> None:
    told = attack("while True: print('y' * 1000)", limits=Limits(output_bytes=100_000, wall_s=20))
    assert told.result.ended_by == "output"
    assert told.result.duration_s < 5
    assert 90_000 < len(told.text) <= 100_000


def test_a_box_that_ignores_every_signal_ends_at_its_time(attack: RunPython) -> None:
    told = attack(
        """
        import signal, time
        for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        print("deaf", flush=True)
        while True:
            time.sleep(60)
        """,
        limits=Limits(wall_s=1),
    )
    assert (told.result.ended_by, told.result.exit_code, told.lines) == ("timeout", None, ["deaf"])
    assert told.result.duration_s < 3


def test_processor_time_is_limited(attack: RunPython) -> None:
    told = attack("while True: pass", limits=Limits(cpu_s=1, wall_s=15))
    assert (told.result.ended_by, told.result.message) == (
        "timeout",
        "It used more processor time than it may.",
    )


def test_a_daemon_does_not_outlive_its_box(attack: RunPython, workspace: Path) -> None:
    told = attack("""
        import os, sys, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execv(sys.executable, [sys.executable, "-c", "import time; mark = 'daemon-4711'; time.sleep(60)"])
            os._exit(0)
        time.sleep(0.3)
        print("gone")
    """)
    assert told.lines == ["gone"]
    assert processes_with("daemon-4711") == []


def test_the_kernels_dangerous_calls_are_refused(attack: RunPython) -> None:
    told = attack(
        """
        import ctypes, os
        numbers = NUMBERS
        libc = ctypes.CDLL(None, use_errno=True)
        calls = {
            "ptrace": lambda: libc.ptrace(16, 1, 0, 0),
            "mount": lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
            "umount": lambda: libc.umount2(b"/proc/sys", 2),
            "user namespace": lambda: libc.unshare(0x10000000),
            "other namespaces": lambda: libc.unshare(0x20000 | 0x40000000),
            "setns": lambda: libc.setns(0, 0),
            "chroot": lambda: libc.chroot(b"/tmp"),
            "clone with a namespace": lambda: libc.syscall(numbers['clone'], 0x10000000 | 17, 0, 0, 0, 0),
            "keyring": lambda: libc.syscall(numbers['keyctl'], 0, -3, 0),
            "io_uring": lambda: libc.syscall(numbers['io_uring_setup'], 8, 0),
            "bpf": lambda: libc.syscall(numbers['bpf'], 0, 0, 0),
            "perf": lambda: libc.syscall(numbers['perf_event_open'], 0, 0, -1, -1, 0),
            "x32": lambda: libc.syscall(0x40000000 + 39),
            "uid 0": lambda: libc.setuid(0),
            "kill the parent": lambda: libc.kill(1, 9) or (os.path.exists("/proc/1") and -1),
        }
        for name, call in calls.items():
            if call() >= 0:
                print("DONE", name)
        print("tried", len(calls))
    """.replace("NUMBERS", str(dict(ARCHITECTURES[platform.machine()].numbers)))
    )
    assert told.lines == ["tried 15"], told


def test_no_network_is_reached(attack: RunPython) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        port = listening.getsockname()[1]
        told = attack(f"""
            import socket
            for address in [("127.0.0.1", {port}), ("169.254.169.254", 80), ("8.8.8.8", 53), ("10.0.0.1", 80)]:
                try:
                    socket.create_connection(address, timeout=1)
                    print("REACHED", address)
                except OSError as error:
                    print(error.strerror)
            for family, kind in [(40, 1), (17, 3), (2, 3), (16, 3), (31, 1), (38, 5)]:
                try:
                    made = socket.socket(family, kind)
                    print("MADE", family)
                except OSError as error:
                    pass
            try:
                socket.getaddrinfo("example.com", 80)
                print("RESOLVED")
            except OSError:
                pass
        """)
        with pytest.raises(BlockingIOError):
            listening.accept()
    # A netlink socket in its own empty network tells a box nothing.
    assert "REACHED" not in told.text
    assert "RESOLVED" not in told.text
    assert [line for line in told.lines if line.startswith("MADE")] == ["MADE 16"]


def test_abstract_and_named_sockets_of_the_host_are_out_of_reach(attack: RunPython, tmp_path: Path) -> None:
    name = f"\0ideasmith-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as abstract, socket.socket(socket.AF_UNIX) as named:
        abstract.bind(name)
        abstract.listen()
        named.bind(str(tmp_path / "s"))
        named.listen()
        told = attack(f"""
            import socket
            for address in [{name!r}, {str(tmp_path / "s")!r}]:
                try:
                    socket.socket(socket.AF_UNIX).connect(address)
                    print("REACHED")
                except OSError as error:
                    print(error.strerror)
        """)
    assert told.lines == ["Connection refused", "No such file or directory"]


def test_no_descriptor_of_the_host_is_inherited(strong: Sandbox, workspace: Path) -> None:
    with open("/etc/hostname") as secret:  # noqa: PTH123 - a descriptor is wanted
        os.set_inheritable(secret.fileno(), True)
        told = run_python(
            strong, "import os; print(sorted(map(int, os.listdir('/proc/self/fd'))), os.readlink('/proc/self/fd/0'))",
            workspace,
        )  # fmt: skip
    # 3 is the listing itself.
    assert told.lines == ["[0, 1, 2, 3] /dev/null"]


def test_a_setuid_program_gives_no_power(attack: RunPython) -> None:
    told = attack("""
        import os, shutil, subprocess
        shutil.copy("/usr/bin/id", "id")
        os.chmod("id", 0o6755)
        print(subprocess.run(["./id", "-u"], capture_output=True, text=True).stdout.strip())
        print([line.split()[1] for line in open("/proc/self/status") if line.startswith(("CapEff", "NoNewPrivs"))])
    """)
    assert told.lines == ["1000", "['0000000000000000', '1']"]


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
