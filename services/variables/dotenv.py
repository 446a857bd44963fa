"""Reads a pasted `.env` file: whole or not at all, every bad line named by its number.

Understood are `NAME=value`, an `export` before it, comments, and values in single or double quotes, which may go over
several lines. As in most readers of such files, a double-quoted value knows \\n, \\t, \\" and \\\\, a bare one ends at
a space and a #. Nothing is put in for $NAME: what is pasted is what the application gets.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from models.deployment_variables import Kind
from models.errors import FieldError, InvalidInput
from services.variables.names import kind_of, name_problem, value_problem

LINE = re.compile(r"\s*(?:export\s+)?([^\s=#'\"]+)[ \t]*=[ \t]*(.*)", re.DOTALL)
COMMENT = re.compile(r"\s+#.*|^#.*")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One variable of a file: the line that it begins on, its name, and its value or what is wrong."""

    line: int
    name: str
    value: str = ""
    problem: str = ""


def read_dotenv(text: str, kind: Kind | None) -> dict[str, tuple[Kind, str]]:
    """Return the variables of a file, each with its kind: `kind`, or for None what its name and value look like.

    Raises:
        InvalidInput: a line cannot be used, or there is none. The field errors say `/text/<line>`.
    """
    found: dict[str, tuple[Kind, str]] = {}
    problems: dict[int, str] = {}
    for entry in entries_of(text):
        its_kind = kind or kind_of(entry.name, entry.value)
        problem = entry.problem or name_problem(entry.name) or value_problem(its_kind, entry.value)
        if not problem and entry.name in found:
            problem = f"{entry.name} stands here twice. Keep one of them."
        if problem:
            problems[entry.line] = problem
        found[entry.name] = (its_kind, entry.value)
    if problems:
        raise refusal(problems)
    if not found:
        raise InvalidInput("There is no variable in it. A line looks like NAME=value.", "invalid_variables")
    return found


def refusal(problems: dict[int, str]) -> InvalidInput:
    """Return the refusal that names every bad line."""
    named = [f"Line {line}: {words}" for line, words in list(problems.items())[:MOST_NAMED]]
    more = [f"{len(problems) - MOST_NAMED} more lines."] if len(problems) > MOST_NAMED else []
    count = "1 line cannot" if len(problems) == 1 else f"{len(problems)} lines cannot"
    return InvalidInput(
        f"{count} be used, so nothing was stored. {' '.join(named + more)}",
        "invalid_variables",
        fields=[FieldError(f"/text/{line}", words) for line, words in problems.items()],
    )


def entries_of(text: str) -> Iterator[Entry]:
    """Yield what stands in a file, in its order."""
    lines = text.replace("\r\n", "\n").removeprefix("\ufeff").split("\n")
    at = 0
    while at < len(lines):
        number, line = at + 1, lines[at]
        at += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = LINE.fullmatch(line)
        if match is None:
            yield Entry(number, "", problem="It has to look like NAME=value.")
            continue
        name, rest = match[1], match[2]
        if rest[:1] not in ("'", '"'):
            yield Entry(number, name, COMMENT.sub("", rest).strip())
            continue
        while (end := closing_quote(rest)) is None and at < len(lines):
            rest, at = f"{rest}\n{lines[at]}", at + 1
        if end is None:
            yield Entry(number, name, problem="Its quote is never closed.")
            return
        yield quoted(number, name, rest, end)


def closing_quote(text: str) -> int | None:
    """Return where the quote ends that `text` begins with; in double quotes a backslash protects one."""
    quote, at = text[0], 1
    while at < len(text):
        if text[at] == "\\" and quote == '"':
            at += 1
        elif text[at] == quote:
            return at
        at += 1
    return None


def quoted(number: int, name: str, rest: str, end: int) -> Entry:
    """Return a variable whose value stands in quotes."""
    after = rest[end + 1 :].strip()
    if after and not after.startswith("#"):
        return Entry(number, name, problem="There is more text behind its closing quote.")
    value = rest[1:end]
    if rest[0] == '"':
        value = ESCAPED.sub(lambda found: ESCAPES.get(found[1], found[1]), value)
    return Entry(number, name, value)
