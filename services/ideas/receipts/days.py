"""The days of the log. One is closed after midnight (UTC), in one transaction: whole, or not yet."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, text
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from models.clock import now
from models.errors import InvalidInput, NotFound
from models.ids import decode_id
from models.paging import Page, page_limit
from models.receipts import Receipt, ReceiptDay
from services.crashpoints import AFTER_EFFECT, crashpoint
from services.ideas.receipts.documents import day_statement
from services.ideas.receipts.merkle import root_of
from services.provenance import dsse, keys
from services.provenance.encoding import sha256

LEAF_BYTES = 32
LOCK = text("SELECT pg_try_advisory_xact_lock(hashtext('ideasmith.receipt_days'))")
PLACED = text("""
UPDATE receipts r SET day = :day, position = placed.at - 1
FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS placed (version_id, at)
WHERE r.version_id = placed.version_id
""")


@dataclass(frozen=True, slots=True)
class DayView:
    """A closed day: its root, the hash of the signed statement before it, its own statement, and who signed it."""

    day: date
    size: int
    root: str
    previous: str | None
    envelope: str
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class WholeDay(DayView):
    """A closed day with the hashes of all its receipts: whoever has them computes the root anew."""

    leaves: list[str]


def close_day(session: Session) -> int:
    """Close yesterday with all receipts that wait from before today, and return how many.

    A day is closed once. What was still on its way then, or made while no clock ran, stands in the next day that is.
    """
    midnight = datetime.combine(now().date(), time.min, UTC)
    day = (midnight - timedelta(days=1)).date()
    if not session.scalar(LOCK):
        return 0
    waiting = select(Receipt.version_id, Receipt.leaf_hash).where(
        col(Receipt.day).is_(None), col(Receipt.made_at) < midnight
    )
    rows = session.execute(waiting.order_by(col(Receipt.version_id))).all()
    newest = (
        sa_select(col(ReceiptDay.day), col(ReceiptDay.envelope)).order_by(col(ReceiptDay.day).desc()).limit(1)
    )
    last = session.execute(newest).first()
    if not rows or (last is not None and last[0] >= day):
        return 0
    leaves = [bytes.fromhex(row[1]) for row in rows]
    session.add(signed_day(session, day, leaves, sha256(last[1]) if last else None))
    session.flush()
    session.execute(PLACED, {"day": day, "ids": [decode_id("iver", row[0]) for row in rows]})
    crashpoint(AFTER_EFFECT, "receipt_day")
    return len(rows)


def signed_day(session: Session, day: date, leaves: list[bytes], previous: str | None) -> ReceiptDay:
    """Return a day with its tree, signed."""
    root, moment, signer = root_of(leaves).hex(), now(), keys.signer(session)
    statement = day_statement(day, root, len(leaves), previous, moment)
    return ReceiptDay(
        day=day, size=len(leaves), root=root, previous=previous, leaves=b"".join(leaves),
        envelope=dsse.seal(statement, signer.key_id, signer.sign), closed_at=moment,
    )  # fmt: skip


def list_days(session: Session, after: str = "", limit: int = 100) -> Page[DayView]:
    """Return closed days in their order, those behind `after` (a date), at most 100.

    Each names the hash of the statement before it: whoever has kept one day sees that the later ones follow it.

    Raises:
        InvalidInput: `after` is no date.
    """
    statement = view_columns().order_by(col(ReceiptDay.day))
    if after:
        statement = statement.where(col(ReceiptDay.day) > date_of(after))
    size = page_limit(limit)
    rows = session.execute(statement.limit(size + 1)).all()
    shown = [view_of(row) for row in rows[:size]]
    return Page(shown, shown[-1].day.isoformat() if len(rows) > size else None)


def newest_days(session: Session, limit: int) -> list[DayView]:
    """Return the days that were closed last, newest first."""
    rows = session.execute(view_columns().order_by(col(ReceiptDay.day).desc()).limit(limit))
    return [view_of(row) for row in rows]


def view_columns() -> Select[Any]:
    """Return the statement of days without their leaves."""
    columns: tuple[Any, ...] = (
        col(ReceiptDay.day), col(ReceiptDay.size), col(ReceiptDay.root), col(ReceiptDay.previous),
        col(ReceiptDay.envelope), col(ReceiptDay.closed_at),
    )  # fmt: skip
    return sa_select(*columns)


def view_of(row: Any) -> DayView:
    """Return a day as it is shown."""
    return DayView(row[0], row[1], row[2], row[3], row[4].decode(), row[5])


def get_day(session: Session, day: str) -> WholeDay:
    """Return a day with the hashes of its receipts.

    Raises:
        NotFound: nothing was published on it, or it has not been closed.
    """
    try:
        row = session.get(ReceiptDay, date_of(day))
    except InvalidInput as error:
        raise NotFound("There is no such day in the log.") from error
    if row is None:
        raise NotFound("The log has no such day: nothing was published on it, or it has not ended.")
    return WholeDay(
        row.day, row.size, row.root, row.previous, row.envelope.decode(), row.closed_at,
        [leaf.hex() for leaf in leaves_of(row)],
    )  # fmt: skip


def leaves_of(row: ReceiptDay) -> list[bytes]:
    """Return the hashes of a day's receipts."""
    return [row.leaves[at : at + LEAF_BYTES] for at in range(0, len(row.leaves), LEAF_BYTES)]


def date_of(text_of_day: str) -> date:
    """Return a date as it is written in an address."""
    try:
        return date.fromisoformat(text_of_day)
    except ValueError as error:
        raise InvalidInput("A day is written as 2026-11-28.", "bad_cursor") from error
