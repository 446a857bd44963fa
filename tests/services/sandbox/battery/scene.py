"""What stands on the host to be stolen, changed, reached or ended, and how to see whether it was."""

import contextlib
import json
import os
import platform
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.sandbox.seccomp import ARCHITECTURES

# Harmless to change, and only this kernel's root may.
SYSCTL = Path("/proc/sys/kernel/printk_ratelimit_burst")
SYSTEM_FOLDERS = ("/", "/usr", "/usr/bin", "/etc", "/lib", "/var/tmp", "/sys", "/dev", "/srv")


@dataclass
class Scene:
    """The host of one run of the battery, in a folder that every uid may pass."""

    folder: Path
    mark: str = field(default_factory=lambda: secrets.token_hex(6))
    canaries: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    sockets: dict[str, socket.socket] = field(default_factory=dict)
    held: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    sysctl: str = field(default_factory=lambda: SYSCTL.read_text())

    @property
    def other(self) -> Path:
        """Another tenant's workspace, as open as a careless tenant leaves it."""
        return self.folder / f"other-{self.mark}"

    @property
    def home(self) -> Path:
        """The home of whoever runs the product."""
        return self.folder / f"home-{self.mark}"

    def secret(self, of: str) -> str:
        """A value that must not be seen in any box."""
        return f"planted-{of}-{self.mark}"

    def build(self) -> None:
        """Put everything in place."""
        for folder, name in ((self.other, "other"), (self.home, "home")):
            folder.mkdir()
            (folder / "secret").write_text(self.secret(name))
            (folder / "kept").write_text("untouched")
            for path, mode in ((folder, 0o777), (folder / "secret", 0o644), (folder / "kept", 0o666)):
                path.chmod(mode)
        os.environ["SECRET_OF_THE_HOST"] = self.secret("environment")
        self.mend()
        self.listen()
        file = self.held.enter_context((self.home / "kept").open("r+"))
        (self.folder / "leaked").write_text(self.secret("descriptor"))
        leaked = self.held.enter_context((self.folder / "leaked").open("r+"))
        for opened in (file, leaked):
            os.set_inheritable(opened.fileno(), True)

    def mend(self) -> None:
        """Put up what was destroyed: processes that only live, and files as they were."""
        self.canaries = [canary for canary in self.canaries if canary.poll() is None]
        command = [sys.executable, "-I", "-S", "-c", "import time; time.sleep(600)", self.secret("canary")]
        environment = {"SECRET": self.secret("canary-environment")}
        while len(self.canaries) < 2:
            self.canaries.append(subprocess.Popen(command, env=environment, start_new_session=True))
        for folder in (self.other, self.home):
            (folder / "kept").write_text("untouched")
            (folder / "planted").unlink(missing_ok=True)
        (self.folder / "leaked").write_text(self.secret("descriptor"))

    def listen(self) -> None:
        """Stand in for the services of a host: nobody of the boxes may ever get through to one."""
        stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
        tcp = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        port = tcp.getsockname()[1]
        self.sockets = {"tcp": tcp, "udp": socket.socket(socket.AF_INET, datagram)}
        self.sockets["udp"].bind(("127.0.0.1", port))
        for name, kind, address in (
            ("unix", stream, str(self.other / "socket")),
            ("abstract", stream, f"\0{self.abstract}"),
            ("abstract datagrams", datagram, f"\0{self.abstract}-datagrams"),
        ):
            self.sockets[name] = socket.socket(socket.AF_UNIX, kind)
            self.sockets[name].bind(address)
            if kind == stream:
                self.sockets[name].listen()
        (self.other / "socket").chmod(0o777)
        for made in self.sockets.values():
            made.setblocking(False)

    @property
    def abstract(self) -> str:
        """The name of a socket that lies in no file system."""
        return f"ideasmith-scene-{self.mark}"

    def callers(self, name: str) -> int:
        """How many have reached a stand-in since the last question."""
        count, made = 0, self.sockets[name]
        with contextlib.suppress(BlockingIOError):
            while True:
                if made.type == socket.SOCK_DGRAM:
                    made.recv(100)
                else:
                    made.accept()[0].close()
                count += 1
        return count

    def facts(self, workspace: Path, **more: Any) -> Path:
        """Write down for the box all that it could only guess, and return the file."""
        content = {
            "mark": self.mark, "home": str(self.home), "other": str(self.other), "pids": [p.pid for p in self.canaries],
            "port": self.sockets["tcp"].getsockname()[1], "socket": str(self.other / "socket"),
            "abstract": self.abstract,
            "planted": self.planted, "sysctl": str(SYSCTL), "sysctl_value": str(int(self.sysctl) + 1),
            "machine": platform.machine(), "numbers": dict(ARCHITECTURES[platform.machine()].numbers), "children": 8,
        }  # fmt: skip
        file = workspace / "facts.json"
        file.write_text(json.dumps(content | more))
        return file

    @property
    def planted(self) -> str:
        """The name of a file that a box tries to leave in folders of the system."""
        return f"planted-{self.mark}"

    def damage(self) -> list[str]:
        """Say what of the host is no longer as it was, whoever did it, and put it right."""
        found = [
            f"{folder.name}/kept was changed"
            for folder in (self.other, self.home)
            if (folder / "kept").read_text() != "untouched"
        ]
        found += [f"{folder}/planted" for folder in (self.other,) if (folder / "planted").exists()]
        if (self.folder / "leaked").read_text() != self.secret("descriptor"):
            found.append("an inherited descriptor was written to")
        for folder in (*SYSTEM_FOLDERS, str(self.home), "/tmp", "/run", "/dev/shm"):
            path = Path(folder, self.planted)
            if path.exists():
                found.append(f"{path} was written")
                path.unlink()
        if SYSCTL.read_text() != self.sysctl:
            found.append(f"{SYSCTL} was changed")
            SYSCTL.write_text(self.sysctl)
        found += ["a process of the host was ended" for canary in self.canaries if canary.poll() is not None]
        return found

    def close(self) -> None:
        """Take everything away."""
        self.held.close()
        for made in self.sockets.values():
            made.close()
        for canary in self.canaries:
            canary.kill()
            canary.wait()


@contextlib.contextmanager
def scene(folder: Path) -> Iterator[Scene]:
    """A host, for as long as it is needed."""
    made = Scene(folder)
    try:
        made.build()
        yield made
    finally:
        made.close()


@dataclass
class Watched:
    """What the host saw of one box's processes: the most of everything."""

    processes: int = 0
    resident: int = 0  # bytes, of all of them together
    largest: int = 0  # bytes, of one
    cpu_s: float = 0.0


def look(mark: str, watched: Watched) -> None:
    """Count the processes whose command line holds a mark, and what they use."""
    page, tick = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")
    resident = []
    for pid in processes_with(mark):
        with contextlib.suppress(OSError, IndexError, ValueError):
            held, shared = map(int, Path(f"/proc/{pid}/statm").read_text().split()[1:3])
            resident.append((held - shared) * page)
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            watched.cpu_s = max(watched.cpu_s, (int(fields[11]) + int(fields[12])) / tick)
    watched.processes = max(watched.processes, len(resident))
    watched.resident = max(watched.resident, sum(resident))
    watched.largest = max(watched.largest, *resident, 0)


def processes_with(mark: str) -> list[int]:
    """Return the living processes whose command line holds a mark, but for bubblewrap's own two and us."""
    found = []
    for name in (entry.name for entry in Path("/proc").iterdir()):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            command = Path(f"/proc/{name}/cmdline").read_bytes()
            if mark.encode() in command and b"bwrap" not in command.split(b"\0", 1)[0]:
                found.append(int(name))
    return found


def gone(mark: str, within_s: float = 3.0) -> bool:
    """Say whether no process of a box is left; the kernel may need a moment."""
    deadline = time.monotonic() + within_s
    while processes_with(mark):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
