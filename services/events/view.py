"""One event as readers see it, and the place in a log from which a reader goes on."""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.errors import InvalidInput
from models.executions import Event
from services.events.plain import plain_of

# What ends an execution. Each is written in the transaction that ends it.
TERMINAL = frozenset({"execution.succeeded", "execution.failed", "execution.cancelled"})
PLACE = re.compile(r"([0-9]{1,18})(?:-([0-9]{1,9}))?")
# Not stored: what a follower is told about the log itself.
REWIND = "stream.rewind"  # forget everything behind `seq`: its owner died before it was stored
PARTIAL = (
    "stream.partial"  # a line behind `seq` that is still painted over: its newest state, replaced by the next
)
END = "stream.end"  # the execution has ended and everything was sent


@dataclass(frozen=True, slots=True)
class EventView:
    """One thing that an execution said. `seq` is gapless from 1; `span` is its step, or empty."""

    seq: int
    at: datetime
    span: str
    kind: str
    level: str
    text: str
    data: dict[str, Any] = field(default_factory=dict)
    epoch: int = 1
    body: str = field(
        default="", compare=False, repr=False
    )  # the event as JSON, where somebody has it already

    @property
    def shown(self) -> str:
        """What a reader sees of `text`: without colours, of overwritten progress the last."""
        return plain_of(self.text) or self.text

    def as_json(self) -> str:
        """Return the event as one line of JSON."""
        return self.body or json.dumps(self.as_dict(), ensure_ascii=False, separators=(",", ":"))

    def as_dict(self) -> dict[str, Any]:
        """Return the event as JSON-able data."""
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "span": self.span,
            "kind": self.kind,
            "level": self.level,
            "text": self.text,
            "data": self.data,
        }


def view_of(row: Event) -> EventView:
    """Return a stored event as readers see it."""
    return EventView(row.seq, row.at, row.span, row.kind, row.level, row.text, row.data, row.epoch)


def parse_event(body: str, epoch: int) -> EventView:
    """Return the event that `as_json` wrote."""
    fields = json.loads(body)
    at = datetime.fromisoformat(fields["at"])
    return EventView(
        fields["seq"],
        at,
        fields["span"],
        fields["kind"],
        fields["level"],
        fields["text"],
        fields["data"],
        epoch,
        body,
    )


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last event that a reader has, and the owner that wrote it. `epoch` 0 means: not known, take it as it is.

    As text it is the `seq`, and for a later owner than the first also its epoch: `57`, `57-3`. The epoch tells a
    reader who saw events of an owner that died before storing them from one who saw what is stored.
    """

    seq: int = 0
    epoch: int = 0

    def __str__(self) -> str:
        return str(self.seq) if self.epoch <= 1 else f"{self.seq}-{self.epoch}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Return the cursor written as `text`.

        Raises:
            InvalidInput: it is not one of ours.
        """
        found = PLACE.fullmatch(text.strip())
        if found is None:
            raise InvalidInput("The last event id is not valid. Follow again without it.", "bad_event_id")
        return cls(int(found[1]), int(found[2] or 1))
