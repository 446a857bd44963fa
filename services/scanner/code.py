"""The code check: ruff's security rules (the S family) and text that misleads, whatever the tree itself says."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.commands import CommandFailed, run_command
from services.scanner.check import Check, Finding, judged, not_checked, plain_files
from services.scanner.unseen import turned_text

NAME = "code"
# `--isolated` and `--ignore-noqa`: the tree that is checked must not decide what is found in it.
OPTIONS = (
    "check", "--isolated", "--no-cache", "--select", "S", "--ignore-noqa", "--no-respect-gitignore", "--exit-zero",
    "--output-format", "json", "--config", "exclude=[]", "--per-file-ignores", "**/tests/**:S101",
    "--per-file-ignores", "tests/**:S101", "--target-version", "py311",
)  # fmt: skip
# How an author waves a rule through, which counts in a template of our own, where somebody has looked at it.
NOQA = re.compile(r"#\s*noqa:\s*([A-Z]+\d+(?:[\s,]+[A-Z]+\d+)*)")


def check_code(
    tree: Path,
    *,
    trusted: bool,
    vouched: frozenset[str] = frozenset(),
    stopped: Callable[[], bool] = lambda: False,
) -> Check:
    """Check every Python file below `tree`. Only in `trusted` code does a noqa mark count, and on `vouched` lines."""
    # Named one by one: left to itself ruff would follow links, and wait for ever at a pipe.
    paths = [path.relative_to(tree) for path in plain_files(tree) if path.suffix in (".py", ".pyi")]
    count = len(paths)
    if not count:
        return not_checked(NAME, "there is no Python file.")
    from ruff import find_ruff_bin

    try:
        out = run_command(
            [find_ruff_bin(), *OPTIONS, *(f"./{path}" for path in paths)], cwd=tree, stopped=stopped
        )
        reported = json.loads(out)
    except (CommandFailed, FileNotFoundError, ValueError) as error:
        return not_checked(NAME, f"ruff did not do its part. {error}")
    found = [(finding_of(item, tree), waved_through(item)) for item in reported]
    passing = [(finding, line is not None and (trusted or line in vouched)) for finding, line in found]
    accepted = [finding for finding, passes in passing if passes]
    refused = [*(finding for finding, passes in passing if not passes), *turned_text(tree)]
    files = "1 Python file" if count == 1 else f"{count} Python files"
    return judged(NAME, files, refused, accepted)


def finding_of(item: dict[str, Any], tree: Path) -> Finding:
    """Return one item of ruff's report."""
    path = Path(item["filename"]).resolve().relative_to(tree.resolve()).as_posix()
    return Finding(path, item["location"]["row"], item["code"] or "syntax", item["message"])


def waved_through(item: dict[str, Any]) -> str | None:
    """Return the line of a finding, without its indent, if it carries a mark that names its rule."""
    if not item["code"]:
        return None
    lines = Path(item["filename"]).read_text("utf-8", "replace").splitlines()
    row = item.get("noqa_row") or item["location"]["row"]
    mark = NOQA.search(lines[row - 1]) if row <= len(lines) else None
    return lines[row - 1].strip() if mark and item["code"] in re.split(r"[\s,]+", mark[1]) else None
