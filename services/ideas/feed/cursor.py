"""A place in a list: where it stood, in which snapshot of the database, and what was shown out of turn."""

import base64
import binascii
import hashlib
import json
import math
import re
import uuid
from dataclasses import asdict, dataclass, replace
from typing import Any

from models.errors import InvalidInput
from services.ideas.feed.query import FeedQuery

SNAPSHOT = re.compile(r"(\d{1,19}):(\d{1,19}):((?:\d{1,19}(?:,\d{1,19})*)?)")
LONGEST = 8_000
MOST_OUT_OF_TURN = 64


@dataclass(frozen=True, slots=True)
class Place:
    """Behind which row a page begins. `score` is what the list is ordered by, in microseconds where that is a moment.

    `snapshot` is PostgreSQL's name for what the first page saw, `at` when that was (seconds since 1970), `seed` what
    its draws began with, and `shown` the ideas that were shown out of turn and must not come again.
    """

    score: float
    idea_id: uuid.UUID
    snapshot: str = ""
    at: int = 0
    seed: int = 0
    shown: tuple[uuid.UUID, ...] = ()


def fingerprint(query: FeedQuery) -> str:
    """Return what a cursor is tied to: a place in one list is none in another."""
    return hashlib.sha256(json.dumps(asdict(query), sort_keys=True).encode()).hexdigest()[:8]


def encode(query: FeedQuery, place: Place) -> str:
    """Return the cursor of a place in a list."""
    ids = b"".join(one.bytes for one in (place.idea_id, *place.shown))
    row = [
        fingerprint(query), place.score, place.snapshot, place.at, place.seed,
        base64.urlsafe_b64encode(ids).decode(),
    ]  # fmt: skip
    return base64.urlsafe_b64encode(json.dumps(row, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(query: FeedQuery, cursor: str) -> Place:
    """Return the place that a cursor names.

    Raises:
        InvalidInput: it was not made by `encode`, or for another list.
    """
    try:
        if len(cursor) > LONGEST:
            raise ValueError("longer than any of ours")
        row = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        made_for, score, snapshot, at, seed, ids = row
        first, shown = ids_of(ids)
        place = Place(checked_score(score), first, *checked(snapshot, at, seed), shown)
        if made_for != fingerprint(query):
            raise ValueError("made for another list")
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        raise InvalidInput(
            "That page cursor is not valid. Start again from the first page.", "bad_cursor"
        ) from error
    return place


def checked_score(score: Any) -> float:
    """Return what a list is ordered by, or raise ValueError."""
    if isinstance(score, bool) or not isinstance(score, int | float) or not math.isfinite(score):
        raise ValueError("no score")
    return float(score)


def checked(snapshot: Any, at: Any, seed: Any) -> tuple[str, int, int]:
    """Return the parts of a cursor that the database is asked with, or raise ValueError."""
    if not all(type(number) is int and -(2**63) <= number < 2**63 for number in (at, seed)):
        raise ValueError("no number")
    if snapshot and not is_snapshot(snapshot):
        raise ValueError("no snapshot")
    return str(snapshot), at, seed


def is_snapshot(written: str) -> bool:
    """Whether PostgreSQL reads a text as a snapshot: xmin:xmax:what ran between them, in ascending order."""
    found = SNAPSHOT.fullmatch(written)
    if found is None:
        return False
    first, last = int(found[1]), int(found[2])
    running = [int(one) for one in found[3].split(",") if one]
    inside = all(first <= one < last for one in running)
    return 0 < first <= last < 2**63 and inside and running == sorted(set(running))


def ids_of(written: str) -> tuple[uuid.UUID, tuple[uuid.UUID, ...]]:
    """Return behind which idea a page begins, and what was shown out of turn."""
    raw = base64.urlsafe_b64decode(written)
    ids = tuple(uuid.UUID(bytes=raw[at : at + 16]) for at in range(0, len(raw), 16))
    if not 1 <= len(ids) <= 1 + MOST_OUT_OF_TURN:
        raise ValueError("more than any page shows out of turn")
    return ids[0], ids[1:]


def moved_to(place: Place, score: float, idea_id: uuid.UUID, shown: tuple[uuid.UUID, ...]) -> Place:
    """Return the place behind a later row of the same list."""
    return replace(place, score=score, idea_id=idea_id, shown=(place.shown + shown)[-MOST_OUT_OF_TURN:])
