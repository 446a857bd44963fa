"""The door's table: one small file a slug, written by the keeper of apps, read again when it changed."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Route:
    """Where an app listens, or why it does not: `state` is one of the words of `models.deployments.Observed`."""

    slug: str
    state: str
    socket: str | None
    name: str


class RouteTable:
    """Finds routes by slug. A look costs one `stat` while nothing changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, tuple[tuple[int, int, int], Route]] = {}

    def find(self, slug: str) -> Route | None:
        """Return the route of `slug` (a checked DNS label), or None when there is no such app."""
        path = self.folder / f"{slug}.json"
        try:
            status = path.stat()
        except OSError:
            self._read.pop(slug, None)
            return None
        # The keeper replaces the file by rename, so a new version is a new inode even within one clock tick.
        version = (status.st_mtime_ns, status.st_ino, status.st_size)
        known = self._read.get(slug)
        if known is not None and known[0] == version:
            return known[1]
        return self._load(slug, path, version)

    def _load(self, slug: str, path: Path, version: tuple[int, int, int]) -> Route | None:
        try:
            data = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        route = Route(slug, str(data["state"]), data.get("socket"), str(data.get("name") or slug))
        if len(self._read) >= KEPT:
            self._read.clear()
        self._read[slug] = (version, route)
        return route


class Hosts:
    """Reads a Host header: which app is meant, if any."""

    def __init__(self, domain: str) -> None:
        self._app = re.compile(rf"({LABEL.pattern})\.{re.escape(domain)}\.?(?::\d{{1,5}})?", re.IGNORECASE)
        self._bare = re.compile(
            rf"(?:{re.escape(domain)}\.?|localhost|127(?:\.\d{{1,3}}){{3}}|\[::1\])(?::\d{{1,5}})?",
            re.IGNORECASE,
        )

    def slug(self, host: str) -> str | None:
        """Return the app's slug in lower case, or None when `host` names no app under our domain."""
        found = self._app.fullmatch(host)
        return found.group(1).lower() if found else None

    def is_bare(self, host: str) -> bool:
        """Whether `host` is this port itself: the domain without a slug, or a loopback address."""
        return self._bare.fullmatch(host) is not None
