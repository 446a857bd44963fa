"""What a check says. A check that looked at nothing is never green."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

BIGGEST_FILE = 2_000_000


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"  # there was nothing to look at, or the tool could not look


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: where it is, which rule found it, and what it is. `line` 0 is the whole file."""

    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line} {self.rule} {self.message}"
            if self.line
            else f"{self.path} {self.message}"
        )


@dataclass(frozen=True, slots=True)
class Check:
    """One check with its outcome. `accepted` are findings that the code's author has waved through, with a mark."""

    name: str
    outcome: Outcome
    summary: str
    findings: Sequence[Finding] = ()
    accepted: Sequence[Finding] = ()

    def as_data(self) -> dict[str, Any]:
        """Return the check as JSON-able data for the screen."""
        return {**asdict(self), "outcome": self.outcome.value}


def not_checked(name: str, why: str) -> Check:
    """Return a check that could not look."""
    return Check(name, Outcome.NOT_CHECKED, f"Not checked: {why}")


def judged(name: str, what: str, findings: Sequence[Finding], accepted: Sequence[Finding] = ()) -> Check:
    """Return a check that has looked at `what`, such as "24 Python files"."""
    if findings:
        problems = "1 problem" if len(findings) == 1 else f"{len(findings)} problems"
        return Check(name, Outcome.FAILED, f"{problems} in {what}", findings, accepted)
    more = f", {len(accepted)} accepted" if accepted else ""
    return Check(name, Outcome.PASSED, f"{what}, no problem{more}", (), accepted)


def plain_files(tree: Path) -> Iterator[Path]:
    """Yield every regular file below a folder, in order. Links are not followed."""
    for folder, names, files in os.walk(tree):
        names[:] = sorted(name for name in names if name != ".git")
        for name in sorted(files):
            path = Path(folder, name)
            if stat.S_ISREG(path.lstat().st_mode):
                yield path
