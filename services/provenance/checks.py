"""What a verification says: one line for each thing that was looked at."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended."""

    OK = "ok"
    FAILED = "failed"  # what is there is not what was signed
    NOT_CHECKED = "not_checked"  # it is not there, and the reason says why


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `reason` is a sentence, also when all is well."""

    name: str
    outcome: Outcome
    reason: str


def ok(name: str, reason: str) -> Check:
    """Return a check that found what was expected."""
    return Check(name, Outcome.OK, reason)


def failed(name: str, reason: str) -> Check:
    """Return a check that found something else."""
    return Check(name, Outcome.FAILED, reason)


def not_checked(name: str, reason: str) -> Check:
    """Return a check that could not look."""
    return Check(name, Outcome.NOT_CHECKED, reason)
