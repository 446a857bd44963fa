"""Prove a template: every row rendered, started and put through every check, several rows at once."""

import json
import shutil
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from models.errors import IdeasmithError
from models.settings import settings
from services import environments
from services.catalog import TemplateFolder
from services.catalog.shipped_pictures import Drawing, face_of
from services.proving.browser import browsing
from services.proving.checks import CHECKS, Check
from services.proving.checks.result import CheckResult, Outcome, failed, not_checked
from services.proving.rows import Row
from services.proving.shared import Shared
from services.proving.shots import drawn
from services.proving.subject import NotStarted, Subject

MOST_LOG_LINES = 600
# These look at the rendered code alone, in boxes of their own; the longest first.
CODE_ALONE = ("C13", "C16", "C2", "C15")


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row with what every check said of it. `bill` is the bill of materials, empty when C15 was not run.

    `pictures` are those of a row that has presets, by preset, where a browser was there.
    """

    row: Row
    checks: dict[str, CheckResult]
    seconds: float
    log: str
    bill: dict[str, Any] = field(default_factory=dict)
    pictures: Mapping[str, Sequence[Drawing]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether no check has failed, and at least one has looked."""
        outcomes = {result.outcome for result in self.checks.values()}
        return Outcome.FAILED not in outcomes and Outcome.PASSED in outcomes


@contextmanager
def preparing(template: TemplateFolder) -> Iterator[Shared]:
    """Have what all rows share: a folder, the environment of the lock, a browser where there is one."""
    parent = settings().data / "proofs"
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{template.slug}-", dir=parent))
    folder.chmod(0o711)  # boxes run as other uids and pass through it
    try:
        with browsing() as browser:
            yield Shared(environments.ensure(template.lock), folder, browser)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prove(
    template: TemplateFolder,
    rows: Sequence[Row],
    *,
    jobs: int = 2,
    checks: Sequence[Check] = CHECKS,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[RowResult]:
    """Yield each row's results as soon as it is done. No row is begun after `stopped` says so."""
    with preparing(template) as shared, ThreadPoolExecutor(jobs, thread_name_prefix="row") as pool:
        waiting = list(rows)
        running: set[Future[RowResult]] = set()
        while waiting or running:
            while waiting and len(running) < jobs and not stopped():
                running.add(pool.submit(prove_row, template, waiting.pop(0), shared, checks))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()


def prove_row(
    template: TemplateFolder, row: Row, shared: Shared, checks: Sequence[Check] = CHECKS
) -> RowResult:
    """Return what every check says of one row. Its files are gone afterwards, its log stays."""
    started = time.monotonic()
    folder = shared.folder / f"row-{row.number}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o711)
    folder.chmod(0o711)
    heard = Heard()
    subject = Subject(template, row, folder, shared, heard.say)
    try:
        done = run_checks(checks, subject, heard)
        bill = folder / "sbom.cdx.json"
        found = json.loads(bill.read_text("utf-8")) if bill.is_file() else {}
    finally:
        subject.close()
        shutil.rmtree(folder, ignore_errors=True)
    lines = [line for check in checks for line in done[check.id][1]]
    results = {check.id: done[check.id][0] for check in checks}
    seconds = round(time.monotonic() - started, 2)
    pictures = drawn(subject.shots, row.presets, face_of(template.manifest))
    return RowResult(row, results, seconds, "\n".join(lines[-MOST_LOG_LINES:]), found, pictures)


class Heard(threading.local):
    """What is said while a check runs, apart for each thread."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        """Take one line."""
        self.lines.append(line)


def run_checks(
    checks: Sequence[Check], subject: Subject, heard: Heard
) -> dict[str, tuple[CheckResult, list[str]]]:
    """Run the checks, those that need only the code beside those that look at the running application."""
    first = [check for check in checks if check.id == "C1"]
    beside = sorted((check for check in checks if check.id in CODE_ALONE), key=order_of)
    rest = [check for check in checks if check not in first and check not in beside]
    done = {check.id: told(check, subject, heard) for check in first}
    with suppress(IdeasmithError):  # each check says so itself
        subject.render()  # before two threads ask for it
    with ThreadPoolExecutor(2, thread_name_prefix="code") as pool:
        others = {check.id: pool.submit(told, check, subject, heard) for check in beside}
        done |= {check.id: told(check, subject, heard) for check in rest}
        return done | {name: other.result() for name, other in others.items()}


def order_of(check: Check) -> int:
    """Return the place of a check among those that look at the code alone."""
    return CODE_ALONE.index(check.id)


def told(check: Check, subject: Subject, heard: Heard) -> tuple[CheckResult, list[str]]:
    """Run one check and return what it says, with its lines for the log."""
    heard.lines = []
    result = run_check(check, subject)
    partly = [f"  not looked at: {result.partly}"] if result.partly else []
    return result, [
        f"{check.id} {check.title}",
        *(f"  {line}" for line in heard.lines),
        f"  {result.outcome.value} in {result.seconds:.2f} s: {result.summary}",
        *partly,
        *(f"  - {finding}" for finding in result.findings),
    ]


def run_check(check: Check, subject: Subject) -> CheckResult:
    """Run one check. One that breaks has failed: a check that could not end its look is never green."""
    started = time.monotonic()
    try:
        result = check.run(subject)
    except NotStarted as problem:
        result = not_checked(f"Not checked: {problem.message}")
    except IdeasmithError as problem:
        result = failed([problem.message])
    except Exception as problem:
        subject.say(traceback.format_exc())
        result = failed([f"The check could not be carried out ({type(problem).__name__}: {problem})."])
    return replace(result, seconds=round(time.monotonic() - started, 3))
