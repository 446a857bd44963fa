"""Run the campaigns: `ONLY=switches,deploys` chooses some, `SECONDS=` bounds each. Prints JSON lines.

Exit 1 when a bar was missed; a campaign that time has cut short says how far it came, and misses its bar of size.
"""

import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence

from tests.bench.measure import Measure, print_measure
from tests.soak import deploys, kills, switches
from tests.soak.campaign import Campaign, town

SUITE: dict[str, Callable[[Campaign], Sequence[Measure]]] = {
    "switches": switches.measures,
    "deploys": deploys.measures,
    "faults": deploys.measures_with_faults,
    "crashes": deploys.mended,
    "kills": kills.measures,
}


def main() -> int:
    only = [name for name in os.environ.get("ONLY", "").replace(",", " ").split() if name]
    seed, seconds = int(os.environ.get("SEED") or 1), float(os.environ.get("SECONDS") or 1800)
    met, missed, not_measured = [], [], [name for name in SUITE if only and name not in only]
    for name, measure in SUITE.items():
        if name in not_measured:
            continue
        try:
            with town() as place:
                found = measure(Campaign(place, seed, time.monotonic() + seconds))
        except Exception:  # one campaign that cannot be run must not hide the others
            traceback.print_exc()
            not_measured.append(name)
            continue
        for one in found:
            print_measure(one)
            (met if one.met else missed).append(one.name)
    summary = {"suite": "soak", "met": met, "missed": missed, "not_measured": not_measured, "seed": seed}
    print(json.dumps(summary))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
