"""An execution with a log of any length, written as rows: what a reader sees, without the hours of making it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from models.clock import now
from models.executions import Event, Execution, State, Step
from models.ids import decode_id
from models.templates import Template

# Step and its share of the lines; the last one fails.
SHARES = (("validate", 0.0005), ("render", 0.0095), ("install", 0.09), ("test", 0.9))
WHY = "E   AssertionError: 7 teapots were sold of 6"
COLOURED = 100  # every so many lines have colours
LINES = """
INSERT INTO events (execution_id, seq, team_id, epoch, at, span, kind, level, text, plain, data)
SELECT :execution, n, :team, 1, CAST(:start AS timestamptz) + n * interval '1 ms', :span, 'log.line', 'info',
    CASE WHEN n % :coloured = 0 THEN chr(27) || '[32m' || words || chr(27) || '[0m' ELSE words END,
    CASE WHEN n % :coloured = 0 THEN words END, '{}'
FROM (SELECT n, format('tests/unit/test_cart_%s.py case %s PASSED in %s ms on worker gw%s, fixture store',
                       n % 977, n, n % 83, n % 4) AS words
      FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n) AS lines
"""


def make_long_log(session: Session, team_id: str, user_id: str, events: int, slug: str = "landing") -> str:
    """Make a failed execution whose log has so many events, and return its id."""
    template = session.scalars(select(Template).where(Template.slug == slug)).one()
    start = now() - timedelta(hours=2)
    row = Execution(
        team_id=team_id, user_id=user_id, template_version_id=template.current_version_id, template_slug=slug,
        template_name=template.name, name="Long", state=State.FAILED, epoch=1, created_at=start, started_at=start,
        finished_at=start + timedelta(milliseconds=events), error_code="tests_failed",
        error_message="Tests failed in 1 of 900,000: test_oversell.", next_action="Read the log of this step.",
    )  # fmt: skip
    session.add(row)
    session.flush()
    write_events(session, row, events, start)
    return row.id


def write_events(session: Session, row: Execution, events: int, start: datetime) -> None:
    """Write the log: `events` of them, with no gap."""
    # Foreign keys of a million rows take longer than the rows.
    session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text("SET LOCAL statement_timeout = 0"))
    marks = [mark(row, start, 1, "", "execution.started", "Started.")]
    seq, left = 2, events - 2 - 2 * len(SHARES)
    for position, (name, share) in enumerate(SHARES):
        last_step = position == len(SHARES) - 1
        lines = left - sum(int(left * part) for _, part in SHARES[:-1]) if last_step else int(left * share)
        marks.append(mark(row, start, seq, name, "step.started", data={"attempt": 1}))
        values = {
            "execution": decode_id("exec", row.id), "team": decode_id("team", row.team_id), "start": start,
            "span": name, "coloured": COLOURED, "first": seq + 1, "last": seq + lines,
        }  # fmt: skip
        session.execute(text(LINES), values)
        end = seq + lines + 1
        words = row.error_message if last_step else f"{name} done"
        kind = "step.failed" if last_step else "step.finished"
        marks.append(mark(row, start, end, name, kind, words, data={"next_action": row.next_action}))
        state = State.FAILED if last_step else State.SUCCEEDED
        session.add(step(row, position, name, state, start, seq, end, words))
        seq = end + 1
    marks.append(mark(row, start, events, "", "execution.failed", row.error_message))
    session.add_all(marks)
    session.flush()
    session.execute(
        text("UPDATE events SET text = :words, plain = NULL WHERE execution_id = :id AND seq = :seq"),
        {"words": WHY, "id": decode_id("exec", row.id), "seq": events - 5},
    )


def mark(
    row: Execution, start: datetime, seq: int, span: str, kind: str, words: str = "", **more: Any
) -> Event:
    """Return an event that is no line of output."""
    level = "error" if kind.endswith("failed") else "info"
    at = start + timedelta(milliseconds=seq)
    return Event(
        execution_id=row.id, seq=seq, team_id=row.team_id, epoch=1, at=at, span=span, kind=kind, level=level,
        text=words, **more,
    )  # fmt: skip


def step(
    row: Execution, position: int, name: str, state: State, start: datetime, first: int, last: int, words: str
) -> Step:
    """Return the row of a step."""
    return Step(
        execution_id=row.id, team_id=row.team_id, position=position, name=name, state=state, attempt=1, epoch=1,
        started_at=start + timedelta(milliseconds=first), finished_at=start + timedelta(milliseconds=last),
        summary=words if state == State.SUCCEEDED else "", error_message=words if state == State.FAILED else "",
    )  # fmt: skip
