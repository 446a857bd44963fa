"""Launch to live application, beside the same steps by hand in one shell, and twenty launches at once."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.bench.measure import Measure, spread
from tests.bench.tree import LANDING, ROOT, client_of, launch, running_tree, wait_end
from tests.product import Product

RUNS = int(os.environ.get("RUNS", "12"))
AT_ONCE = 20

# What a developer would type, in this order. It stops the application again at the end.
BY_HAND = """
set -e
"$TOOLS/python" -m tests.bench.render_by_hand "$CONFIG" "$WORK/app"
cd "$WORK/app"
"$RUNTIME" -m pytest -q -p no:cacheprovider >/dev/null
"$TOOLS/ruff" check --quiet --isolated --select S --ignore S101 . >/dev/null || true
"$TOOLS/detect-secrets" scan --all-files . >/dev/null
git init -q . && git add -A && git -c user.name=a -c user.email=a@example.com commit -qm "Scaffold"
git archive -o "$WORK/app.zip" HEAD
APP_SOCKET="$WORK/s" APP_DATA="$WORK/data" APP_URL=http://bench.localhost "$RUNTIME" serve.py >/dev/null 2>&1 &
app=$!
until curl --silent --fail --unix-socket "$WORK/s" http://localhost/healthz >/dev/null; do sleep 0.02; done
kill $app
"""


def measures() -> Sequence[Measure]:
    with running_tree() as tree, client_of(tree) as client:
        seconds = one_by_one(tree, client)
        by_hand = [steps_by_hand(tree) for _ in range(5)]
        together, failed = at_once(client)
        close_all(client)
    own = spread(seconds)
    reference = spread(by_hand)["p50"]
    ratio = round(own["p50"] / reference, 3)
    return [
        Measure("launch_to_live_p50", own["p50"], "s", 5, reference=reference, ratio=ratio, **own),
        Measure("launch_to_live_p95", own["p95"], "s", 15, **own),
        Measure("launch_against_by_hand", ratio, "×", 1.5, reference=reference, n=len(by_hand)),
        Measure(
            "launches_at_once_failed", failed, "of 20", 0, n=AT_ONCE, note=f"all ended after {together:.1f} s"
        ),
    ]


def one_by_one(tree: Product, client: httpx.Client) -> list[float]:
    """Launch again and again; the first one builds the environment and does not count."""
    seconds = []
    for number in range(RUNS + 1):
        started = time.perf_counter()
        execution_id = launch(client, "landing", named("Bench", number))
        execution = wait_end(client, execution_id)
        if execution["state"] != "succeeded":
            raise RuntimeError(f"{execution_id}: {execution['error_message']}")
        open_app(tree, str(execution["url"]))
        if number:
            seconds.append(time.perf_counter() - started)
    return seconds


def named(word: str, number: int) -> dict[str, object]:
    """Return options whose code is like no other's: a step that knows its inputs would be reused, not measured."""
    return {**LANDING, "app_name": f"{word} {number}", "slug": f"{word.lower()}-{number}"}


def open_app(tree: Product, url: str) -> None:
    """Fetch the application's front page, as its owner would at once."""
    host = url.partition("://")[2]
    httpx.get(f"http://127.0.0.1:{tree.apps_port}/", headers={"Host": host}, timeout=10).raise_for_status()


def steps_by_hand(tree: Product) -> float:
    """Do the same in a shell, outside of any sandbox, and return the seconds."""
    runtime = next(path for path in sorted((tree.data / "runtimes").glob("*/bin/python")))
    with tempfile.TemporaryDirectory(prefix="ism-hand-") as folder:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "WORK": folder,
            "TOOLS": str(Path(sys.executable).parent),
            "RUNTIME": str(runtime),
            "CONFIG": "landing",
        }
        started = time.perf_counter()
        subprocess.run(["bash", "-c", BY_HAND], cwd=ROOT, env=environment, check=True)
        return time.perf_counter() - started


def at_once(client: httpx.Client) -> tuple[float, int]:
    """Launch twenty together; return the seconds until all had ended, and how many did not succeed."""
    started = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        configs = [named("Crowd", number) for number in range(AT_ONCE)]
        ids = list(pool.map(lambda config: launch(client, "landing", config), configs))
    ends = [wait_end(client, execution_id, 300) for execution_id in ids]
    return time.perf_counter() - started, sum(end["state"] != "succeeded" for end in ends)


def close_all(client: httpx.Client) -> None:
    """Delete what was deployed, so that the tree stops quickly."""
    page = client.get("/deployments", params={"limit": 100}).raise_for_status().json()
    for deployment in page["items"]:
        client.delete(f"/deployments/{deployment['id']}")
