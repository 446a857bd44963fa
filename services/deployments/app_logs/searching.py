"""Exact search in an application's log. PostgreSQL compares, so that an expression means what it does elsewhere."""

from array import array
from bisect import bisect_left

from sqlalchemy import Text, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.expression import bindparam
from sqlmodel import Session

from services.deployments.app_logs.reading import ends_of, lines_of
from services.deployments.app_logs.records import view_of
from services.events.search import Found, Query, Searches, found_near, says, within_limits


def search_app_log(session: Session, deployment_id: str, query: Query, near: int = 1) -> Found:
    """Return how often something stands in a log, and the hit at or behind `near` with its neighbours.

    Raises:
        InvalidInput: nothing to look for, no regular expression, or one that takes too long.
    """
    hits = searches.hits(session, deployment_id, query)
    first, _ = ends_of(deployment_id)
    return found_near(hits.seqs[bisect_left(hits.seqs, first) :], hits.until, near, [])


def last_line(session: Session, deployment_id: str) -> int:
    """Return the number of the last line."""
    return ends_of(deployment_id)[1]


def read_hits(session: Session, deployment_id: str, query: Query, after: int, until: int) -> "array[int]":
    """Return the places of all hits behind `after`, in order."""
    found = [view_of(seq, line) for seq, line in lines_of(deployment_id, after) if seq <= until]
    events = [one for one in found if query.level in ("", one.level) and query.span in ("", one.span)]
    # No byte of a text may be zero there; none that is shown ever is.
    texts = [one.shown.replace("\x00", "") for one in events]
    wanted = func.unnest(bindparam("lines", texts, type_=ARRAY(Text)))
    lines = wanted.table_valued(column("line", Text), with_ordinality="number", name="said").render_derived()
    statement = select(lines.c.number).where(says(query, lines.c.line)).order_by(lines.c.number)
    with within_limits(session, query):
        return array("I", [events[number - 1].seq for number in session.scalars(statement)])


searches = Searches(last_line, read_hits)
