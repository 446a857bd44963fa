"""The live tail: one stream in Redis for all executions, trimmed, losable."""

import functools
from collections.abc import Sequence
from typing import Any

from redis import Redis

from models.settings import settings
from services.events.view import EventView, parse_event

STREAM = "ideasmith:events"
LENGTH = 10_000
PATIENCE_S = 1.0  # a tail that is late is worth less than the log, which goes on without it


@functools.cache
def tail() -> Redis:
    """Return this process's connection for writing the tail. Nothing connects before the first use."""
    return Redis.from_url(settings().redis_url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S)


def push(redis: Redis, execution_id: str, base: int, events: Sequence[EventView]) -> None:
    """Append events to the live tail in one round trip.

    `base` is the last `seq` that was stored when their owner took over: what a reader has behind it and from an
    older owner is void.
    """
    with redis.pipeline(transaction=False) as pipeline:
        for event in events:
            entry: dict[Any, Any] = {"x": execution_id, "b": base, "e": event.epoch, "v": event.as_json()}
            pipeline.xadd(STREAM, entry, maxlen=LENGTH, approximate=True)
        pipeline.execute()


def push_partial(redis: Redis, execution_id: str, partial: EventView) -> None:
    """Append the newest state of a line that has no end yet. Nothing depends on its arrival."""
    entry: dict[Any, Any] = {"x": execution_id, "e": partial.epoch, "p": partial.as_json()}
    redis.xadd(STREAM, entry, maxlen=LENGTH, approximate=True)


def unpack(fields: dict[bytes, bytes]) -> tuple[str, int, EventView]:
    """Return execution id, base and event of one entry of the stream."""
    event = parse_event(fields[b"v"].decode(), int(fields[b"e"]))
    return fields[b"x"].decode(), int(fields[b"b"]), event
