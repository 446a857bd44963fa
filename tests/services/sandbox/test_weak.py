"""The tier without namespaces: our own templates run with what there is, nothing else runs at all."""

import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.sandbox import landlock
from services.sandbox import weak as weak_module
from services.sandbox.base import Bind, Box, Limits, Sandbox, SandboxRefused, Tier
from services.sandbox.weak import Outside
from tests.services.sandbox.boxes import RunPython, processes_with, run_python


@pytest.fixture
def attack(weak: Sandbox, workspace: Path) -> RunPython:
    return lambda code, **more: run_python(weak, code, workspace, trusted_template=True, **more)


def test_foreign_code_is_refused_with_the_command_that_helps(weak: Sandbox, workspace: Path) -> None:
    assert weak.tier is Tier.WEAK
    for refuse in (lambda box: weak.run(box), lambda box: weak.start(box, log=workspace / "log")):
        with pytest.raises(SandboxRefused) as refused:
            refuse(Box(("/bin/true",), workspace))
        assert refused.value.code == "sandbox_required"
        assert "To lift it: unset IDEASMITH_SANDBOX" in refused.value.message


def test_a_trusted_template_runs(attack: RunPython) -> None:
    told = attack("import sys; print('fine'); sys.exit(3)")
    assert (told.result.exit_code, told.lines) == (3, ["fine"])


def test_variables_are_told_and_a_secret_is_no_path(attack: RunPython) -> None:
    told = attack(
        "import os; print(os.environ['WHERE'] != '/tmp/x', os.environ['KEY'], os.environ['HOME'] != '/evil')",
        variables={"WHERE": "/tmp/x", "HOME": "/evil"},
        secrets={"KEY": "/tmp/x"},
    )
    assert told.lines == ["True /tmp/x True"]


def test_the_paths_of_the_box_become_the_hosts(weak: Sandbox, workspace: Path, tmp_path: Path) -> None:
    data, sockets = tmp_path / "data", tmp_path / "sockets"
    data.mkdir()
    sockets.mkdir()
    told = run_python(
        weak,
        """
        import os, socket, tempfile
        assert os.getcwd() == os.environ["CODE"]
        open(os.environ["APP_DATA"] + "/kept", "w").write("kept")
        open("mine", "w").write("mine")
        open(os.path.expanduser("~/home"), "w").write("home")
        tempfile.TemporaryFile().write(b"temporary")
        made = socket.socket(socket.AF_UNIX)
        made.bind(os.environ["APP_SOCKET"])
        print(os.environ["APP_URL"], os.environ["DATABASE"])
        """,
        workspace,
        trusted_template=True,
        env={
            "CODE": "/work",
            "APP_DATA": "/data",
            "APP_SOCKET": "/run/app/s",
            "APP_URL": "http://work.localhost:3001/data",
            "DATABASE": "sqlite:////data/app.db",
        },
        binds=(Bind(data, "/data", writable=True), Bind(sockets, "/run/app", writable=True)),
    )
    assert told.lines == [f"http://work.localhost:3001/data sqlite:///{data}/app.db"], told
    assert (data / "kept").read_text() == "kept"
    assert (workspace / "mine").read_text() == "mine"
    assert stat.S_ISSOCK((sockets / "s").stat().st_mode)


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("/work", "{work}"),
        ("/work/a.py", "{work}/a.py"),
        ("--dir=/data:/env/bin", "--dir={data}:{env}/bin"),
        ("/data/inner/x", "{inner}/x"),
        ("/workshop /datas ./work a/work /srv/data", "/workshop /datas ./work a/work /srv/data"),
        ("http://host/data", "http://host/data"),
    ],
)
def test_only_whole_paths_of_the_box_are_put_in_place(text: str, outside: str, tmp_path: Path) -> None:
    places = {name: tmp_path / name for name in ("work", "data", "env", "inner")}
    binds = (Bind(places["data"], "/data"), Bind(places["env"], "/env"), Bind(places["inner"], "/data/inner"))
    box = Box(("x",), places["work"], binds=binds)
    assert Outside(box, tmp_path / "scratch").of(text) == outside.format(**places)


def test_files_of_the_host_are_out_of_reach(attack: RunPython, tmp_path: Path) -> None:
    assert landlock.version() > 0, (
        "This kernel has no Landlock; the probe says so, and this test cannot hold."
    )
    (tmp_path / "secret").write_text("another tenant")
    told = attack(f"""
        import os
        for path in ["/etc/shadow", "/etc/passwd", "/root/.profile", {str(tmp_path / "secret")!r}, "/proc/1/environ",
                     "/proc/{os.getpid()}/environ", "/proc/sys/kernel/core_pattern", "/proc/self/../1/status"]:
            try:
                print("READ", path, open(path).read(10))
            except OSError:
                pass
        for path in ["/tmp/planted-4714", "/usr/planted", "/proc/sys/kernel/core_pattern", "/dev/shm/planted"]:
            try:
                print("WROTE", open(path, "w"))
            except OSError:
                pass
        try:
            os.chmod("/usr", 0o755)
            os.kill({os.getpid()}, 0)
            print("SIGNALLED")
        except OSError:
            pass
    """)
    assert told.result.exit_code == 0, told
    # "/tmp/…" stands for the box's own folder here as everywhere else.
    assert told.lines == []


def test_no_capability_is_left_and_none_comes_back(attack: RunPython) -> None:
    told = attack("""
        import subprocess
        print(subprocess.run(["/bin/cat", "/proc/self/status"], capture_output=True, text=True).stdout)
        for line in open("/proc/self/status"):
            if line.startswith(("CapPrm", "CapEff", "CapAmb", "NoNewPrivs", "Seccomp:")):
                print(line.split()[1])
    """)
    assert told.lines[-5:] == ["0" * 16, "0" * 16, "0" * 16, "1", "2"]


def test_only_unix_sockets_are_made(attack: RunPython) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        told = attack(f"""
            import socket
            socket.socketpair()
            for family in (2, 10, 16, 17, 40):
                try:
                    socket.socket(family, 1)
                    print("MADE", family)
                except OSError as error:
                    print(error.errno)
            try:
                socket.create_connection(("127.0.0.1", {listening.getsockname()[1]}))
                print("REACHED")
            except OSError:
                print("fine")
        """)
    assert told.lines == ["97"] * 5 + ["fine"]


def test_a_daemon_does_not_outlive_its_box(attack: RunPython) -> None:
    told = attack("""
        import os, sys, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execv(sys.executable, [sys.executable, "-c", "import time; mark = 'daemon-4714'; time.sleep(60)"])
            os._exit(0)
        time.sleep(0.3)
    """)
    assert told.result.exit_code == 0
    assert processes_with("daemon-4714") == []


def test_time_memory_and_processes_are_limited(weak: Sandbox, workspace: Path) -> None:
    told = run_python(
        weak,
        """
        import os, time
        try:
            bytearray(4 << 30)
            print("HELD")
        except MemoryError:
            print("refused")
        time.sleep(60)
        """.replace("time.sleep(60)", "print(flush=True); time.sleep(60)"),
        workspace,
        trusted_template=True,
        limits=Limits(wall_s=1, memory_mb=256),
    )
    assert (told.result.ended_by, told.lines[0]) == ("timeout", "refused")


def test_where_other_uids_can_pass_a_box_gets_one_of_its_own(
    weak: Sandbox, monkeypatch: pytest.MonkeyPatch, open_folder: Path
) -> None:
    told = weak.run(box := Box(("/bin/sh", "-c", "id -u > own"), open_folder, trusted_template=True))
    assert told.exit_code == 0
    uid = int((box.workspace / "own").read_text())
    assert (uid != 0) if os.geteuid() == 0 else (uid == os.geteuid())


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A workspace to which other uids can pass."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def test_a_kernel_without_landlock_still_runs_templates_and_says_what_is_missing(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.sandbox import probing

    for module in (probing, weak_module):
        monkeypatch.setattr(module.landlock, "version", lambda: 0)
    sandbox, found = probing.examine("weak")
    assert any("no Landlock" in sentence for sentence in found.missing)
    told = run_python(sandbox, "print('fine')", workspace, trusted_template=True)
    assert told.lines == ["fine"]


def test_a_read_only_workspace_cannot_be_changed(attack: RunPython) -> None:
    told = attack(
        """
        try:
            open("planted", "w")
            print("WROTE")
        except OSError:
            print("refused")
        """,
        workspace_writable=False,
    )
    assert told.lines == ["refused"]
