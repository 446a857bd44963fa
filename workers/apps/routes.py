"""The door's table, one file a slug, each replaced in one step so that the door never reads half of one."""

import json
import os
from pathlib import Path

from models.deployments import Observed
from services.deployments.places import routes_folder


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
