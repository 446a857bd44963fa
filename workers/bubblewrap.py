"""Installs bubblewrap where that is allowed: as root on Debian and Ubuntu, beside the Python packages.

Standard library only. A failure is not fatal: our own templates then run in the weak tier.
"""

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from typing import IO, Self

from workers.progress import say

TIMEOUT_S = 90
# The lists of a fresh container are empty, so a failed first try asks for them and tries again.
SCRIPT = "apt-get install -y -qq bubblewrap || (apt-get update -qq && apt-get install -y -qq bubblewrap)"


@dataclass
class Installation:
    """One try in the background, or none where nothing is to be done."""

    process: subprocess.Popen[bytes] | None = None
    output: IO[bytes] | None = None

    @classmethod
    def start(cls) -> Self:
        """Begin, unless bubblewrap is here already or this user may not install it."""
        if shutil.which("bwrap") or os.getuid() != 0 or not shutil.which("apt-get"):
            return cls()
        say("Installing bubblewrap, the sandbox for generated code …")
        output = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process that writes it
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        process = subprocess.Popen(
            ["/bin/sh", "-c", SCRIPT],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return cls(process, output)

    def finish(self) -> None:
        """Wait for the end and say how it went."""
        if self.process is None or self.output is None:
            return
        started = time.monotonic()
        try:
            self.process.wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 15)
        if shutil.which("bwrap"):
            say(f"bubblewrap installed ({time.monotonic() - started:.1f} s more than the packages)")
            return
        self.output.seek(0)
        lines = self.output.read().decode(errors="replace").split("\n")
        reason = next((line.strip() for line in reversed(lines) if line.strip()), "no answer in time")
        say(f"bubblewrap could not be installed ({reason}); `ideasmith doctor` says what that means.")
