"""Whether the parts in front answer, as a visitor would see it."""

import http.client
import json

TIMEOUT_S = 1.0


def status_of(host: str, port: int, path: str) -> tuple[int, str]:
    """Return status and body of a GET, or 0 where nothing answers yet."""
    connection = http.client.HTTPConnection(dialled(host), port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", path, headers={"User-Agent": "ideasmith-supervisor"})
        answer = connection.getresponse()
        return answer.status, answer.read(20_000).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def dialled(host: str) -> str:
    """Return the address to dial for one that is listened on."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - compared, not bound


def web_is_ready(host: str, port: int) -> bool:
    """Whether the web process answers and has what it needs."""
    return status_of(host, port, "/readyz")[0] == 200


def door_is_ready(host: str, port: int) -> bool:
    """Whether the door answers at all: which apps it knows is no matter of the start."""
    return status_of(host, port, "/")[0] != 0


def why_not(host: str, port: int) -> str:
    """Return what the web process itself says it lacks."""
    status, body = status_of(host, port, "/readyz")
    if not status:
        return "nothing answers"
    try:
        return json.dumps(json.loads(body))[:500]
    except ValueError:
        return f"status {status}"
