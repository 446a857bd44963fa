"""What the tests of the landing template share: its options in rows, and an application made and started from one."""

import contextlib
import itertools
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services import environments
from services.catalog import TemplateFolder, load_folder, validate_config
from services.rendering import render

FACTORS: dict[str, list[Any]] = {
    "theme": ["auto", "light", "dark"],
    "hero": ["split", "center", "poster", "banner"],
    "artwork": ["tiles", "ridges", "orbits"],
    "typeface": ["modern", "editorial"],
    "locale": ["en", "de", "fr", "es"],
    "sections": [[], ["features", "steps", "faq"], ["steps", "contact"], ["features", "offer", "faq", "contact"]],
    "social_proof": ["none", "count", "quotes"],
    "list": ["single", "double", "referral"],
    "email": ["console", "smtp"],
    "analytics": ["none", "builtin"],
    "seed_data": [False, True],
}  # fmt: skip
TEXTS = (
    "app_name",
    "tagline",
    "description",
    "benefits",
    "questions",
    "quotes",
    "offer",
    "contact_name",
    "contact_note",
)

Row = dict[str, Any]


def config_of(row: Row) -> dict[str, Any]:
    """Return the options of a row, with what its choices need."""
    config = {name: value for name, value in row.items() if name != "list"}
    config |= {
        "double_optin": row["list"] != "single",
        "referral": row["list"] == "referral",
        "app_name": "Brühwerk",
    }
    if row["email"] == "smtp":
        config["sender_email"] = "hello@example.org"
    if row["social_proof"] == "quotes":
        config["quotes"] = "Better than the last one | Ada\nI kept it"
    if "offer" in row["sections"]:
        config["offer"] = "Half price for a year."
    if "contact" in row["sections"]:
        config |= {"contact_name": "Ada", "contact_email": "ada@example.org"}
    return config


def covering_rows() -> list[Row]:
    """Return as many rows as the longest factor has values: each value of each factor is in one of them."""
    longest = max(len(values) for values in FACTORS.values())
    # Shifted against each other, so that not all first values meet in the first row.
    return [
        {name: values[(number + place) % len(values)] for place, (name, values) in enumerate(FACTORS.items())}
        for number in range(longest)
    ]


def pairwise_rows() -> list[Row]:
    """Return rows in which each value of each factor meets each value of every other (greedy, always the same)."""
    chance = random.Random(7)
    names = list(FACTORS)
    pairs = list(itertools.combinations(names, 2))
    open_pairs = {
        (a, i, b, j) for a, b in pairs for i in range(len(FACTORS[a])) for j in range(len(FACTORS[b]))
    }
    rows = []
    while open_pairs:
        a, i, b, j = min(open_pairs)
        tries = [
            {name: chance.randrange(len(FACTORS[name])) for name in names} | {a: i, b: j} for _ in range(60)
        ]
        best = max(tries, key=lambda row: len(met(row, pairs) & open_pairs))
        open_pairs -= met(best, pairs)
        rows.append({name: FACTORS[name][place] for name, place in best.items()})
    return rows


def met(row: dict[str, int], pairs: list[tuple[str, str]]) -> set[tuple[str, int, str, int]]:
    """Return the pairs of values that a row brings together."""
    return {(a, row[a], b, row[b]) for a, b in pairs}


def template() -> TemplateFolder:
    """Return the template as the catalogue reads it."""
    return load_folder(Path(__file__).resolve().parents[2] / "templates" / "landing")


def make(config: dict[str, Any], into: Path) -> dict[str, bytes]:
    """Render a config and return every file."""
    folder = template()
    paths = render(folder, validate_config(folder.schema, config), into)  # type: ignore[arg-type]
    return {path: (into / path).read_bytes() for path in paths}


def python() -> str:
    """Return the interpreter of the template's environment, as this machine sees it; it is built when missing."""
    environment = environments.ensure(template().lock)
    return str(environment.binds[0].source / "bin" / "python")


@dataclass
class Running:
    """A started application."""

    process: subprocess.Popen[str]
    url: str
    port: int
    data: Path


@contextlib.contextmanager
def serve(tree: Path, data: Path) -> Iterator[Running]:
    """Start an application by the second command of its README, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    environment = {**kept, "PORT": str(port), "APP_DATA": str(data), "APP_URL": url}
    process = subprocess.Popen(
        [python(), "serve.py"],
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # As a shell starts what runs in the background; the application has to end all the same.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        until = time.monotonic() + 30
        while not answers(port) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        yield Running(process, url, port, data)
    finally:
        process.kill()
        process.communicate()


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0
