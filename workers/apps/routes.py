"""The door's table, one file a slug, each replaced in one step so that the door never reads half of one."""

import json
import os
from pathlib import Path

from models.deployments import Observed, Wanted
from services.deployments.keeping import WantedApp
from services.deployments.places import routes_folder
from workers.apps.running import Running


class Route:
    """The entry of one app, written when it is another one than before."""

    def __init__(self) -> None:
        self._told: tuple[object, ...] = ()

    def tell(self, wanted: WantedApp, state: Observed, serving: Running | None) -> None:
        """Tell the door of the app, unless it is to know nothing of it.

        Raises:
            OSError: the disk is full, say.
        """
        if wanted.wanted == Wanted.DELETED or wanted.hidden:
            return
        number = (serving.app if serving else wanted).release_number
        route = (wanted.slug, wanted.name, state, serving.socket if serving else None, number)
        if route != self._told:
            write_route(*route)
            self._told = route

    def remove(self, slug: str) -> None:
        """Let the door not know the app any more."""
        remove_route(slug)
        self._told = ()


def write_route(slug: str, name: str, state: Observed, socket: Path | None, release: int) -> None:
    """Tell the door where an app listens, or in which state it is while it does not."""
    folder = routes_folder()
    route = {
        "socket": str(socket) if socket else None,
        "release": release,
        "state": state.value,
        "name": name,
    }
    draft = folder / f".{slug}.{os.getpid()}"
    draft.write_text(json.dumps(route))
    draft.rename(folder / f"{slug}.json")


def remove_route(slug: str) -> None:
    """Tell the door that there is no such app."""
    (routes_folder() / f"{slug}.json").unlink(missing_ok=True)


def routed_slugs() -> list[str]:
    """Return the slugs that the door knows."""
    return [path.stem for path in routes_folder().glob("*.json")]
