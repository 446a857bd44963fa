"""A horse whose step starts a child and never comes back: `python -m tests.workers.stuck EXECUTION PIDS`."""

import os
import subprocess
import sys
import time
from pathlib import Path

from services.steps.base import StepContext, StepResult
from tests.note import traces
from workers import horse
from workers.walk import walk


def step(context: StepContext) -> StepResult:
    """Write down who is there, then do nothing for ever, whatever is asked."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=True)
    Path(sys.argv[2]).write_text(f"{os.getpid()} {child.pid}")
    while True:
        time.sleep(1)


if __name__ == "__main__":
    horse.become_horse(os.getppid())
    walk(sys.argv[1], {**traces(Path(sys.argv[2]).parent), "render": step})
