"""Run the measurements: `ONLY=door,sandbox` chooses some. Prints JSON lines; exit 1 when a bar was missed."""

import importlib
import json
import os
import sys
import traceback

from tests.bench.measure import print_measure

# Each module has `measures()`. The cold start comes last: it is the longest.
SUITE = (
    "sandbox_start",
    "event_log",
    "warm_start",
    "launch",
    "runs_per_minute",
    "live_view",
    "log_million",
    "public_page",
    "lighthouse",
    "lists",
    "click",
    "door",
    "upgrades",
    "market",
    "market_simulation",
    "idea_marks",
    "idea_receipts",
    "likeness",
    "rings",
    "cold_start",
)


def main() -> int:
    only = [name for name in os.environ.get("ONLY", "").replace(",", " ").split() if name]
    met, missed, not_measured = [], [], [name for name in SUITE if only and name not in only]
    for name in SUITE:
        if name in not_measured:
            continue
        try:
            # As they come: what a part has measured before it fails was measured.
            for measure in importlib.import_module(f"tests.bench.{name}").measures():
                print_measure(measure)
                (met if measure.met else missed).append(measure.name)
        except Exception:  # one part that cannot be measured must not hide the others
            traceback.print_exc()
            not_measured.append(name)
    print(
        json.dumps(
            {"suite": "bench", "met": met, "missed": missed, "not_measured": not_measured, "seed": None}
        )
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
