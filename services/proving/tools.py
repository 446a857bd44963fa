"""What a proof was made with, so that two proofs can be compared."""

import platform
import re
import sqlite3
import subprocess
from importlib.metadata import version

from services import sandbox
from services.proving.browser import find_program


def tools() -> dict[str, str]:
    """Return names and versions."""
    program = find_program()
    return {
        "ideasmith": version("ideasmith"),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "sandbox": str(sandbox.current().tier),
        "covertable": version("covertable"),
        "browser": browser_version(program) if program else "none",
    }


def browser_version(program: str) -> str:
    """Return what a browser says it is, "unknown" when it does not say."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    found = re.search(r"[\w ]+ \d+", said.stdout)  # the main version says enough
    return found[0].strip() if found else "unknown"
