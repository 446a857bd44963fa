"""Follow an execution's events: server-sent events that go on where they stopped."""

import json
import time
from collections.abc import Iterator
from typing import Any

from app.cli.client import Client, refusal
from app.cli.output import UNREACHABLE, Failed

SILENCE_S = 60.0  # the server sends a sign of life far more often
PATIENCE_S = 60.0
PAUSE_S = 0.5


def follow(client: Client, execution_id: str, after: str = "") -> Iterator[dict[str, Any]]:
    """Yield everything that an execution says until it has ended, over lost connections and restarts of the server.

    After a `stream.rewind` what follows its `seq` comes again, as another worker saw it.
    """
    last, lost_at = after, None
    while True:
        ended = False
        for event, data, place in connection(client, execution_id, last):
            lost_at, last = None, place or last
            if event == "end":
                ended = True
                break
            if event == "partial":
                continue  # the line comes whole
            yield {"kind": "stream.rewind", **data} if event == "rewind" else data
        if ended:
            return
        lost_at = lost_at or time.monotonic()
        if time.monotonic() - lost_at > PATIENCE_S:
            raise Failed(
                f"The server does not answer any more. {execution_id} may still be at work.", UNREACHABLE
            )
        time.sleep(PAUSE_S)


def connection(client: Client, execution_id: str, last: str) -> Iterator[tuple[str, Any, str]]:
    """Yield the events of one connection; nothing when there is none to be had just now."""
    import httpx

    headers = {"Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})}
    timeout = httpx.Timeout(10.0, read=SILENCE_S)
    try:
        with client.http.stream(
            "GET", f"/api/v1/executions/{execution_id}/events", headers=headers, timeout=timeout
        ) as response:
            if response.status_code in (502, 503, 504):
                return
            if response.status_code >= 400:
                response.read()
                failure = refusal(response)
                failure.as_json = client.as_json
                raise failure
            yield from parse(response.iter_lines())
    except httpx.HTTPError:
        return


def parse(lines: Iterator[str]) -> Iterator[tuple[str, Any, str]]:
    """Yield (event, data, id) of a stream of server-sent events (HTML Living Standard, 9.2)."""
    event, place = "message", ""
    data: list[str] = []
    for line in lines:
        if not line:
            if data:
                yield event, json.loads("\n".join(data)), place
            event, data = "message", []
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            event = value
        elif name == "data":
            data.append(value)
        elif name == "id":
            place = value
