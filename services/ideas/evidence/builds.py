"""What was built from ideas: linked to real executions, and watched day by day for as long as it runs."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from models.clock import now
from models.executions import State
from models.idea_builds import IdeaBuild
from models.ids import Id
from services.ideas.evidence.scores import WATCHED_DAYS
from services.ideas.standing import rescore

# A day is healthy when it was asked, and answered 99 of 100 times.
HEALTHY = "d.well >= 99 * d.ill AND d.well > 0"
# The same day is counted again and again until its minutes go: the largest count is the whole one.
COUNT_DAYS = text("""
INSERT INTO build_days (deployment_id, day, well, ill, off)
SELECT m.deployment_id, CAST(m.minute AT TIME ZONE 'UTC' AS date), sum(m.well), sum(m.ill), sum(m.off)
FROM deployment_minutes m
WHERE m.minute >= :since AND m.deployment_id IN (
    SELECT r.deployment_id FROM idea_builds b JOIN releases r ON r.execution_id = b.execution_id
)
GROUP BY 1, 2
ON CONFLICT (deployment_id, day) DO UPDATE SET well = greatest(build_days.well, excluded.well),
    ill = greatest(build_days.ill, excluded.ill), off = greatest(build_days.off, excluded.off)
WHERE (build_days.well, build_days.ill, build_days.off)
    IS DISTINCT FROM (greatest(build_days.well, excluded.well), greatest(build_days.ill, excluded.ill),
        greatest(build_days.off, excluded.off))
""")
# Real ones that have ended well and are deployed. An example is no evidence, and neither is what was only rendered.
DONE = f"""
FROM idea_builds b JOIN executions e ON e.id = b.execution_id AND e.state = '{State.SUCCEEDED}' AND NOT e.example
JOIN releases r ON r.execution_id = e.id
"""
MARK_BUILT = text(f"""
UPDATE idea_ranks SET built = true WHERE NOT built AND idea_id IN (SELECT b.idea_id {DONE}) RETURNING idea_id
""").columns(idea_id=Id("idea"))  # noqa: S608 - put together of constants
LAST_BUILD = text(f"""
SELECT e.template_name, extract(epoch FROM e.finished_at - e.started_at), e.finished_at,
    (SELECT count(*) FROM build_days d WHERE d.deployment_id = r.deployment_id AND d.day > :since AND {HEALTHY}),
    (SELECT count(*) FROM build_days d WHERE d.deployment_id = r.deployment_id AND d.day > :since
        AND d.well + d.ill > 0 AND NOT ({HEALTHY})),
    (SELECT count(DISTINCT b.execution_id) {DONE} WHERE b.idea_id = :idea_id)
{DONE} WHERE b.idea_id = :idea_id ORDER BY e.finished_at DESC NULLS LAST LIMIT 1
""").bindparams(bindparam("idea_id", type_=Id("idea")))  # noqa: S608 - put together of constants


@dataclass(frozen=True, slots=True)
class Build:
    """The last application that was built from an idea, and how it did in the last 30 days that it was seen.

    `seconds` is what the team took, None where it is not known. `builds` counts all that were deployed.
    """

    template: str
    seconds: float | None
    finished_on: date | None
    healthy_days: int
    ill_days: int
    builds: int


def link_build(session: Session, idea_id: str, execution_id: str) -> None:
    """Remember that an execution was launched from an idea; twice is once."""
    row = {"idea_id": idea_id, "execution_id": execution_id}
    session.execute(insert(IdeaBuild).values(row).on_conflict_do_nothing())


def watch_builds(session: Session) -> int:
    """Count the days of what was built from ideas, and mark the ideas whose first application runs. Due each minute.

    Returns how many ideas became built.
    """
    since = (now() - timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    session.execute(COUNT_DAYS, {"since": since})
    ids = list(session.scalars(MARK_BUILT))
    if ids:
        rescore(session, ids)
    return len(ids)


def last_build(session: Session, idea_id: str) -> Build | None:
    """Return the last application that was built from an idea and deployed, or None."""
    since = (now() - timedelta(days=WATCHED_DAYS)).date()
    row = session.execute(LAST_BUILD, {"idea_id": idea_id, "since": since}).first()
    if row is None:
        return None
    finished_on = row[2].date() if row[2] else None
    return Build(row[0], None if row[1] is None else float(row[1]), finished_on, row[3], row[4], row[5])
