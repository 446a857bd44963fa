"""`make reproduce`: random options of every template, rendered and packed by several Pythons, bit for bit the same.

PYTHONS= names the versions ("3.11 3.13"), COUNT= how many sets of options a template, SEED= which. Every Python gets an
environment of its own from `requirements.lock`. One that this machine does not have is not measured.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from services.environments import find_uv
from services.registries import uv_environment
from tests.product import ROOT

SEED = int(os.environ.get("SEED") or 20261128)
COUNT = int(os.environ.get("COUNT") or 5)
PYTHONS = (os.environ.get("PYTHONS") or "3.11 3.13").split()
# Besides the Python itself, all that may be different from run to run.
AROUND: tuple[dict[str, str], ...] = (
    {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2", "UMASK": "077", "REVERSED": "1"},
)


def python_of(version: str, folder: Path) -> str | None:
    """Return an interpreter of this version with our packages; None when this machine has none."""
    uv, environment = find_uv(), uv_environment(os.environ, sys.executable)
    base = interpreter(uv, environment, version)
    if base is None:
        return None
    target = folder / version
    commands = [
        [uv, "venv", "--quiet", "--no-project", "--python", base, str(target)],
        [
            uv,
            "pip",
            "sync",
            "--quiet",
            "--python",
            str(target / "bin" / "python"),
            str(ROOT / "requirements.lock"),
        ],
    ]
    for command in commands:
        subprocess.run(command, env=environment, check=True)
    return str(target / "bin" / "python")


def interpreter(uv: str, environment: dict[str, str], version: str) -> str | None:
    """Return where this version lies: as uv finds it, or where pyenv keeps those that are not chosen."""
    found = subprocess.run(
        [uv, "python", "find", "--no-project", "--no-python-downloads", version],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode == 0:
        return found.stdout.strip()
    kept = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    return next((str(path) for path in sorted(kept.glob(f"{version}.*/bin/python"))), None)


def hashes(python: str, folder: Path, around: dict[str, str]) -> list[dict[str, Any]]:
    """Return what one way of doing it gives."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [python, "-m", "tests.reproducing", str(SEED), str(COUNT)],
        cwd=ROOT,
        env={**kept, **around, "IDEASMITH_DATA": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def main() -> int:
    """Compare every way with the first."""
    met, missed, absent = [], [], []
    first: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="ideasmith-reproduce-") as name:
        for version in PYTHONS:
            python = python_of(version, Path(name))
            if python is None:
                absent.append(f"python_{version}")
                continue
            for number, around in enumerate(AROUND):
                found = hashes(python, Path(name, f"data-{version}-{number}"), around)
                first = first or found
                what = f"python_{version}_{number}"
                same = sum(one == other for one, other in zip(first, found, strict=True))
                print(json.dumps({"name": what, "value": same, "unit": "sets", "n": len(found)}), flush=True)
                (met if same == len(found) else missed).append(what)
    last = {"suite": "reproduce", "met": met, "missed": missed, "not_measured": absent, "seed": SEED}
    print(json.dumps(last))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
