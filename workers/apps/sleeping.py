"""Sleep: an app that nobody asks for is stopped, and started again by the note that the door leaves."""

import json
import time

from models.deployments import Observed
from services.deployments.places import routes_folder


class Sleep:
    """Whether one app sleeps, and since when nobody has asked for it."""

    def __init__(self, slug: str, after_s: int | None) -> None:
        self.slug = slug
        self.used_at = time.monotonic()
        # An app that slept when the keeper before this one ended sleeps on.
        self.asleep = after_s is not None and stored_state(slug) == Observed.SLEEPING

    def used(self, seconds_ago: float) -> None:
        """Hear when somebody asked for it last."""
        self.used_at = max(self.used_at, time.monotonic() - max(0.0, seconds_ago))

    def is_due(self, after_s: int | None) -> bool:
        """Whether it has been idle for long enough."""
        return after_s is not None and time.monotonic() - self.used_at >= after_s

    def begin(self) -> None:
        """Fall asleep. A note from before is an old one: who left it has been answered."""
        self.take_note()
        self.asleep = True

    def wake(self) -> None:
        """Be awake, for as long as if somebody had asked just now."""
        self.asleep, self.used_at = False, time.monotonic()
        self.take_note()

    def is_called(self) -> bool:
        """Whether the door has left a note."""
        return (routes_folder() / "wake" / self.slug).exists()

    def take_note(self) -> None:
        """Remove the note."""
        (routes_folder() / "wake" / self.slug).unlink(missing_ok=True)


def stored_state(slug: str) -> str:
    """Return the state in the door's table, or nothing."""
    try:
        return str(json.loads((routes_folder() / f"{slug}.json").read_bytes())["state"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
