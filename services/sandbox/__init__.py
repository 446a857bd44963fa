"""Where foreign code runs. `current()` is the sandbox of this machine, `probe()` says what it can do and why.

The imports are deferred: the launcher, which is a process of its own for every box owner, imports this package
with the standard library alone.
"""

import threading
from typing import TYPE_CHECKING

from services.sandbox.base import SandboxFailed, SandboxRefused

if TYPE_CHECKING:
    from services.sandbox.base import Probe, Sandbox

__all__ = ["SandboxFailed", "SandboxRefused", "current", "probe"]

_lock = threading.Lock()
_found: dict[str, tuple["Sandbox", "Probe"]] = {}


def current() -> "Sandbox":
    """Return the best sandbox of this machine, found once a process."""
    return find()[0]


def probe() -> "Probe":
    """Return what was found out about this machine."""
    return find()[1]


def find() -> tuple["Sandbox", "Probe"]:
    """Return sandbox and finding: of this process, else of an earlier one, else looked for now."""
    from models.settings import settings
    from services.sandbox import probing

    choice = settings().sandbox
    with _lock:
        if choice not in _found:
            known = probing.found_before(choice)
            if known is None:
                known = probing.examine(choice)
                probing.remember(choice, known[1])
            _found[choice] = known
        return _found[choice]


def forget() -> None:
    """Look again at the next question: after something was installed or allowed."""
    with _lock:
        _found.clear()
