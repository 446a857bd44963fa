"""`python -m tests.chaos.checker FOLDER [runs | stopped]`: what is true after a campaign.

A program of its own: it reads the database, the outside record and the disk, and shares nothing with the product but
the codec of ids. Prints one JSON document; exit 1 when a rule is broken. `stopped` looks for what a stopped product
has left: processes, sockets.
"""

import json
import sys
from pathlib import Path
from typing import Any

from tests.chaos import rules_of_apps, rules_of_outside, rules_of_runs, rules_of_upgrades
from tests.chaos.evidence import Evidence, processes_of

OF_RUNS = (*rules_of_runs.RULES, *rules_of_outside.RULES)
RULES = (*OF_RUNS, *rules_of_apps.RULES, *rules_of_upgrades.RULES)
SHOWN = 12


def check(folder: Path, *, runs_alone: bool = False) -> dict[str, Any]:
    """Apply every rule while the product still runs; with `runs_alone` those that do not ask for applications."""
    evidence = Evidence(folder)
    rules = OF_RUNS if runs_alone else RULES
    broken = {rule.__name__: found for rule in rules if (found := list(rule(evidence)))}
    return {
        "broken": {name: found[:SHOWN] for name, found in broken.items()},
        "counts": {name: len(found) for name, found in broken.items()},
        **evidence.figures(),
    }


def check_stopped(folder: Path) -> dict[str, Any]:
    """Look for what a stopped product must not leave."""
    left = processes_of(folder)
    sockets = [str(path) for path in (folder / "run").rglob("*")] if (folder / "run").exists() else []
    broken = {name: found for name, found in (("orphan_processes", left), ("sockets_left", sockets)) if found}
    return {"broken": broken, "counts": {name: len(found) for name, found in broken.items()}}


def main() -> int:
    """Check, and say what was found."""
    folder = Path(sys.argv[1])
    word = "".join(sys.argv[2:])
    report = check_stopped(folder) if word == "stopped" else check(folder, runs_alone=word == "runs")
    sys.stdout.write(json.dumps(report, default=str) + "\n")
    return 1 if report["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
