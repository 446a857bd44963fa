"""Lighthouse, the tool itself, on the public pages: four scores each, on a phone and on a desk.

It comes from the npm registry, pinned in tests/lighthouse, and drives the browser of the tests.
"""

import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.registries import npm_environment
from tests.bench.measure import Measure
from tests.bench.tree import running_tree
from tests.browser import find_browser
from tests.product import ROOT

RECIPE, COPY = ROOT / "tests" / "lighthouse", ROOT / ".cache" / "lighthouse"
PROGRAM = COPY / "node_modules" / "lighthouse" / "cli" / "index.js"
PATHS = ("/", "/templates", "/templates/landing", "/docs", "/docs/first-ten-minutes", "/sign-in", "/sign-up")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
BAR, RUNS = 95, 3
FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage"


def measures() -> Iterator[Measure]:
    """Yield the scores page by page. A page that Lighthouse gives up on is told at the end, by raising."""
    bring()
    given_up = []
    with running_tree() as tree:
        for form, path in itertools.product(("mobile", "desktop"), PATHS):
            try:
                yield from scores(tree.url + path, path, form)
            except subprocess.CalledProcessError as error:
                given_up.append(f"{form} {path}: {error.stderr[-400:]}")
    if given_up:
        raise RuntimeError("Lighthouse gave up on " + "; ".join(given_up))


def bring() -> None:
    """Install the pinned package, if it is not there yet."""
    lock = "package-lock.json"
    if PROGRAM.exists() and (COPY / lock).read_bytes() == (RECIPE / lock).read_bytes():
        return
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(RECIPE, COPY)
    environment = npm_environment(os.environ)
    npm = shutil.which("npm", path=environment["PATH"]) or "npm"
    subprocess.run(
        [npm, "ci", "--prefix", str(COPY), "--ignore-scripts"],
        env=environment,
        check=True,
        capture_output=True,
    )


def scores(url: str, path: str, form: str) -> list[Measure]:
    """Return the median score of each category over some runs, with what weighed on the lowest run."""
    found = [report_at_last(url, form) for _ in range(RUNS)]
    return [
        Measure(
            f"lighthouse_{category} {form} {path}",
            statistics.median(score(one, category) for one in found),
            "of 100",
            BAR,
            at_most=False,
            n=RUNS,
            note=weak_points(min(found, key=lambda one: score(one, category)), category),
        )
        for category in CATEGORIES
    ]


def score(found: dict[str, Any], category: str) -> float:
    """Return one score, 0 to 100."""
    return round(float(found["categories"][category]["score"] or 0) * 100)


def weak_points(found: dict[str, Any], category: str) -> str:
    """Return the audits that cost points, with their values."""
    weighed = [one["id"] for one in found["categories"][category]["auditRefs"] if one["weight"]]
    audits = [found["audits"][name] for name in weighed]
    return ", ".join(
        f"{one['id']} {one.get('displayValue', '')}".strip()
        for one in audits
        if one["score"] is not None and one["score"] < 0.9
    )


def report_at_last(url: str, form: str) -> dict[str, Any]:
    """Return one whole report. Lighthouse itself gives up now and then: one of many runs must not lose the others."""
    try:
        return report(url, form)
    except subprocess.SubprocessError as error:
        print(f"Lighthouse gave up on {url} and is asked again: {error}", file=sys.stderr)
        return report(url, form)


def report(url: str, form: str) -> dict[str, Any]:
    """Return one whole report."""
    options = find_browser()
    environment = npm_environment({**os.environ, **options.get("env", {})})
    environment["CHROME_PATH"] = str(options["executable_path"])
    node = shutil.which("node", path=environment["PATH"]) or "node"
    preset = ["--preset=desktop"] if form == "desktop" else []
    command = [node, str(PROGRAM), url, "--output=json", "--quiet", *preset, f"--chrome-flags={FLAGS}"]
    done = subprocess.run(
        command, env=environment, cwd=Path.home(), capture_output=True, text=True, timeout=180, check=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
