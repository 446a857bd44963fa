"""What a measurement is, and how it is printed."""

import dataclasses
import json
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One number: what was reached, and the bar that it was to reach (`at_most`, or else at least)."""

    name: str
    value: float
    unit: str
    bar: float
    at_most: bool = True
    reference: float | None = None
    ratio: float | None = None
    n: int = 1
    p50: float | None = None
    p95: float | None = None
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the bar was reached."""
        return self.value <= self.bar if self.at_most else self.value >= self.bar


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value below which `percent` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(percent / 100 * len(ordered) + 0.5) - 1))]


def spread(values: Sequence[float]) -> dict[str, float | int]:
    """Return n, p50 and p95 of some values, for a measure."""
    return {
        "n": len(values),
        "p50": round(statistics.median(values), 4),
        "p95": round(percentile(values, 95), 4),
    }


def print_measure(measure: Measure) -> None:
    """Print one JSON line on stdout, and one for people on stderr."""
    row = {key: value for key, value in dataclasses.asdict(measure).items() if value not in (None, "")}
    print(json.dumps({**row, "met": measure.met}), flush=True)
    sign = "≤" if measure.at_most else "≥"
    verdict = "met" if measure.met else "MISSED"
    print(
        f"{verdict:7} {measure.name}: {measure.value:g} {measure.unit} ({sign} {measure.bar:g})",
        file=sys.stderr,
    )


Bench = Callable[..., Sequence[Measure]]
