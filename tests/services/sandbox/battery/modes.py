"""The ways a box can be had on this machine: as root or as another user, with a cgroup or without, whole or weak."""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from services.sandbox import cgroup
from services.sandbox.base import Sandbox, Tier
from services.sandbox.probing import examine
from tests.services.sandbox.boxes import open_the_way

NOBODY = 65_534
GROUPS = Path("/sys/fs/cgroup")
TREES = ("memory", "pids", "cpu")


@dataclass(frozen=True)
class Mode:
    """One way: `tier` is what the product has to call it."""

    name: str
    tier: Tier
    as_root: bool
    grouped: bool

    @property
    def choice(self) -> str:
        """The setting that asks for it."""
        return "weak" if self.tier is Tier.WEAK else "bubblewrap"


MODES = {
    mode.name: mode
    for mode in (
        Mode("root", Tier.STRONG, as_root=True, grouped=True),
        Mode("root-bare", Tier.GOOD, as_root=True, grouped=False),
        Mode("root-weak", Tier.WEAK, as_root=True, grouped=True),
        Mode("root-weak-bare", Tier.WEAK, as_root=True, grouped=False),
        Mode("user", Tier.STRONG, as_root=False, grouped=True),
        Mode("user-bare", Tier.GOOD, as_root=False, grouped=False),
        Mode("user-weak", Tier.WEAK, as_root=False, grouped=True),
        Mode("user-weak-bare", Tier.WEAK, as_root=False, grouped=False),
    )
}
BARE = frozenset(name for name, mode in MODES.items() if not mode.grouped)
WEAK = frozenset(name for name, mode in MODES.items() if mode.tier is Tier.WEAK)
ROOT_WEAK = frozenset(name for name in WEAK if MODES[name].as_root)
WITHOUT_COUNT = frozenset({"root-weak-bare"})
ONE_ACCOUNT = frozenset(name for name, mode in MODES.items() if not mode.as_root and not mode.grouped)


def possible() -> list[str]:
    """Return the modes that can be had here: another user needs root to become it, and a group has to be given."""
    if os.geteuid() == 0:
        return list(MODES)
    grouped = cgroup.find() is not None
    return [name for name, mode in MODES.items() if not mode.as_root and (grouped or not mode.grouped)]


@contextlib.contextmanager
def delegated(uid: int) -> Iterator[None]:
    """Give groups of its own to a user, as a service manager does, and be in them (version 1, or version 2)."""
    if isinstance(cgroup.find(), cgroup.GroupsV2):
        places = [GROUPS / f"ideasmith-test-{os.getpid()}" / "here"]
    else:
        places = [
            GROUPS / tree / f"ideasmith-test-{os.getpid()}" for tree in TREES if (GROUPS / tree).is_dir()
        ]
    tops = [
        next(p for p in (place, *place.parents) if p.name.startswith("ideasmith-test-")) for place in places
    ]
    for place in places:
        place.mkdir(parents=True)
    for top in tops:
        for entry in [top, *top.rglob("*")]:
            os.chown(entry, uid, uid)
    try:
        yield
    finally:
        for top in tops:
            remove_groups(top)


def remove_groups(top: Path) -> None:
    """Take groups away as soon as the kernel sees that the last of their processes has ended."""
    for tries_left in range(200, -1, -1):
        try:
            for folder in sorted((path for path in top.rglob("*") if path.is_dir()), reverse=True):
                folder.rmdir()
            top.rmdir()
            return
        except OSError:
            if not tries_left:
                raise
            time.sleep(0.05)


def enter_groups(pid: int) -> None:
    """Go into the groups that `delegated` has made."""
    for place in GROUPS.glob(f"*/ideasmith-test-{pid}"):
        (place / "cgroup.procs").write_text("0")
    for place in GROUPS.glob(f"ideasmith-test-{pid}/here"):
        (place / "cgroup.procs").write_text("0")


def become(uid: int) -> None:
    """Be another user for good."""
    open_the_way()
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)


def sandbox_of(mode: Mode) -> Sandbox:
    """Return the sandbox as the product itself finds it in this mode."""
    with contextlib.ExitStack() as held:
        if not mode.grouped:
            held.enter_context(mock.patch.object(cgroup, "find", lambda: None))
        found, probe = examine(mode.choice)
    assert found.tier is mode.tier, f"{mode.name}: {probe}"
    groups = getattr(found, "groups", None)
    assert (groups is not None) == mode.grouped, f"{mode.name}: {probe}"
    return found
