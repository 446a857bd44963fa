"""What an execution says while it works: written by its owner, stored in batches, followed live by any number."""

from services.events.appending import append_events
from services.events.hub import EventHub
from services.events.reader import Head, read_events, read_heads
from services.events.view import END, REWIND, TERMINAL, Cursor, EventView
from services.events.writer import EventWriter

__all__ = [
    "END",
    "REWIND",
    "TERMINAL",
    "Cursor",
    "EventHub",
    "EventView",
    "EventWriter",
    "Head",
    "append_events",
    "read_events",
    "read_heads",
]
