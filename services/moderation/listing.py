"""The queue: cases that wait, the most urgent first; and those that are decided, the newest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, tuple_
from sqlmodel import Session, col, select

from models.clock import now
from models.errors import InvalidInput
from models.moderation import Case, CaseState, Report
from models.paging import Page, decode_cursor, encode_cursor, page_limit
from services.accounts import Actor, require_operator
from services.moderation.subjects import subject_of, titles_of

WAITING, DECIDED = "waiting", "decided"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in the queue. `overdue` says that it has waited for longer than it may."""

    id: str
    subject_id: str
    kind: str
    title: str
    state: str
    sources: list[str]
    reports: int
    created_at: datetime
    due_at: datetime
    overdue: bool
    decided_at: datetime | None


def list_cases(
    session: Session, moderator: Actor, which: str = WAITING, cursor: str = "", limit: int = 25
) -> Page[CaseRow]:
    """Return the cases that wait (open and appealed, the most urgent first), or the decided ones, newest first.

    Raises:
        NotAllowed: not by an operator.
        InvalidInput: another word, or a cursor that is not one of ours.
    """
    require_operator(moderator, "moderation:read")
    if which not in (WAITING, DECIDED):
        raise InvalidInput("Cases are `waiting` or `decided`.", "unknown_list")
    at = Case.due_at if which == WAITING else Case.decided_at
    key = (col(at), col(Case.id))
    statement = select(Case).where(
        col(Case.state) != CaseState.DECIDED if which == WAITING else col(Case.state) == CaseState.DECIDED
    )
    if cursor:
        there = decode_cursor(cursor)
        statement = statement.where(tuple_(*key) > there if which == WAITING else tuple_(*key) < there)
    order = key if which == WAITING else tuple(one.desc() for one in key)
    size = page_limit(limit)
    rows = list(session.scalars(statement.order_by(*order).limit(size + 1)))
    shown = rows[:size]
    more = None
    if len(rows) > size:
        last = shown[-1]
        more = encode_cursor(last.due_at if which == WAITING else last.decided_at or last.due_at, last.id)
    return Page(rows_of(session, shown), more)


def rows_of(session: Session, cases: list[Case]) -> list[CaseRow]:
    """Return what the queue shows of cases."""
    titles = titles_of(session, {case.subject_id for case in cases})
    counted = (
        select(Report.case_id, func.count())
        .where(col(Report.case_id).in_([case.id for case in cases]))
        .group_by(col(Report.case_id))
    )
    reports = dict(session.execute(counted).tuples().all()) if cases else {}
    moment = now()
    return [
        CaseRow(
            case.id, case.subject_id, subject_of(case.subject_id).kind, titles.get(case.subject_id, "It is gone"),
            case.state, list(case.sources), reports.get(case.id, 0), case.created_at, case.due_at,
            case.state != CaseState.DECIDED and case.due_at < moment, case.decided_at,
        )
        for case in cases
    ]  # fmt: skip


def count_waiting(session: Session, moderator: Actor) -> tuple[int, int]:
    """Return how many cases wait, and how many of them for too long."""
    require_operator(moderator, "moderation:read")
    overdue = func.count().filter(col(Case.due_at) < now())
    row = session.execute(select(func.count(), overdue).where(col(Case.state) != CaseState.DECIDED)).one()
    return int(row[0]), int(row[1])
