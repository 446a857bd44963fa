"""The minutes of deployments: stored by the keeper, read as 24 hours in quarters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session

from models.clock import now
from models.ids import decode_id
from services.accounts import Actor
from services.deployments.views import find_deployment

QUARTER = timedelta(minutes=15)
QUARTERS = 96


@dataclass(slots=True)
class Minute:
    """What one source counted of one deployment in one minute, so far."""

    deployment_id: str
    minute: datetime
    source: str
    requests: int = 0
    errors: int = 0
    well: int = 0
    ill: int = 0
    off: int = 0


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of an hour. `state`: "well", "ill" (some probe failed), "off", or "unknown" when nobody looked."""

    start: datetime
    state: str
    requests: int
    errors: int
    well: int
    ill: int


# Counts only grow within one source: an older report that comes late changes nothing.
STORE = text(
    """
    INSERT INTO deployment_minutes AS kept
           (deployment_id, minute, source, team_id, requests, errors, well, ill, off)
    SELECT d.id, seen.minute, seen.source, d.team_id, seen.requests, seen.errors, seen.well, seen.ill, seen.off
      FROM jsonb_to_recordset(:seen) AS seen(id uuid, minute timestamptz, source text, requests integer,
           errors integer, well integer, ill integer, off integer)
      JOIN deployments d ON d.id = seen.id
        ON CONFLICT (deployment_id, minute, source) DO UPDATE
       SET requests = GREATEST(kept.requests, excluded.requests), errors = GREATEST(kept.errors, excluded.errors),
           well = GREATEST(kept.well, excluded.well), ill = GREATEST(kept.ill, excluded.ill),
           off = GREATEST(kept.off, excluded.off)
    """
).bindparams(bindparam("seen", type_=JSONB))

# A bucket that nobody has looked into is missing here, and unknown for who reads it.
READ = text(
    """
    SELECT date_bin('15 minutes', minute, :first) AS quarter, sum(requests), sum(errors), sum(well), sum(ill), sum(off)
      FROM deployment_minutes
     WHERE deployment_id = :id AND minute >= :first
     GROUP BY quarter
    """
)


def store_minutes(session: Session, minutes: Iterable[Minute]) -> None:
    """Store the counts of minutes, whole each time, in one statement."""
    rows = [
        {
            "id": str(decode_id("depl", one.deployment_id)),
            "minute": one.minute.isoformat(),
            "source": one.source,
            "requests": one.requests,
            "errors": one.errors,
            "well": one.well,
            "ill": one.ill,
            "off": one.off,
        }
        for one in minutes
    ]
    if rows:
        session.execute(STORE, {"seen": rows})


def last_day(session: Session, actor: Actor, deployment_id: str) -> list[Quarter]:
    """Return the last 24 hours of a deployment in quarters, oldest first, the one that has begun last.

    Raises:
        NotFound: no such deployment, or of another team.
    """
    row = find_deployment(session, actor, "deployments:read", deployment_id)
    first = quarter_of(now()) - (QUARTERS - 1) * QUARTER
    found = {
        counts[0]: [int(number) for number in counts[1:]]
        for counts in session.execute(READ, {"id": decode_id("depl", row.id), "first": first})
    }
    return [quarter(first + index * QUARTER, found.get(first + index * QUARTER)) for index in range(QUARTERS)]


def quarter_of(moment: datetime) -> datetime:
    """Return the start of the quarter of an hour that a moment lies in."""
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


def quarter(start: datetime, counts: list[int] | None) -> Quarter:
    """Return a quarter from its counts. Requests without a probe say nothing about the app's state."""
    requests, errors, well, ill, off = counts or [0, 0, 0, 0, 0]
    state = "ill" if ill else "well" if well else "off" if off else "unknown"
    return Quarter(start, state, requests, errors, well, ill)
