"""Jobs for the tests of the worker. RQ finds them by name."""

import os
import subprocess
import sys
import time
from pathlib import Path

from workers import horse


def note(path: str) -> None:
    """Leave the ids of the process and of its parent."""
    Path(path).write_text(f"{os.getpid()} {os.getppid()}")


def linger(path: str) -> None:
    """Start a child in a session of its own, say who is there, and stay far too long. Told to stop, it does not."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True)
    draft = Path(f"{path}.draft")
    draft.write_text(f"{os.getpid()} {child.pid}")
    draft.rename(path)
    time.sleep(300)


def hand_back(path: str) -> None:
    """Work until told to stop, then say so."""
    Path(f"{path}.begun").touch()
    if horse.stopping.wait(60):
        Path(path).touch()
