"""The last 24 hours and the use of a deployment, as plain texts for its page."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services import deployments

WORDS = {"well": "Answered", "ill": "Trouble", "off": "Stopped or asleep", "unknown": "Unknown"}
MB = 1024 * 1024


@dataclass
class Bar:
    """A quarter of an hour."""

    at: str
    state: str
    word: str
    words: str
    requests: str
    errors: str


@dataclass
class Day:
    """All of them together. `words` is what a screen reader says of the strip."""

    requests: str = "0"
    errors: str = "0"
    words: str = "The last 24 hours"


@dataclass
class Use:
    """One resource. `percent` is empty when nothing is known."""

    name: str
    words: str
    percent: str


def day_of(quarters: Sequence[deployments.Quarter]) -> tuple[Day, list[Bar]]:
    """Return the whole and its quarters."""
    counted = Counter(one.state for one in quarters)
    parts = [f"{WORDS[state].lower()} in {counted[state]}" for state in WORDS if counted[state]]
    requests, errors = sum(one.requests for one in quarters), sum(one.errors for one in quarters)
    words = f"The last 24 hours in quarters: {', '.join(parts)}."
    return Day(f"{requests:,}", f"{errors:,}", words), [bar_of(one) for one in quarters]


def bar_of(one: deployments.Quarter) -> Bar:
    """Return a quarter as the strip shows it."""
    word = WORDS[one.state]
    words = f"{one.start:%H:%M} UTC: {word}, {one.requests:,} requests, {one.errors:,} errors"
    if one.ill:
        words += f", {one.ill} of {one.ill + one.well} probes without an answer"
    return Bar(f"{one.start:%H:%M} UTC", one.state, word, words, f"{one.requests:,}", f"{one.errors:,}")


def uses_of(use: deployments.Use) -> list[Use]:
    """Return memory, CPU and disk, now and at most."""
    return [
        bytes_of("Memory", use.memory_bytes, use.memory_limit_bytes),
        cpu_of(use.cpu_cores, use.cpu_limit_cores),
        bytes_of("Disk", use.disk_bytes, use.disk_limit_bytes),
    ]


def bytes_of(name: str, used: int | None, limit: int) -> Use:
    """Return a resource that is counted in bytes."""
    if used is None:
        return Use(name, f"– of {limit / MB:,.0f} MB", "")
    return Use(name, f"{used / MB:,.1f} MB of {limit / MB:,.0f} MB", percent(used / limit))


def cpu_of(cores: float | None, limit: int) -> Use:
    """Return the CPU, of which an app may take what the machine has."""
    if cores is None:
        return Use("CPU", f"– of {limit} cores", "")
    return Use("CPU", f"{cores:.2f} of {limit} cores", percent(cores / limit))


def percent(share: float) -> str:
    """Return a share as a meter takes it."""
    return f"{min(100.0, share * 100):.1f}"
