"""The pure parts of the live view, as Node runs them: folds, places, colours, links, and which lines are fetched."""

import os
import shutil
import subprocess
from pathlib import Path

from services.registries import npm_environment

SUITES = tuple(Path(__file__).with_name(name) for name in ("live_view.mjs", "one_function.mjs"))


def test_the_logic_of_the_live_view_holds() -> None:
    environment = npm_environment(os.environ)
    node = shutil.which("node", path=environment["PATH"]) or "node"
    done = subprocess.run(
        [node, "--no-warnings", "--test", "--test-reporter=spec", *SUITES],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
