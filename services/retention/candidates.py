"""What the retention works on."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something whose time is over: its id within its kind, and the bytes that its removal frees."""

    id: str
    size_bytes: int
    count: int = 1


class Outcome(StrEnum):
    """What became of one candidate."""

    REMOVED = "removed"
    MORE = "more"  # a part of it was removed: call again, in another transaction
    KEPT = "kept"  # somebody needs it again, or works on it just now


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that is kept for a while. Neither function commits."""

    name: str
    find: Callable[[Session], list[Candidate]]
    remove: Callable[[Session, str], Outcome]
