"""Who a server runs as. PostgreSQL refuses to be root, and nobody should have to make a user for it.

As a normal user: as that user. As root: in a user namespace of one id, where files stay root's; where the kernel or a
container refuses that: as `nobody`, with the right to pass root's closed folders if that is what it takes.
"""

import ctypes
import os
import pwd
import shutil
import signal
import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workers.preflight import CannotStart
from workers.processes import die_with_parent, prctl

CLONE_NEWUSER = 0x10000000
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """A way to become somebody between fork and exec, and the owner that the server's files need for it."""

    name: str
    become: Callable[[], None]
    owner: int

    def setup(self, number: int) -> Callable[[], None]:
        """Return the `preexec_fn`: become somebody, then ask for signal `number` when the parent dies."""
        parent = os.getpid()

        def prepare() -> None:
            self.become()
            die_with_parent(parent, number)

        return prepare

    def own(self, folder: Path) -> None:
        """Give a folder to the identity, when an earlier start ran as another one."""
        if os.getuid() == 0 and folder.stat().st_uid != self.owner:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self.owner, -1, follow_symlinks=False)


def stay() -> None:
    """Remain who one is."""


def enter_user_namespace() -> None:
    """Become `nobody` in a namespace where that id is root's outside, so that files need no other owner."""
    uid, gid = nobody()
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are refused")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} 0 1")
    Path("/proc/self/gid_map").write_text(f"{gid} 0 1")


def become_nobody() -> None:
    """Become `nobody` for real."""
    uid, gid = nobody()
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def become_nobody_who_may_pass() -> None:
    """Become `nobody`, and keep the one right to open files in folders such as root's closed home.

    Without it the project could not lie under /root in a container; opening /root for all would be worse.
    """
    prctl(PR_SET_KEEPCAPS, 1)
    become_nobody()
    header = struct.pack("Ii", CAPABILITY_VERSION_3, 0)
    mask = 1 << CAP_DAC_OVERRIDE
    if _libc.capset(header, struct.pack("6I", mask, mask, mask, 0, 0, 0)) != 0:
        raise OSError(ctypes.get_errno(), "the right to pass closed folders was refused")
    if _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the right to pass closed folders was refused")


def nobody() -> tuple[int, int]:
    """Return user and group of `nobody`, or of any user but root: PostgreSQL wants an id that has a name."""
    entries = sorted(pwd.getpwall(), key=lambda entry: entry.pw_name != "nobody")
    entry = next((entry for entry in entries if entry.pw_uid != 0), None)
    if entry is None:
        raise CannotStart("PostgreSQL does not run as root, and this machine has no other user.", "no_user")
    return entry.pw_uid, entry.pw_gid


def choose(program: Path, folder: Path) -> Identity:
    """Return the first way in which `program` runs here and may write to `folder`.

    Raises:
        CannotStart: none does; the message says what to do.
    """
    if os.getuid() != 0:
        return Identity("self", stay, os.getuid())
    candidates = (
        Identity("namespace", enter_user_namespace, 0),
        Identity("nobody", become_nobody, nobody()[0]),
        Identity("nobody who may pass", become_nobody_who_may_pass, nobody()[0]),
    )
    for identity in candidates:
        if works(identity, program, folder):
            return identity
    raise CannotStart(
        "PostgreSQL does not run as root, and this machine lets root become nobody else. "
        "Start as a normal user, or set DATABASE_URL to a PostgreSQL 18 server.",
        "root_only",
    )


def works(identity: Identity, program: Path, folder: Path) -> bool:
    """Whether the program runs under this identity, in a folder that it may write to. Tried, not guessed."""
    trial = folder / ".trial"
    trial.mkdir(mode=0o700, exist_ok=True)
    os.chown(trial, identity.owner, -1)
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", 'cd "$1" && : > here && rm here && exec "$0" --version', program, trial],
            preexec_fn=identity.setup(signal.SIGKILL),
            capture_output=True,
            check=False,
        )
        return done.returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False
    finally:
        shutil.rmtree(trial, ignore_errors=True)
