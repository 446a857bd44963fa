"""What a new release waits for: the backup of the data as the one before it leaves it, and not for long."""

import time
from collections.abc import Callable

PATIENCE_S = 10.0


class Gate:
    """Closed while a backup is being made. `missed` hears of one that took too long."""

    def __init__(self, missed: Callable[[str], None]) -> None:
        self.missed = missed
        self.backup_id, self.since = "", 0.0

    def is_closed(self, backup_id: str) -> bool:
        """Whether the release has to wait; "" is nothing to wait for."""
        if not backup_id:
            return False
        if backup_id != self.backup_id:
            self.backup_id, self.since = backup_id, time.monotonic()
        if time.monotonic() - self.since < PATIENCE_S:
            return True
        self.missed(backup_id)
        return False
