"""The box made by bubblewrap: namespaces around a uid of its own. Tiers `strong` and `good`."""

import base64
import contextlib
import functools
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.sandbox import app_process, limits, making, running, seccomp, slots
from services.sandbox.base import Box, BoxProcess, BoxResult, Log, Tier, ignore, never
from services.sandbox.cgroup import Groups
from services.sandbox.enter import Plan
from services.sandbox.memory_folders import SMALL_FOLDERS

# What a program needs of the host, and no more: no passwd, no hosts, no resolver, no keys.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
ETC = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")
NAMESPACES = ("user", "ipc", "pid", "uts", "cgroup-try", "net")
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/home/app",
    "USER": "app",
    "LANG": "C.UTF-8",
    "TMPDIR": "/tmp",  # noqa: S108 - the box's own
}

# What a program needs to know that `localhost` is itself, and nothing of whom the host knows.
OWN_FILES = {
    "/etc/hosts": b"127.0.0.1 localhost\n::1 localhost\n",
    "/etc/nsswitch.conf": b"hosts: files\n",
}

Word = str | dict[str, int] | dict[str, str]


@dataclass(frozen=True, slots=True)
class Bubblewrap:
    """Runs boxes with the whole profile."""

    program: str
    groups: Groups | None

    @property
    def tier(self) -> Tier:
        """Return `strong` with a cgroup, `good` without."""
        return Tier.STRONG if self.groups else Tier.GOOD

    def run(
        self, box: Box, *, on_line: Callable[[str], None] = ignore, cancelled: Callable[[], bool] = never
    ) -> BoxResult:
        """Run a box to its end (see `Sandbox`)."""
        return running.run(box, self.plan, self.groups, on_line, cancelled)

    def start(self, box: Box, *, log: Path | Log) -> BoxProcess:
        """Start a long-lived box (see `Sandbox`)."""
        return app_process.start(box, self.plan, self.groups, log)

    def plan(self, box: Box, uid: int | None, held: contextlib.ExitStack) -> Plan:
        """Write down the box for the launcher. Nothing needs to be held for it."""
        binds = making.places(box, on_disk=False)
        sources = [*(bind.source for bind in binds), Path(self.program).resolve()]
        # Only root can stage, and only root must: another uid may not pass through a folder of mode 0700.
        closed = uid is not None and not all(making.reachable(source, uid) for source in sources)
        staged = [str(source) for source in sources] if closed else []
        program: Word = {"staged": len(binds)} if staged else self.program
        arguments: list[Word] = [program, *namespace_arguments(self.program), *system_arguments(self.program)]
        for number, bind in enumerate(binds):
            source: Word = {"staged": number} if staged else str(bind.source)
            arguments += ["--bind" if bind.writable else "--ro-bind", source, bind.target]
        for name, value in (ENVIRONMENT | dict(box.env)).items():
            arguments += ["--setenv", name, value]
        memory = work_in_memory(box, uid) if box.disposable else None
        arguments += memory.arguments if memory else []
        for path in OWN_FILES:
            arguments += ["--ro-bind-data", {"made": path}, path]
        arguments += ["--remount-ro", "/", "--chdir", making.WORK, "--seccomp", {"made": "seccomp"}]
        arguments += ["--json-status-fd", {"made": "status"}, "--", *(memory.argv if memory else box.argv)]
        return {
            "kind": "bubblewrap",
            "argv": arguments,
            # Bubblewrap hands its own environment on, so that these stand in no argument, which every user could read.
            "env": {**box.variables, **box.secrets, "PATH": os.defpath},
            "cwd": "/",
            "uid": uid,
            "drop_capabilities": False,
            "staged": staged,
            "work": memory.staged if memory else None,
            "landlock": False,
            "scratch": "",
            "seccomp": base64.b64encode(seccomp.program(seccomp.Sockets.PRIVATE_NETWORK)).decode(),
            "files": {path: base64.b64encode(content).decode() for path, content in OWN_FILES.items()},
            "rlimits": limits.rlimits(
                box.limits, in_group=self.groups is not None, process_base=self.process_base(uid)
            ),
        }

    def process_base(self, uid: int | None) -> int | None:
        """Return what RLIMIT_NPROC starts from; with a cgroup the group counts, which is exact."""
        if self.groups is not None:
            return None
        return 2 if uid is not None else limits.threads_of(os.getuid())


@dataclass(frozen=True, slots=True)
class WorkInMemory:
    """A workspace in memory: what bubblewrap is told, what is made for it before, and what runs in it."""

    arguments: list[Word]
    argv: tuple[str, ...]
    staged: dict[str, int] | None


def work_in_memory(box: Box, uid: int | None) -> WorkInMemory:
    """Return a workspace of exactly `disk_mb`. Only a root that may mount can limit its number of files as exactly."""
    size = box.limits.disk_mb << 20
    argv = ("/bin/sh", "-c", f'cp -pPR {making.SOURCE}/. . && exec "$@"', "sh", *box.argv)
    if uid is not None and slots.can_mount():
        staged = {"size": size, "files": box.limits.disk_files, "uid": uid}
        return WorkInMemory(["--bind", {"made": "work"}, making.WORK], argv, staged)
    sized: list[Word] = ["--size", str(size)] if "--size" in options(find_program()) else []
    return WorkInMemory([*sized, "--tmpfs", making.WORK], argv, None)


def find_program() -> str:
    """Return the path of bubblewrap, "" when there is none."""
    return shutil.which("bwrap") or ""


@functools.cache
def options(program: str) -> frozenset[str]:
    """Return the options that this bubblewrap knows: older ones lack some that we would like."""
    told = subprocess.run([program, "--help"], capture_output=True, text=True, check=False, timeout=10)
    return frozenset(word for word in (told.stdout + told.stderr).split() if word.startswith("--"))


def namespace_arguments(program: str) -> list[str]:
    """Return what cuts the box off. Inside it is uid 1000, which on the host is the slot's uid and never root."""
    arguments = [f"--unshare-{name}" for name in NAMESPACES]
    if "--disable-userns" in options(program):
        arguments.append("--disable-userns")
    return [
        *arguments,
        "--die-with-parent",
        "--new-session",
        "--hostname",
        "box",
        "--uid",
        "1000",
        "--gid",
        "1000",
    ]


def system_arguments(program: str) -> list[str]:
    """Return what the box sees besides its own folders."""
    arguments: list[str] = []
    for folder in map(Path, SYSTEM):
        if folder.is_symlink():
            arguments += ["--symlink", str(folder.readlink()), str(folder)]
        elif folder.is_dir():
            arguments += ["--ro-bind", str(folder), str(folder)]
    for path in ETC:
        arguments += ["--ro-bind-try", path, path]
    # sysctl files are checked against the uid of the host: read-only, they are shut even if that were root.
    arguments += ["--proc", "/proc", "--ro-bind", "/proc/sys", "/proc/sys", "--dev", "/dev"]
    for path, size in SMALL_FOLDERS.items():
        arguments += ["--size", str(size)] if "--size" in options(program) else []
        arguments += ["--tmpfs", path]
    # Else /dev would be a folder in memory without a limit. Devices and what is mounted below stay writable.
    return [*arguments, "--remount-ro", "/dev"]
