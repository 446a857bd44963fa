"""The second start, and how fast a whole tree stops."""

import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.measure import Measure, spread
from tests.bench.tree import running_tree

STARTS = 5


def measures() -> Sequence[Measure]:
    folder = Path(tempfile.mkdtemp(prefix="ism-bench-"))
    starts, stops = [], []
    try:
        for number in range(STARTS + 1):
            begun = time.perf_counter()
            with running_tree(folder / "data") as tree:
                if number:
                    starts.append(time.perf_counter() - begun)
                stops.append(tree.stop())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    start, stop = spread(starts), spread(stops)
    return [
        Measure("second_start", start["p50"], "s", 4, **start),
        Measure("stop_of_the_tree", round(max(stops), 2), "s", 5, **stop),
    ]
