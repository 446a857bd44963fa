"""Which Python the environment is made from: chosen by running it, since a shim on PATH may exist and not run.

Any Python 3.6 can read this file, so that one which is too old can say so.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
CANDIDATES = ("python3.13", "python3.12", "python3.11", "python3")
CHOSEN = "IDEASMITH_INTERPRETERS"  # what one process has found out, for the one that it becomes


def ask(python: str) -> "tuple[int, ...] | None":
    """Return the version of an interpreter by running it, or None when it does not run."""
    try:
        tell = "import sys; print('%d.%d.%d' % sys.version_info[:3])"
        answer = subprocess.check_output([python, "-c", tell], stderr=subprocess.DEVNULL, cwd="/")
        return tuple(int(part) for part in answer.decode().split("."))
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None


def too_old(version: "tuple[int, ...]") -> str:
    """Return the sentence for a machine whose newest Python is too old."""
    return (
        "Python 3.11 or newer is needed; found %s. Install it (Debian/Ubuntu: `apt install python3 python3-venv`) "
        "or run `make run PYTHON=/path/to/python3.12`." % (".".join(str(part) for part in version))
    )


def choose() -> "list[str]":
    """Return the interpreters that are new enough, best first, or end with the sentence that says what to do."""
    if os.environ.get(CHOSEN):
        return os.environ[CHOSEN].split(os.pathsep)
    wish = os.environ.get("PYTHON", "")
    names = [wish] if wish else list(CANDIDATES) + [sys.executable]
    found = [(version, name) for version, name in ((ask(name), name) for name in names) if version]
    if not found:
        sys.exit("PYTHON=%s does not run. Name a Python 3.11 or newer, or leave PYTHON out." % wish)
    good = [name for version, name in found if version >= OLDEST]
    if not good:
        sys.exit(too_old(max(found)[0]))
    return good
