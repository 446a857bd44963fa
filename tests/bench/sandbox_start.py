"""What a box costs: `/bin/true` in the best box of this machine beside `/bin/true` alone."""

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from services import sandbox
from services.sandbox.base import Box
from tests.bench.measure import Measure, percentile

RUNS = 60
BAR_MS = 20.0
PROGRAM = "/bin/true"


def measure(n: int = RUNS) -> dict[str, float | int | str]:
    """Return p50 and p95 in milliseconds, boxed and bare, taken in turns so that both see the same machine."""
    box_starter = sandbox.current()
    with tempfile.TemporaryDirectory() as folder:
        box = Box((PROGRAM,), Path(folder), trusted_template=True)
        box_starter.run(box)  # the launcher is started once a process
        pairs = [(took_ms(lambda: box_starter.run(box)), took_ms(run_bare)) for _ in range(n)]
    boxed, bare = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    return {
        "n": n,
        "tier": str(box_starter.tier),
        "boxed_p50_ms": round(statistics.median(boxed), 2),
        "boxed_p95_ms": round(percentile(boxed, 95), 2),
        "bare_p50_ms": round(statistics.median(bare), 2),
        "over_bare_p50_ms": round(statistics.median(boxed) - statistics.median(bare), 2),
    }


def run_bare() -> None:
    """Start the program as any Python program would."""
    subprocess.run([PROGRAM], check=True)


def took_ms(do: Callable[[], object]) -> float:
    """Return how long something takes."""
    started = time.perf_counter()
    do()
    return (time.perf_counter() - started) * 1000


def measures() -> Sequence[Measure]:
    """Return the measure for `make bench`."""
    found = measure()
    return [
        Measure(
            "sandbox_start_over_bare",
            float(found["over_bare_p50_ms"]),
            "ms",
            BAR_MS,
            reference=float(found["bare_p50_ms"]),
            n=int(found["n"]),
            p50=float(found["boxed_p50_ms"]),
            p95=float(found["boxed_p95_ms"]),
            note=f"tier {found['tier']}",
        )
    ]
