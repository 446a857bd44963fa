"""The keeper and the door with one thing broken each: whoever watches them has to notice."""

from typing import Any

import workers.apps.leaving as leaving
from models.deployments import Observed
from workers.apps.app import App
from workers.apps.keeper import main as keep
from workers.door import main as open_door
from workers.door.patience import Patience


def switches_before_probe() -> None:
    """Take a new version for well before it has answered."""

    async def at_once(self: App, new: Any, wish: Any) -> None:
        return None

    App.wait_for_answer = at_once  # type: ignore[assignment]
    keep()


def stops_before_drain() -> None:
    """Stop the old version in the moment of the switch."""
    leaving.DRAIN_S = leaving.LONGEST_DRAIN_S = 0.0
    keep()


def never_returns() -> None:
    """Let a new version crash and crash again."""
    App.must_return = lambda self, box: False  # type: ignore[method-assign]
    keep()


def stays_green() -> None:
    """Show an app that does not answer as the one that ran before."""
    honest = App.show
    App.show = lambda self, state, detail: honest(  # type: ignore[method-assign]
        self, Observed.RUNNING if state is Observed.UNHEALTHY else state, detail
    )
    keep()


def sends_again() -> None:
    """Send whatever broke off once more."""
    honest = Patience.__init__

    def reckless(self: Patience, outages: Any, slug: str, *, safe: bool) -> None:
        honest(self, outages, slug, safe=True)

    Patience.__init__ = reckless  # type: ignore[method-assign]
    open_door()
