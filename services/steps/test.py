"""Run the application's own tests in the sandbox."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services import environments, sandbox
from services.environments import Environment
from services.sandbox.base import Bind, Box, BoxResult, Limits
from services.steps import timing
from services.steps.base import StepContext, StepFailed, StepResult
from services.terminal_text import plain

# The last line of pytest: "2 failed, 39 passed, 1 skipped in 1.31s (0:00:01)", with or without "=" around it.
SUMMARY = re.compile(r"=*\s*((?:\d+ [a-z]+(?:, )?)+|no tests ran) in ([\d.]+)s?\b.*")
COUNT = re.compile(r"(\d+) ([a-z]+)")
FAILED = re.compile(r"(?:FAILED|ERROR) (\S+?)(?: - (.*))?")
OUTPUT_BYTES = 64 << 20  # room for a million lines
NAMED = 3  # so many failing tests are named in the message
QUIET = {
    "PYTEST_ADDOPTS": "-p no:cacheprovider --color=no",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
}


@dataclass
class Report:
    """What the test command said, read line by line."""

    counts: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)
    none_ran: bool = False
    tests: list[timing.Timed] = field(default_factory=list)  # empty where their times are not known

    def read(self, line: str) -> None:
        """Take one line of output."""
        line = plain(line)
        if found := SUMMARY.fullmatch(line.strip()):
            self.counts = {
                word.rstrip("s") if word == "errors" else word: int(n) for n, word in COUNT.findall(found[1])
            }
            self.none_ran = found[1] == "no tests ran"
            self.seconds = float(found[2])
        elif found := FAILED.fullmatch(line.strip()):
            self.failures.append(found[1])

    @property
    def broken(self) -> int:
        """How many tests failed or could not be run."""
        return self.counts.get("failed", 0) + self.counts.get("error", 0)

    @property
    def total(self) -> int:
        """How many tests there are."""
        return sum(
            count for word, count in self.counts.items() if word not in ("warning", "warnings", "deselected")
        )


def run(context: StepContext) -> StepResult:
    """Run the template's test command on a copy of the code, and read what it reports."""
    environment = environments.ensure(context.lock, on_line=context.line, cancelled=context.stopped)
    return run_tests(context, context.tree, context.template.manifest["app"]["test"], environment)


def run_tests(
    context: StepContext, tree: Path, words: Sequence[str], environment: Environment, *, folder: str = "test"
) -> StepResult:
    """Run a test command on a copy of the code in `tree`, and read what it reports."""
    report = Report()

    def on_line(line: str) -> None:
        report.read(line)
        context.line(line)

    times = timing.report_folder(context.workspace / f"{folder}-report")
    box = Box(
        argv=command(words, environment.python),
        workspace=fresh_copy(tree, context.workspace / folder),
        env={**QUIET, "PYTEST_ADDOPTS": f"{QUIET['PYTEST_ADDOPTS']} {timing.OPTIONS}"},
        binds=(*environment.binds, Bind(times, timing.FOLDER, writable=True)),
        limits=Limits(output_bytes=OUTPUT_BYTES),
        on_open=context.open_line,
        trusted_template=not context.edited,
        disposable=True,
    )
    result = sandbox.current().run(box, on_line=on_line, cancelled=context.stopped)
    report.tests = timing.read_report(times)
    context.go_on()
    return judge(report, result)


def command(words: Sequence[str], python: str) -> tuple[str, ...]:
    """Return a template's command with the environment's own interpreter."""
    return tuple(python if word == "python" else word for word in words)


def fresh_copy(tree: Path, target: Path) -> Path:
    """Copy the code: tests may write beside themselves, and what is released stays as it was rendered."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(tree, target, symlinks=True)
    return target


def judge(report: Report, result: BoxResult) -> StepResult:
    """Return what the tests have shown, or say what failed. Nothing run is nothing shown."""
    data: dict[str, Any] = {**report.counts, "seconds": report.seconds, "failures": report.failures[:50]}
    if report.tests:
        data["tests"] = [list(one) for one in report.tests]
    if result.ended_by != "exit":
        raise StepFailed(
            "tests_ended", f"The tests were ended: {result.message}", "Retry the execution.", data
        )
    if report.broken or result.exit_code not in (0, 5):
        raise StepFailed("tests_failed", failure_sentence(report, result), "Read the log of this step.", data)
    if not report.counts.get("passed") or report.none_ran:
        raise StepFailed(
            "no_tests", "No test ran, so nothing is known to work.", "Add tests to the template.", data
        )
    words = ", ".join(f"{count} {word}" for word, count in report.counts.items())
    return StepResult(f"{words} in {report.seconds:.1f} s", data)


def failure_sentence(report: Report, result: BoxResult) -> str:
    """Say how many tests failed and name the first ones."""
    if not report.broken:
        return f"The tests could not be run (exit code {result.exit_code})."
    names = ", ".join(report.failures[:NAMED]) or "see the log"
    more = f" and {len(report.failures) - NAMED} more" if len(report.failures) > NAMED else ""
    return f"Tests failed in {report.broken} of {report.total}: {names}{more}."
