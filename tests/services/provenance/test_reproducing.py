"""The same template and options give the same bits: tree, commit and archive, wherever and however it is done."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.product import ROOT

SEED, COUNT = 20261128, 2  # `make reproduce` tries as many as wanted, on several Pythons
HERE = {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1", "UMASK": "022"}
ELSEWHERE = {
    "TZ": "Asia/Kathmandu",
    "LC_ALL": "C.UTF-8",
    "PYTHONHASHSEED": "4711",
    "UMASK": "077",
    "REVERSED": "1",
}


def started(folder: Path, environment: dict[str, str]) -> subprocess.Popen[str]:
    """Start one way of doing it."""
    folder.mkdir(parents=True)
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.reproducing", str(SEED), str(COUNT)],
        cwd=ROOT,
        env={**kept, **environment, "IDEASMITH_DATA": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )


def lines(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    out, _ = process.communicate(timeout=170)
    assert process.returncode == 0
    return [json.loads(line) for line in out.splitlines()]


def test_random_options_give_the_same_bits_in_another_folder_zone_locale_umask_and_order(
    tmp_path: Path,
) -> None:
    both = [started(tmp_path / "a", HERE), started(tmp_path / "b" / "deeper down", ELSEWHERE)]
    first, second = map(lines, both)
    assert first == second
    templates = len(list((ROOT / "templates").glob("*/template.toml")))
    assert len(first) == COUNT * templates and len({line["commit"] for line in first}) > templates
