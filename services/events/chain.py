"""The hash chain of a log: each event carries a hash of itself and of the event before.

Whoever changes, removes, adds or moves an event changes every hash behind it, and the last one is signed
(`services/provenance`). The hash is SHA-256 over the hash before (64 zeros at the beginning), a line feed, and the
event as a JSON array in one fixed form: UTF-8, no white space, keys sorted, whole numbers without a fraction, the
moment in UTC with microseconds. PostgreSQL's `jsonb` gives back the same values, so what was hashed can be read again.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import Any

from services.events.view import EventView

START = "0" * 64
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The last event of a log and its hash: `START` before the first, and behind events that have none."""

    seq: int = 0
    hash: str = START


def chain_hash(before: str, execution_id: str, event: EventView) -> str:
    """Return the hash of an event that follows the one with the hash `before`."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [
        execution_id,
        event.seq,
        event.epoch,
        at,
        event.span,
        event.kind,
        event.level,
        event.text,
        settled(event.data),
    ]
    return hashlib.sha256(f"{before}\n{encode(fields)}".encode()).hexdigest()


def settled(data: dict[str, Any]) -> dict[str, Any]:
    """Return data as it comes back from the database: 1.0 and 1e0 are 1 there, and tuples are lists."""
    if not data:
        return {}
    found: dict[str, Any] = json.loads(json.dumps(data), parse_float=settled_number)
    return found


def settled_number(text: str) -> int | float:
    """Return a number that has a fraction, or the whole number that it is."""
    exact = Decimal(text)
    return int(exact) if exact == exact.to_integral_value() else float(text)


def chained(
    execution_id: str, end: ChainEnd, events: Iterable[EventView]
) -> Iterator[tuple[EventView, ChainEnd]]:
    """Yield each event with the end of the chain that it makes, upon the chain that ends at `end`."""
    for event in events:
        end = ChainEnd(event.seq, chain_hash(end.hash, execution_id, event))
        yield event, end
