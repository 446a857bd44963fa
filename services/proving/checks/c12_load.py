"""C12: fifty requests a second are answered quickly."""

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from services.proving.application import StartedApp
from services.proving.checks.result import CheckResult, failed, not_checked, passed
from services.proving.subject import Subject
from services.proving.visitor import Visitor

RATE, SECONDS, MOST_MS = 50, 1.0, 100.0
THREADS = 8
MOST_PAGES = 4
TRIES = 3  # a machine may be busy with something else for a moment
# When our own threads wake up so late, the machine is too busy for anybody's times to say something.
BUSY_MS = 20.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its time counts from the moment it was due, and `late_ms` is how late we woke up for it."""

    path: str
    took_ms: float
    late_ms: float
    status: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One second of load."""

    p95_ms: float
    least_ms: float  # what the slowest page took at its quickest: no busy machine explains that
    late_ms: float  # so late we woke up for 95 of 100
    count: int
    wrong: int


def run(subject: Subject) -> CheckResult:
    """Ask for the public pages at a steady rate, whatever the answers take, and look at the slowest of them."""
    app = subject.running()
    paths = [page.path for page in subject.public.shown][:MOST_PAGES] or ["/"]
    for attempt in range(1, TRIES + 1):
        with subject.shared.load:
            found = measure(app, paths)
        if found.wrong:
            wrong = f"{found.wrong} of {found.count} requests were not answered with 200 at {RATE} a second."
            return failed([wrong])
        if found.p95_ms < MOST_MS:
            again = f", at try {attempt}" if attempt > 1 else ""
            return passed(f"{RATE} requests a second: 95 of 100 within {found.p95_ms:.0f} ms{again}.")
        subject.say(f"load: 95 of 100 within {found.p95_ms:.0f} ms, sent {found.late_ms:.0f} ms late")
    if found.late_ms > BUSY_MS and found.least_ms < MOST_MS:
        return not_checked(
            f"Not checked: this machine was too busy; the prover's own requests left {found.late_ms:.0f} ms late."
        )
    slow = f"At {RATE} requests a second 95 of 100 took up to {found.p95_ms:.0f} ms; {MOST_MS:.0f} ms are wanted."
    return failed([slow])


def measure(app: StartedApp, paths: list[str]) -> Measured:
    """Ask for one second, at the rate, from several visitors at once."""
    visitors = [app.visitor(f"192.0.2.{number + 1}") for number in range(THREADS)]
    begun = time.monotonic() + 0.05

    def work(number: int) -> list[Asked]:
        due = range(number, int(RATE * SECONDS), THREADS)
        return [ask(visitors[number], paths[at % len(paths)], begun + at / RATE) for at in due]

    with ThreadPoolExecutor(THREADS) as pool:
        found = [one for part in pool.map(work, range(THREADS)) for one in part]
    for visitor in visitors:
        visitor.close()
    times, late = sorted(one.took_ms for one in found), sorted(one.late_ms for one in found)
    least = max(min(one.took_ms for one in found if one.path == path) for path in {one.path for one in found})
    wrong = sum(one.status != 200 for one in found)
    return Measured(share(times, 0.95), least, share(late, 0.95), len(found), wrong)


def share(ordered: list[float], part: float) -> float:
    """Return the value within which a part of the values lies."""
    return ordered[math.ceil(len(ordered) * part) - 1]


def ask(visitor: Visitor, path: str, due: float) -> Asked:
    """Wait for the moment and ask."""
    pause = due - time.monotonic()
    time.sleep(max(0.0, pause))
    late = (time.monotonic() - due) * 1000 if pause > 0 else 0.0
    status = visitor.open(path).status
    return Asked(path, (time.monotonic() - due) * 1000, late, status)
