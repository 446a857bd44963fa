"""Reads an application's log by the numbers of its lines. Those that the retention has removed keep their numbers."""

from collections.abc import Iterator
from datetime import UTC, datetime

from services.deployments.app_logs.records import is_output, segments, view_of
from services.events.outline import MOST_MARKS, Outline, sample_places
from services.events.view import EventView

REMOVED = "Older lines, removed"
MOST = 1_000
EPOCH = datetime.fromtimestamp(0, UTC)


def lines_of(deployment_id: str, after: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield the whole lines behind number `after`, with their numbers. A file that vanishes meanwhile is left out."""
    known = segments(deployment_id)
    for at, (first, path) in enumerate(known):
        if at + 1 < len(known) and known[at + 1][0] <= after + 1:
            continue
        try:
            whole = path.read_bytes().split(b"\n")[:-1]  # what has no end yet is not there yet
        except FileNotFoundError:
            continue
        skipped = max(0, after + 1 - first)
        yield from enumerate(whole[skipped:], start=first + skipped)


def ends_of(deployment_id: str) -> tuple[int, int]:
    """Return the numbers of the first and the last line that are there; (1, 0) for an empty log."""
    known = segments(deployment_id)
    if not known:
        return 1, 0
    first, path = known[-1]
    try:
        return known[0][0], first + path.read_bytes().count(b"\n") - 1
    except FileNotFoundError:
        return 1, 0


def read_lines(deployment_id: str, after: int = 0, limit: int = 500) -> list[EventView]:
    """Return up to `limit` lines behind number `after`, in order and without a gap.

    In the place of those that were removed stand empty ones, so that a number is a place for good.
    """
    first, last = ends_of(deployment_id)
    limit = max(1, min(limit, MOST))
    gone = range(after + 1, min(first, after + 1 + limit)) if last else ()
    at = since(deployment_id) if gone else EPOCH
    found = [removed(seq, first - 1, at) for seq in gone]
    if len(found) < limit:
        wanted = limit - len(found)
        for seq, line in lines_of(deployment_id, after + len(found)):
            found.append(view_of(seq, line))
            wanted -= 1
            if not wanted:
                break
    return found


def removed(seq: int, last: int, at: datetime) -> EventView:
    """Return what stands in the place of a removed line. The first and the last of them are the ends of a fold."""
    kind = {1: "step.started", last: "step.cancelled"}.get(seq, "log.line")
    return EventView(seq, at, REMOVED, kind, "info", "")


def since(deployment_id: str) -> datetime:
    """Return the moment of the oldest line that is there."""
    return next((view_of(seq, line).at for seq, line in lines_of(deployment_id)), EPOCH)


def read_outline(deployment_id: str, tail: int = 0) -> Outline:
    """Return everything of a log but its lines, with the last `tail` of those. It never ends: the app may speak."""
    first, last = ends_of(deployment_id)
    at = since(deployment_id)
    marks = [removed(seq, first - 1, at) for seq in (1, first - 1)] if first > 2 else []
    wanted = set(sample_places(last - first + 1))
    samples: list[tuple[int, datetime]] = []
    for seq, line in lines_of(deployment_id):
        if seq > last:
            break
        if seq - first + 1 in wanted:
            samples.append((seq, view_of(seq, line).at))
        if not is_output(line):
            marks.append(view_of(seq, line))
    marks = marks[:2] + marks[2:][-MOST_MARKS:]
    ends = read_lines(deployment_id, max(0, last - tail), tail) if tail and last else []
    return Outline(last, 1, False, marks, samples, {}, ends)


def last_lines(deployment_id: str, count: int) -> list[EventView]:
    """Return the last lines of a log, oldest first."""
    first, last = ends_of(deployment_id)
    after = max(first - 1, last - count)
    return [view_of(seq, line) for seq, line in lines_of(deployment_id, after) if seq <= last]
