"""The box without namespaces, for a container or a machine that allows none. Tier `weak`, for our own templates alone.

There is no second file system here, so the paths that the box speaks of are put in place by words: wherever an
argument or a value of the environment names `/work`, `/tmp`, `/home/app` or the target of a bind, it gets the host's
path. What the program itself has written in its code stays as it is, so templates take their paths from the
environment (`APP_DATA`, `APP_SOCKET`, `TMPDIR`).
"""

import base64
import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.sandbox import app_process, bubblewrap, landlock, limits, making, running, seccomp, slots
from services.sandbox.base import Box, BoxProcess, BoxResult, Log, Probe, SandboxRefused, Tier, ignore, never
from services.sandbox.cgroup import Groups
from services.sandbox.enter import Plan

DEVICES = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"]
# What programs ask of the kernel when they start; of other processes only nothing.
KERNEL = [
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/loadavg",
    "/sys/devices/system/cpu",
]


@dataclass(frozen=True, slots=True)
class Weak:
    """Runs trusted templates with what there is."""

    probe: Probe
    groups: Groups | None
    tier: Tier = Tier.WEAK

    def run(
        self, box: Box, *, on_line: Callable[[str], None] = ignore, cancelled: Callable[[], bool] = never
    ) -> BoxResult:
        """Run a trusted box to its end (see `Sandbox`)."""
        self.admit(box)
        return running.run(box, self.plan, self.groups, on_line, cancelled)

    def start(self, box: Box, *, log: Path | Log) -> BoxProcess:
        """Start a trusted long-lived box (see `Sandbox`)."""
        self.admit(box)
        return app_process.start(box, self.plan, self.groups, log)

    def admit(self, box: Box) -> None:
        """Refuse whatever is not our own."""
        if not box.trusted_template:
            raise SandboxRefused(
                "This machine can only run Ideasmith's own templates, for it cannot keep other code apart: "
                f"{self.probe.missing[0]} To lift it: {self.probe.fix}"
            )

    def plan(self, box: Box, uid: int | None, held: contextlib.ExitStack) -> Plan:
        """Write down the box for the launcher."""
        scratch = make_scratch(held)
        outside = Outside(box, scratch)
        binds = making.places(box)
        if uid is not None and not all(making.reachable(bind.source, uid) for bind in binds):
            uid = None  # it stays uid 0 then, with no capability left
        if uid is not None:
            slots.hand_over(scratch, uid)
        filtered = seccomp.program(seccomp.Sockets.UNIX_ONLY) if seccomp.supported() else b""
        counted = limits.threads_of(os.getuid()) if os.geteuid() else 0
        return {
            "kind": "direct",
            "argv": [outside.of(word) for word in box.argv],
            "env": {**box.secrets, **outside.environment(box)},
            "cwd": str(box.workspace.resolve()),
            "uid": uid,
            "drop_capabilities": os.geteuid() == 0,
            "staged": [],
            "work": None,
            "landlock": landlock.version() > 0,
            "scratch": str(scratch),
            "readable": [*bubblewrap.SYSTEM, *bubblewrap.ETC, *KERNEL, *(str(bind.source) for bind in binds)],
            "writable": [*DEVICES, str(scratch), *(str(bind.source) for bind in binds if bind.writable)],
            "seccomp": base64.b64encode(filtered).decode(),
            "rlimits": limits.rlimits(box.limits, in_group=self.groups is not None, process_base=counted),
        }


class Outside:
    """Puts the host's paths where a box speaks of its own."""

    def __init__(self, box: Box, scratch: Path) -> None:
        self.places = {"/tmp": f"{scratch}/tmp", "/home/app": f"{scratch}/home"}  # noqa: S108 - the box's own
        self.places |= {bind.target.rstrip("/"): str(bind.source) for bind in making.places(box)}
        # The longest first: a bind inside a bind has the last word.
        names = "|".join(re.escape(name) for name in sorted(self.places, key=len, reverse=True))
        # A path begins a word or follows the `://` of an address (`sqlite:////data/app.db`), and ends at a slash.
        self.pattern = re.compile(rf"(?:(?<=://)|(?<=:///)|(?<![\w./~-]))({names})(?![\w.-])")

    def environment(self, box: Box) -> dict[str, str]:
        """Return the environment of the box as the host has to read it. Secrets are no paths and stay as they are."""
        together = {**box.variables, **bubblewrap.ENVIRONMENT, **box.env}
        return {name: self.of(value) for name, value in together.items()}

    def of(self, text: str) -> str:
        """Return a text of the box as the host has to read it."""
        return self.pattern.sub(lambda found: self.places[found[1]], text)


def make_scratch(held: contextlib.ExitStack) -> Path:
    """Make the folder that stands for the box's /tmp and home.

    The launcher removes it after the box, even when the owner is gone; here it is removed when no box came of it.
    """
    scratch = Path(tempfile.mkdtemp(prefix="ism-box-"))
    held.callback(shutil.rmtree, scratch, ignore_errors=True)
    for name in ("tmp", "home"):
        (scratch / name).mkdir()
    return scratch
