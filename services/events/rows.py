"""The stored form of an event."""

from typing import Any

from services.events.plain import plain_of
from services.events.view import EventView


def row_of(event: EventView, execution_id: str, team_id: str, chain_hash: str) -> dict[str, Any]:
    """Return the stored form of an event."""
    return {
        "execution_id": execution_id,
        "team_id": team_id,
        "seq": event.seq,
        "epoch": event.epoch,
        "at": event.at,
        "span": event.span,
        "kind": event.kind,
        "level": event.level,
        "text": event.text,
        "plain": plain_of(event.text),
        "data": event.data,
        "chain_hash": chain_hash,
    }
