"""`make dev`: watches the sources, builds the front end anew when it changed, and has the parts started again."""

import os
import signal
import subprocess
import sys

from watchfiles import DefaultFilter, watch

from workers.frontend import ROOT
from workers.processes import send
from workers.progress import say

WATCHED = ("app", "assets", "models", "services", "templates", "workers", "rxconfig.py", "reflex.lock")
LOOK_MS = 500


def main() -> None:
    """Watch until the supervisor ends us; SIGHUP asks it to start the parts again."""
    supervisor = os.getppid()
    folders = [ROOT / name for name in WATCHED if (ROOT / name).exists()]
    ready = False
    for changes in watch(*folders, watch_filter=DefaultFilter(), rust_timeout=LOOK_MS, yield_on_timeout=True):
        if not ready:  # only now is a change sure to be seen
            say("Watching the sources.")
            ready = True
        if not changes:
            continue
        names = sorted({path.removeprefix(f"{ROOT}/") for _, path in changes})
        say(f"Changed: {', '.join(names[:3])}{' …' if len(names) > 3 else ''}")
        # In a process of its own: what is imported here is the code of before.
        built = subprocess.run([sys.executable, "-m", "workers.frontend"], cwd=ROOT, check=False)
        if built.returncode == 0:
            send(supervisor, signal.SIGHUP)
