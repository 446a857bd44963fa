"""What a check says of one row. What was not looked at is never green."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from services.scanner.check import Outcome

__all__ = ["CheckResult", "Outcome", "failed", "judged", "not_checked", "passed"]

NAMED = 3  # so many findings are named in the summary
KEPT = 40  # so many findings are kept


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How a check ended. `partly` names what of it was not looked at in this row, "" when all was."""

    outcome: Outcome
    summary: str
    findings: Sequence[str] = ()
    partly: str = ""
    seconds: float = 0.0

    def as_data(self) -> dict[str, Any]:
        """Return the result as JSON-able data."""
        return {**asdict(self), "outcome": self.outcome.value, "findings": list(self.findings)}


def passed(summary: str, *, partly: str = "") -> CheckResult:
    """Return a check that found nothing wrong."""
    return CheckResult(Outcome.PASSED, summary, partly=partly)


def failed(findings: Sequence[str], *, partly: str = "") -> CheckResult:
    """Return a check that found something wrong, the first of it in the summary."""
    more = f" And {len(findings) - NAMED} more." if len(findings) > NAMED else ""
    return CheckResult(Outcome.FAILED, " ".join(findings[:NAMED]) + more, tuple(findings[:KEPT]), partly)


def not_checked(why: str) -> CheckResult:
    """Return a check that could not look, with the reason as a sentence."""
    return CheckResult(Outcome.NOT_CHECKED, why)


def judged(findings: Sequence[str], summary: str, *, partly: str = "") -> CheckResult:
    """Return what `findings` make of a check; `summary` says what was looked at when there are none."""
    return failed(findings, partly=partly) if findings else passed(summary, partly=partly)
