"""Executions per minute with 1, 2 and 4 workers, beside the same steps by hand in a plain pool of as many processes."""

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.bench.launch import close_all, named, steps_by_hand
from tests.bench.measure import Measure
from tests.bench.tree import client_of, launch, wait_end
from tests.product import Product, running_product

WORKERS = (1, 2, 4)
RUNS = int(os.environ.get("RUNS", "8"))  # for each number of workers; by hand as many
# What one launch may cost beside the same steps by hand: the bar of `launch_against_by_hand`, turned round.
BAR = 1 / 1.5


def measures() -> Sequence[Measure]:
    with tempfile.TemporaryDirectory(prefix="ism-bench-", ignore_cleanup_errors=True) as folder:
        return [with_workers(Path(folder, "data"), count) for count in WORKERS]


def with_workers(data: Path, count: int) -> Measure:
    """Measure one number of workers. The data folder is kept from one to the next: its environment is built once."""
    settings = {"IDEASMITH_BUILD_WORKERS": str(count), "IDEASMITH_USER_EXECUTIONS": str(max(2, count))}
    with running_product(data, more=settings) as tree, client_of(tree) as client:
        warm_up(client, count)
        own = per_minute(lambda: ours(client, count))
        close_all(client)
        pool = per_minute(lambda: by_hand(tree, count))
    ratio = round(own / pool, 3)
    return Measure(
        f"runs_per_minute_with_{count}", own, "runs/min", round(pool * BAR, 1), at_most=False, reference=pool,
        ratio=ratio, n=RUNS, note=f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
    )  # fmt: skip


def warm_up(client: httpx.Client, count: int) -> None:
    """Run once, so that the environment is there and the template is read."""
    end = wait_end(client, launch(client, "landing", named("Warm", count)), 300)
    if end["state"] != "succeeded":
        raise RuntimeError(f"{end['id']}: {end['error_message']}")


def per_minute(work: Callable[[], None]) -> float:
    """Return how many runs a minute has at the pace of `work`."""
    started = time.perf_counter()
    work()
    return round(RUNS * 60 / (time.perf_counter() - started), 1)


def ours(client: httpx.Client, count: int) -> None:
    """Launch all, and wait until all are live."""
    ids = [launch(client, "landing", named(f"W{count}", number)) for number in range(RUNS)]
    failed = [one for one in ids if wait_end(client, one, 300)["state"] != "succeeded"]
    if failed:
        raise RuntimeError(f"{len(failed)} of {RUNS} failed: {failed}")


def by_hand(tree: Product, count: int) -> None:
    """Do the same steps in shells, `count` at a time. Each thread only waits for its process."""
    with ThreadPoolExecutor(count) as pool:
        list(pool.map(lambda number: steps_by_hand(tree), range(RUNS)))
