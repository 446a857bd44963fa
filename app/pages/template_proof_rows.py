"""The rows of a proof as the grid shows them: which of them, and each in words."""

from collections.abc import Sequence
from typing import Any

from app.components.proof_grid import Cell, GridRow
from app.wording import seconds
from services.proving.contract import CONTRACT, ORDER
from services.proving.results import RowView

WORDS = {"passed": "passed", "partly": "passed, in part", "failed": "failed", "not_checked": "not checked"}
FEW = 12


def failed(row: RowView) -> bool:
    """Whether a check of a row has failed. A row in which nothing could be looked at is not good either."""
    return not row.ok


def chosen(rows: Sequence[RowView], which: str) -> list[RowView]:
    """Return the rows to show: "all", "failures", or a few: what failed, then the defaults and presets, then the first.

    All of a large proof are a long table, and most of it says the same: passed.
    """
    if which == "all":
        return list(rows)
    if which == "failures":
        return [row for row in rows if failed(row)]
    unnamed = [row for row in rows if row.title.startswith("Row ")]
    return sorted(rows, key=lambda row: (not failed(row), row in unnamed, row.number))[:FEW]


def row_of(slug: str, row: RowView, told: set[str]) -> GridRow:
    """Return a row of a proof as the grid shows it."""
    return GridRow(
        row.number,
        row.title,
        options_in_words(row.config, told),
        seconds(row.seconds),
        f"/templates/{slug}/proof/{row.number}",
        [_cell(check, row.checks.get(check)) for check in ORDER],
    )


def _cell(check: str, result: dict[str, Any] | None) -> Cell:
    outcome = "not_checked" if result is None else result["outcome"]
    if result is not None and outcome == "passed" and result["partly"]:
        outcome = "partly"
    said = f": {result['summary']}" if result else ""
    return Cell(check, outcome, f"{check} {CONTRACT[check][0]}, {WORDS[outcome]}{said}")


def options_in_words(config: dict[str, Any], told: set[str]) -> str:
    """Return the short ones of the options in `told` as one line."""
    parts = []
    for name, value in config.items():
        if name not in told:
            continue
        if isinstance(value, bool):
            parts += [name.replace("_", " ")] if value else []
        elif isinstance(value, str) and 0 < len(value) <= 16:
            parts.append(value)
        elif isinstance(value, list) and value:
            parts.append(", ".join(map(str, value)))
    return " · ".join(parts)


def unlooked(rows: Sequence[RowView]) -> list[str]:
    """Return the checks that looked at nothing in any row, each with the reason that the first row gives."""
    found = []
    for check in ORDER:
        said = [row.checks[check] for row in rows if check in row.checks]
        if said and all(one["outcome"] == "not_checked" for one in said):
            found.append(f"{CONTRACT[check][0]}. {said[0]['summary']}")
    return found


def varying(rows: Sequence[RowView]) -> set[str]:
    """Return the options in which the rows differ; the others tell nothing of a row."""
    names = {name for row in rows for name in row.config}
    return {name for name in names if len({repr(row.config.get(name)) for row in rows}) > 1}
