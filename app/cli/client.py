"""The CLI's way to the server: finds it, signs in, and turns every refusal into a sentence and an exit code."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.cli.output import FAILED, NOT_ALLOWED, UNREACHABLE, WRONG_USAGE, Failed

# Written by the supervisor (workers/supervisor/tree.py) for as long as it runs.
STATE_FILE = "processes.json"
LOCAL_KEY = "local-key"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PROJECT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 30.0


def data_folders() -> list[Path]:
    """Return where a server of this machine may keep its data: as set, here, or beside the code."""
    if chosen := os.environ.get("IDEASMITH_DATA"):
        return [Path(chosen).expanduser()]
    return [Path(".data"), PROJECT / ".data"]


def running_server() -> tuple[str, Path] | None:
    """Return the address and data folder of the server that runs on this machine."""
    for folder in data_folders():
        try:
            url = json.loads((folder / STATE_FILE).read_text(encoding="utf-8"))["url"]
        except (OSError, ValueError, KeyError):
            continue
        return str(url), folder
    return None


def find_server() -> tuple[str, str]:
    """Return the server's address and the key to show it.

    The key in the data folder opens the server of that folder and is shown to no other.
    """
    key = os.environ.get("IDEASMITH_KEY", "")
    found = running_server()
    url = os.environ.get("IDEASMITH_URL", "").rstrip("/")
    if url and (found is None or url != found[0]):
        return url, key
    if found is None:
        raise Failed(
            "No server is running here. Start one with `make run`, or set IDEASMITH_URL to the address of one.",
            UNREACHABLE,
            document={"code": "server_unreachable", "detail": "No server is running here."},
        )
    url, folder = found
    return url, key or local_key(folder)


def local_key(folder: Path) -> str:
    """Return the key of this machine, or nothing where this user may not read it."""
    try:
        return (folder / LOCAL_KEY).read_text(encoding="ascii").strip()
    except OSError:
        return ""


class Client:
    """One server. Every method raises `Failed` where the server refuses."""

    def __init__(self, *, as_json: bool = False, team: str = "") -> None:
        import httpx  # a fifth of a second, and `--help` needs none of it

        self.as_json = as_json
        with self.sentences():
            self.url, key = find_server()
        address = urlsplit(self.url)
        self.http = httpx.Client(
            base_url=self.url,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=TIMEOUT_S,
            # A proxy of the environment must not stand between this machine and itself.
            trust_env=address.hostname not in LOOPBACK,
            # Reading the certificates takes longer than a request; without TLS nobody asks for them.
            verify=address.scheme == "https",
        )
        if team:
            self.http.headers["Ideasmith-Team"] = self.team_id(team)

    def team_id(self, team: str) -> str:
        """Return the id of one of the caller's teams, given its id or its name."""
        found = self.get("/teams")["items"]
        fitting = [one["id"] for one in found if team == one["id"] or team.lower() == one["name"].lower()]
        with self.sentences():
            if len(fitting) != 1:
                names = ", ".join(one["name"] for one in found)
                many = f"Several of your teams are called {team}. Use the id of one: ideasmith teams list"
                none = f"You are in no team {team}. This key can work in: {names}."
                message = many if fitting else none
                raise Failed(message, NOT_ALLOWED, document={"code": "wrong_team", "detail": message})
        return str(fitting[0])

    @contextmanager
    def sentences(self) -> Iterator[None]:
        """Let failures of the connection be told as ours, in the form that was asked for."""
        import httpx

        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            message = f"The server at {self.url} cannot be reached ({reason}). Is it running?"
            failure = Failed(message, UNREACHABLE, document={"code": "server_unreachable", "detail": message})
            failure.as_json = self.as_json
            raise failure from error
        except Failed as failure:
            failure.as_json = self.as_json
            raise

    def get(self, path: str, **query: Any) -> Any:
        """Return what is at a path below /api/v1."""
        return self.send(
            "GET", path, params={name: value for name, value in query.items() if value not in ("", None)}
        )

    def post(self, path: str, body: Any = None) -> Any:
        """Ask for a change."""
        return self.send("POST", path, json=body)

    def patch(self, path: str, body: Any) -> Any:
        """Change what is at a path."""
        return self.send("PATCH", path, json=body)

    def put(self, path: str, body: Any) -> Any:
        """Set what is at a path."""
        return self.send("PUT", path, json=body)

    def delete(self, path: str, **query: Any) -> None:
        """Delete what is at a path."""
        self.send("DELETE", path, params=query)

    def send(self, method: str, path: str, **more: Any) -> Any:
        """Send one request and return the answer's document."""
        with self.sentences():
            response = self.http.request(method, f"/api/v1{path}", **more)
            if response.status_code >= 400:
                raise refusal(response)
            return response.json() if response.content else None

    def download(self, path: str) -> bytes:
        """Return the file at a path below /api/v1."""
        with self.sentences():
            response = self.http.get(f"/api/v1{path}")
            if response.status_code >= 400:
                raise refusal(response)
            return bytes(response.content)

    def all_pages(self, path: str, limit: int, **query: Any) -> list[Any]:
        """Return the first `limit` items of a list."""
        items: list[Any] = []
        cursor: str | None = ""
        while cursor is not None and len(items) < limit:
            page = self.get(path, cursor=cursor, limit=min(100, limit - len(items)), **query)
            items += page["items"]
            cursor = page["next_cursor"]
        return items


def refusal(response: Any) -> Failed:
    """Return what the server refused, as a sentence with one line for each bad field."""
    try:
        problem = response.json()
        message = str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        problem = {
            "code": "bad_answer",
            "detail": f"The server answered {response.status_code} without a reason.",
        }
        message = problem["detail"]
    fields = [
        (str(field["path"]).removeprefix("/config"), field["message"]) for field in problem.get("errors", [])
    ]
    lines = [f"{path}: {text}" if path else text for path, text in fields]
    if response.status_code == 401 and not os.environ.get("IDEASMITH_KEY"):
        lines.append("Set IDEASMITH_KEY to an API key of this server.")
    if lines == [f"{fields[0][0]}: {message}"] if fields else False:
        message, lines = lines[0], []
    return Failed(message, exit_code(response.status_code), lines=lines, document=problem)


def exit_code(status: int) -> int:
    """Return the exit code for a status."""
    if status in (401, 403):
        return NOT_ALLOWED
    if status in (502, 503, 504):
        return UNREACHABLE
    return WRONG_USAGE if status in (400, 404, 405, 413, 422) else FAILED
