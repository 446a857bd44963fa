"""Somebody who visits the application of a row: over its unix socket, with cookies of their own."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

# The application is told that it lives here. Nothing resolves the name: all talk goes through the socket.
ORIGIN = "http://app.proof.test"
TIMEOUT_S = 10.0
MOST_BYTES = 4_000_000
MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What a visitor got. Status 0: nobody answered, and `body` says why. `url` is where redirects have led."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    ms: float = 0.0

    @property
    def media_type(self) -> str:
        """The answer's type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def is_page(self) -> bool:
        """Whether this is an HTML page."""
        return self.media_type == "text/html"


class Visitor:
    """One person with a browser. `address` is where they seem to come from, as a proxy would tell."""

    def __init__(self, socket: Path, address: str = "203.0.113.1") -> None:
        self.socket, self.address = socket, address
        self.http = httpx.Client(
            # Without TLS nobody asks for certificates, and reading them takes longer than a request.
            transport=httpx.HTTPTransport(uds=str(socket), verify=False),
            trust_env=False,
            base_url=ORIGIN,
            timeout=TIMEOUT_S,
            headers={"User-Agent": "ideasmith-prove", "Accept": "text/html,*/*"},
        )

    def get(self, path: str, **more: Any) -> Answer:
        """Ask for a path, without following where it sends to."""
        return self.ask("GET", path, **more)

    def post(self, path: str, form: Mapping[str, str], **more: Any) -> Answer:
        """Send a form."""
        return self.ask("POST", path, data=dict(form), **more)

    def open(self, path: str) -> Answer:
        """Ask for a path and follow where it sends to, as a browser does, within the application."""
        answer = self.get(path)
        for _ in range(MOST_REDIRECTS):
            target = redirect_of(answer)
            if target is None or not is_ours(target):
                break
            answer = self.get(target)
        return answer

    def ask(self, method: str, path: str, **more: Any) -> Answer:
        """Send one request. Never raises for what the application does."""
        headers = {"X-Forwarded-For": self.address, "X-Forwarded-Proto": "http", **more.pop("headers", {})}
        started = time.monotonic()
        try:
            response = self.http.request(method, path, headers=headers, **more)
            body = response.content[:MOST_BYTES].decode("utf-8", "replace")
            found = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, body, found, str(response.url), elapsed_ms(started))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Answer(0, f"{type(error).__name__}: {error}", {}, path, elapsed_ms(started))

    def close(self) -> None:
        """Leave."""
        self.http.close()


def elapsed_ms(started: float) -> float:
    """Return the milliseconds since a moment."""
    return (time.monotonic() - started) * 1000


def redirect_of(answer: Answer) -> str | None:
    """Return where an answer sends to, or None."""
    if answer.status in (301, 302, 303, 307, 308) and "location" in answer.headers:
        return urljoin(answer.url, answer.headers["location"])
    return None


def is_ours(url: str) -> bool:
    """Whether an address lies in the application."""
    target = urlsplit(urljoin(ORIGIN, url))
    return f"{target.scheme}://{target.netloc}" == ORIGIN


def path_of(url: str) -> str:
    """Return path and query of an address of ours."""
    target = urlsplit(urljoin(f"{ORIGIN}/", url))
    return f"{target.path or '/'}?{target.query}" if target.query else target.path or "/"
