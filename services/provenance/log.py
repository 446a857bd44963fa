"""The check of a log: its chain holds from the first stored event to the one whose hash was signed."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.events.chain import START, ChainEnd, chain_hash
from services.events.view import EventView
from services.provenance.checks import Check, failed, not_checked, ok

NAME = "events"
Stored = tuple[EventView, str | None]  # an event, and the hash that is stored with it


class Broken(Exception):
    """The chain does not hold; the message says where."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a log is held against.

    `start` is the hash that its first event follows. `signed` is the end that was signed, None without a statement.
    `removed` is the end that the retention remembered, None while it has removed nothing. `ended`: no event may follow
    the signed one.
    """

    execution_id: str
    start: str = START
    signed: ChainEnd | None = None
    removed: ChainEnd | None = None
    ended: bool = True


@dataclass
class Walked:
    """What was seen on the way through a log."""

    end: ChainEnd
    unchained: int = 0  # events at the beginning that were stored before events were chained
    signed_hash: str | None = None  # the hash at the signed place


def check_log(events: Iterable[Stored], expected: Expected) -> Check:
    """Follow the chain once from its beginning, an event at a time."""
    try:
        walked = walk_chain(events, expected)
        return judged(walked, expected)
    except Broken as broken:
        return failed(NAME, str(broken))


def walk_chain(events: Iterable[Stored], expected: Expected) -> Walked:
    """Compute every hash again.

    Raises:
        Broken: at the first event that is missing, moved or changed.
    """
    walked = Walked(ChainEnd(0, expected.start))
    for event, stored in events:
        if event.seq != walked.end.seq + 1:
            raise Broken(f"Event {walked.end.seq + 1} is missing.")
        if stored is None:
            if walked.unchained != walked.end.seq:
                raise Broken(f"Event {event.seq} has no hash, though the one before has.")
            walked.unchained += 1
            walked.end = ChainEnd(event.seq, START)
            continue
        found = chain_hash(walked.end.hash, expected.execution_id, event)
        if found != stored:
            raise Broken(f"Event {event.seq} is not what was stored: it or its hash was changed.")
        walked.end = ChainEnd(event.seq, found)
        if expected.signed is not None and event.seq == expected.signed.seq:
            walked.signed_hash = found
    return walked


def judged(walked: Walked, expected: Expected) -> Check:
    """Compare the end of the chain with the one that was signed.

    Raises:
        Broken: it is another, or events follow that nobody signed.
    """
    signed, removed, last = expected.signed, expected.removed, walked.end.seq
    if last == walked.unchained:
        return unchained(walked, expected)
    words = f"{last - walked.unchained:,} events, each chained to the one before"
    if walked.unchained:
        words += (
            f", from event {walked.unchained + 1:,} on: earlier ones were stored before events were chained"
        )
    if signed is None:
        return ok(NAME, f"{words}. Their end is not signed yet.")
    if removed is not None and walked.signed_hash != signed.hash and removed == signed:
        return ok(
            NAME,
            f"Log cleaned: {signed.seq:,} events were removed after their time. The end that was signed was kept, and "
            "what is left follows it.",
        )
    if walked.signed_hash is None:
        raise Broken(f"The end was signed at event {signed.seq:,}, and the log ends at event {last:,}.")
    if walked.signed_hash != signed.hash:
        raise Broken(f"Event {signed.seq:,} has another hash than the one that was signed.")
    if last > signed.seq and expected.ended:
        raise Broken(f"{last - signed.seq:,} events follow the last one that was signed.")
    following = f" {last - signed.seq:,} events follow." if last > signed.seq else ""
    return ok(NAME, f"{words}. The signed end is event {signed.seq:,}.{following}")


def unchained(walked: Walked, expected: Expected) -> Check:
    """Say what is known of a log without hashes."""
    if expected.signed is not None and expected.removed != expected.signed:
        raise Broken(f"The end was signed at event {expected.signed.seq:,}, and no event has a hash.")
    if walked.unchained:
        return not_checked(NAME, "All events were stored before events were chained.")
    return not_checked(NAME, "There are no events.")
