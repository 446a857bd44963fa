"""What all rows of one proof share, so that it is done once: the environment, scans of equal files, the browser."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.environments import Environment
from services.proving.browser import BrowserThread
from services.proving.checks.result import CheckResult


@dataclass
class Shared:
    """Safe to use from the threads of several rows."""

    environment: Environment
    folder: Path
    browser: BrowserThread | None = None
    _known: dict[str, Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _building: dict[str, threading.Lock] = field(default_factory=dict)
    # Answering times say something only while no other row is measured.
    load: threading.Lock = field(default_factory=threading.Lock)

    def once(self, name: str, content: bytes, make: Callable[[], Any]) -> Any:
        """Return what `make` gives for this content; it is asked once, whoever comes first."""
        key = f"{name}:{hashlib.sha256(content).hexdigest()}"
        with self._lock:
            lock = self._building.setdefault(key, threading.Lock())
        with lock:
            if key not in self._known:
                self._known[key] = make()
            return self._known[key]

    def check_once(self, name: str, content: bytes, make: Callable[[], CheckResult]) -> CheckResult:
        """Return a check whose outcome depends on this content alone."""
        found: CheckResult = self.once(name, content, make)
        return found
