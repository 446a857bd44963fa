"""How commands speak: one JSON document, or aligned text for people; everything else goes to stderr."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from typing import Annotated, Any, TextIO

import typer

FAILED, WRONG_USAGE, NOT_ALLOWED, UNREACHABLE = 1, 2, 3, 4
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
InTeam = Annotated[
    str, typer.Option("--team", help="The team to work in, by name or id; the key's own when left out.")
]
COLORS = {"green": "32", "red": "31", "yellow": "33", "blue": "34", "dim": "2", "bold": "1"}
MARKS = {
    "queued": ("○", "dim"),
    "running": ("◐", "blue"),
    "starting": ("◐", "blue"),
    "waiting": ("!", "yellow"),
    "succeeded": ("✓", "green"),
    "failed": ("✕", "red"),
    "crashed": ("✕", "red"),
    "unhealthy": ("!", "yellow"),
    "cancelled": ("–", "dim"),
    "stopped": ("–", "dim"),
    "deleting": ("–", "dim"),
    "unknown": ("?", "yellow"),
}


class Failed(Exception):
    """A command ends here, with a sentence and an exit code. `document` is what --json prints of it."""

    def __init__(
        self, message: str, exit_code: int, *, lines: Iterable[str] = (), document: Any = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code
        self.lines = list(lines)
        self.document = document
        self.as_json = False

    def show(self) -> None:
        """Say what happened, for people on stderr and for programs on stdout."""
        if self.as_json:
            print_json(self.document or {"code": "failed", "detail": self.message})
        note(paint(self.message, "red", sys.stderr))
        for line in self.lines:
            note(f"  {line}")


def print_json(document: Any) -> None:
    """Print the one document."""
    write(json.dumps(document, ensure_ascii=False, indent=None if not sys.stdout.isatty() else 2))


def write(text: str) -> None:
    """Print a line of the result, whatever encoding the terminal has."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """Print a line that is no part of the result."""
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stderr.flush()


def paint(text: str, color: str, stream: TextIO | None = None) -> str:
    """Return text in a colour, where somebody is looking who wants colours (no-color.org)."""
    stream = stream or sys.stdout
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return text
    return f"\x1b[{COLORS[color]}m{text}\x1b[0m"


def state(name: str, stream: TextIO | None = None) -> str:
    """Return a state by mark and word."""
    mark, color = MARKS.get(name, ("·", "dim"))
    return paint(f"{mark} {name}", color, stream)


def width(text: str) -> int:
    """Return how many places a text takes without its colours."""
    shown, inside = 0, False
    for letter in text:
        if letter == "\x1b":
            inside = True
        elif not inside:
            shown += 1
        elif letter == "m":
            inside = False
    return shown


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> None:
    """Print aligned columns; those in `right` hold numbers."""
    columns = [[head[index], *(row[index] for row in rows)] for index in range(len(head))]
    widths = [max(width(cell) for cell in column) for column in columns]
    numbers = set(right)
    for number, row in enumerate([head, *rows]):
        cells = [
            " " * (widths[index] - width(cell)) + cell
            if index in numbers
            else cell + " " * (widths[index] - width(cell))
            for index, cell in enumerate(row)
        ]
        line = "  ".join(cells).rstrip()
        write(paint(line, "dim") if number == 0 else line)


def facts(pairs: Iterable[tuple[str, str]]) -> None:
    """Print names and values, leaving out what is empty."""
    shown = [(name, value) for name, value in pairs if value]
    widest = max((len(name) for name, _ in shown), default=0)
    for name, value in shown:
        write(f"{paint(name.ljust(widest), 'dim')}  {value}")


def ago(moment: str | None) -> str:
    """Return how long ago something was."""
    if not moment:
        return "never"
    seconds = int((datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds())
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{max(0, seconds)} s ago"


def seconds(value: float | None) -> str:
    """Return a duration."""
    if value is None:
        return "–"
    if value < 60:
        return f"{value:.1f} s"
    return f"{int(value // 60)} min {int(value % 60)} s"


@contextmanager
def told() -> Iterator[None]:
    """Let progress go to stderr, so that stdout holds the result alone, and errors of ours end the command."""
    from models.errors import IdeasmithError

    try:
        with redirect_stdout(sys.stderr):
            yield
    except IdeasmithError as error:
        raise Failed(error.message, FAILED) from error
