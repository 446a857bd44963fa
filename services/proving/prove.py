"""Prove a template: every row rendered, started and put through every check, several rows at once."""

import json
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from models.errors import IdeasmithError
from models.settings import settings
from services import environments
from services.catalog import TemplateFolder
from services.proving.browser import browsing
from services.proving.checks import CHECKS, Check
from services.proving.checks.result import CheckResult, Outcome, failed, not_checked
from services.proving.rows import Row
from services.proving.shared import Shared
from services.proving.subject import NotStarted, Subject

MOST_LOG_LINES = 600


@dataclass(frozen=True, slots=True)
class RowResult:
    """One row with what every check said of it. `bill` is the bill of materials, empty when C15 was not run."""

    row: Row
    checks: dict[str, CheckResult]
    seconds: float
    log: str
    bill: dict[str, Any] = field(default_factory=dict)

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
    lines: list[str] = []
    folder = shared.folder / f"row-{row.number}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o711)
    folder.chmod(0o711)
    subject = Subject(template, row, folder, shared, lines.append)
    results: dict[str, CheckResult] = {}
    try:
        for check in checks:
            lines.append(f"{check.id} {check.title}")
            results[check.id] = result = run_check(check, subject)
            lines.append(f"  {result.outcome.value} in {result.seconds:.2f} s: {result.summary}")
            lines += [f"  not looked at: {result.partly}"] if result.partly else []
            lines += [f"  {finding}" for finding in result.findings]
        bill = folder / "sbom.cdx.json"
        found = json.loads(bill.read_text("utf-8")) if bill.is_file() else {}
    finally:
        subject.close()
        shutil.rmtree(folder, ignore_errors=True)
    log = "\n".join(lines[-MOST_LOG_LINES:])
    return RowResult(row, results, round(time.monotonic() - started, 2), log, found)


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
