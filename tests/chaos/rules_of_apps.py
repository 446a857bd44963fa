"""Rules about applications: what is shown is true, and nothing is left on the disk that no row knows."""

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path

from tests.chaos.evidence import Evidence, text_id

FRESH_S = 15.0
TIMEOUT_S = 5.0
SWEPT_S = 3600  # a release whose transaction was rolled back is swept when it is this old


class UnixConnection(http.client.HTTPConnection):
    """HTTP on a unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=TIMEOUT_S)
        self.path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(TIMEOUT_S)
        self.sock.connect(self.path)


def answers(path: str) -> bool:
    """Whether an application answers on its socket."""
    connection = UnixConnection(path)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def every_state_shown_is_true(evidence: Evidence) -> Iterator[str]:
    """A deployment that is wanted runs: seen lately, the wanted release, the door knows a socket that answers."""
    for row in evidence.deployments:
        name = f"{text_id('depl', row['id'])} ({row['slug']})"
        if row["wanted"] != "running":
            continue
        age = (evidence.now - row["observed_at"]).total_seconds() if row["observed_at"] else None
        route = route_of(evidence.data / "routes" / f"{row['slug']}.json")
        if row["observed"] != "running" or age is None or age > FRESH_S:
            yield f"{name} is shown as {row['observed']}, {age} s old: {row['observed_detail'][:120]}"
        elif row["observed_release_id"] != row["wanted_release_id"]:
            yield f"{name} serves another release than is wanted: {row['observed_detail'][:200]}"
        elif not (route.get("socket") and answers(route["socket"])):
            yield f"{name} is shown as running and does not answer at {route.get('socket')}"


def route_of(file: Path) -> dict[str, str]:
    """Return what the door knows."""
    try:
        found: dict[str, str] = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return found


def a_succeeded_run_has_its_release(evidence: Evidence) -> Iterator[str]:
    """Each run has one release at most, and one that succeeded has one."""
    made = [row["execution_id"] for row in evidence.releases]
    for row in evidence.executions:
        count = made.count(row["id"])
        if count > 1 or (row["state"] == "succeeded" and count != 1):
            yield f"{evidence.name_of(row)} is {row['state']} with {count} releases"


def nothing_lies_about(evidence: Evidence) -> Iterator[str]:
    """Every folder belongs to a row; no draft of a killed process and no socket of a box that ended is left."""
    known = {
        "workspaces": {evidence.name_of(row) for row in evidence.executions},
        "releases": {text_id("rel", row["id"]) for row in evidence.releases},
        "routes": {f"{row['slug']}.json" for row in evidence.deployments} | {"traffic.state"},
    }
    for place, names in known.items():
        for path in sorted((evidence.data / place).glob("*")):
            young = evidence.now.timestamp() - path.stat().st_mtime < SWEPT_S
            if path.name not in names and not (place == "releases" and young):
                yield f"{place}/{path.name}"
    yield from (str(path.relative_to(evidence.data)) for path in drafts(evidence.data))
    boxes = [path for path in (evidence.folder / "run" / "apps").glob("*") if path.is_dir()]
    running = sum(row["wanted"] == "running" for row in evidence.deployments)
    if len(boxes) != running:
        yield f"run/apps: {len(boxes)} boxes for {running} applications"


def drafts(data: Path) -> list[Path]:
    """Return what killed processes have left half-written: `.name.pid`."""
    places = ("workspaces/*", "repositories", "apps")
    found = [path for place in places for path in data.glob(f"{place}/.*") if path.suffix[1:].isdigit()]
    return sorted(found)


RULES = (every_state_shown_is_true, a_succeeded_run_has_its_release, nothing_lies_about)
