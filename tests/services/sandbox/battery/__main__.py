"""`make sandbox`: the whole battery in every mode that this machine has, then every mutant. JSON lines, a summary last.

ONLY= names modes, by commas. Nothing in it is left to chance, so SEED= and SECONDS= change nothing.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from tests.services.sandbox.battery import modes
from tests.services.sandbox.battery.mutants import MUTANTS
from tests.services.sandbox.battery.table import ATTEMPTS


def game(mode: str, *words: str) -> Iterator[dict[str, Any]]:
    """Yield the lines of one game, played in a process of its own, as they come.

    Raises:
        SystemExit: the game itself broke.
    """
    command = [sys.executable, "-m", "tests.services.sandbox.battery.play", mode, *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as played:
        assert played.stdout is not None
        yield from map(json.loads, played.stdout)
    if played.returncode:
        raise SystemExit(f"The battery itself failed in mode {mode}.")


def main() -> int:
    """Play everything; the exit status is 1 when something got through, or a mutant lived."""
    wanted = [name for name in os.environ.get("ONLY", "").split(",") if name] or modes.possible()
    met, missed = [], []
    for mode in wanted:
        lines = list(told(game(mode)))
        broken = [f"{mode}: {line['attempt']}" for line in lines if line["through"]]
        stopped = (
            f"{mode}: {len(lines) - len(broken)} of {len(ATTEMPTS)} attempts stopped, or held as promised"
        )
        (missed if broken else met).append(stopped)
        missed += broken
        if any(mutant.mode == mode for mutant in MUTANTS):
            lines = list(told(game(mode, "--mutants", "all")))
            lived = [f"{mode}: the mutant {line['mutant']!r} lived" for line in lines if not line["through"]]
            missed += lived
            met.append(f"{mode}: {len(lines) - len(lived)} of {len(lines)} mutants caught")
    absent = [name for name in modes.MODES if name not in wanted]
    summary = {"suite": "sandbox", "met": met, "missed": missed, "not_measured": absent, "seed": None}
    sys.stdout.write(json.dumps(summary) + "\n")
    return 1 if missed else 0


def told(lines: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Print each line on its way."""
    for line in lines:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        yield line


if __name__ == "__main__":
    sys.exit(main())
