"""What the clock does beside its duties because it takes long: measure the disk, and clean up every night.

A thread of its own: a walk over the data folder must not hold up the outbox. Nothing here is urgent.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from models.clock import now
from models.db import transaction
from models.errors import IdeasmithError
from models.installation import FactName
from services.deployments import pushes
from services.facts import find_fact, keep_fact, this_host
from services.operations.disk import measure_disk
from services.operations.versions import ask_programs
from services.trust.computing import compute_next
from workers.cleaning import clean
from workers.left_behind import sweep

log = structlog.get_logger()

FIRST_LOOK_S = 5.0  # after the start, so that it does not slow it down
LOOK_EVERY_S = 60.0
MEASURE_EVERY = timedelta(minutes=5)
CLEAN_AT_HOUR = 3  # UTC: at night for most, and the same for every clock


def keep_up(stop: threading.Event) -> None:
    """Measure and clean up when it is time, until told to stop."""
    wait = FIRST_LOOK_S
    while not stop.wait(wait):
        look(stop)
        wait = LOOK_EVERY_S


def look(stop: threading.Event) -> None:
    """Do what is due now. What goes wrong is written down, and tried again at the next look."""
    if is_due(FactName.DISK, now() - MEASURE_EVERY):
        attempt("measure", measure)
    if is_due(FactName.CLEAN_UP, last_night(now())):
        attempt("sweep", sweep)
        attempt("clean", lambda: clean(stop=stop))
    if is_due(FactName.TRUST, last_night(now()), ""):
        attempt("trust", lambda: compute_trust(stop))
    attempt("pushes", keep_promises)


def attempt(name: str, chore: Callable[[], object]) -> None:
    """Do something that may fail without harm."""
    try:
        chore()
    except (DBAPIError, OSError, IdeasmithError) as problem:
        log.warning("upkeep.failed", chore=name, error=str(problem).splitlines()[0])


def is_due(name: FactName, since: datetime, host: str | None = None) -> bool:
    """Whether something has not been done since a moment, here or by the whole installation (`host` is empty).

    While the database is away nothing is due.
    """
    try:
        with transaction() as session:
            last = find_fact(session, name, this_host() if host is None else host)
    except DBAPIError:
        return False
    return last is None or last.at < since


def last_night(moment: datetime) -> datetime:
    """Return when the clean-up was last to begin: a machine that was off then makes up for it at its start."""
    tonight = moment.replace(hour=CLEAN_AT_HOUR, minute=0, second=0, microsecond=0)
    return tonight if tonight <= moment else tonight - timedelta(days=1)


def keep_promises() -> None:
    """Write down the pushes that git has taken and whose web process died before it could say so."""
    with transaction() as session:
        pushes.settle_left(session)


def compute_trust(stop: threading.Event) -> None:
    """Bring everybody's trust level up to date, some thousands in a transaction. Two clocks at once do it twice."""
    after = ""
    while not stop.is_set():
        with transaction() as session:
            after = compute_next(session, after)
            if not after:
                keep_fact(session, FactName.TRUST, {}, "")
                return


def measure() -> None:
    """Measure the disk, and ask programs for their versions."""
    disk, versions = measure_disk(), ask_programs()
    with transaction() as session:
        keep_fact(session, FactName.DISK, disk, this_host())
        keep_fact(session, FactName.VERSIONS, versions, this_host())
