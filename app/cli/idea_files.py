"""An idea in a file: TOML, JSON, or Markdown as people write it."""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from app.cli.output import WRONG_USAGE, Failed

# The texts of an idea by the headings under which Markdown has them.
HEADINGS = {
    "problem": "problem",
    "audience": "audience",
    "solution": "solution",
    "go to market": "go_to_market",
    "numbers": "numbers",
    "specification": "specification",
    "licence": "licence",
    "license": "licence",
}
HEADING = re.compile(
    rf"^## +({'|'.join(HEADINGS)}) *#* *$", re.MULTILINE | re.IGNORECASE
)  # any other heading is the author's own, and stays in its text
FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
PRICE = re.compile(r"\$? ?(\d+)(?:\.(\d\d))?")


def read_idea(file: str) -> dict[str, Any]:
    """Return the fields of an idea; `-` reads JSON from standard input."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        fields = parsed(text.replace("\r\n", "\n"), Path(file).suffix.lower())
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(f"The file {file} cannot be read: {error}.", WRONG_USAGE) from error
    except ValueError as error:
        raise Failed(f"The file {file} is not valid: {error}.", WRONG_USAGE) from error
    if not isinstance(fields, dict):
        raise Failed(f"The file {file} must hold one object with the fields of an idea.", WRONG_USAGE)
    return fields


def parsed(text: str, suffix: str) -> Any:
    """Return what a file holds, by the end of its name."""
    if suffix == ".toml":
        return tomllib.loads(text)
    return from_markdown(text) if suffix in (".md", ".markdown") else json.loads(text)


def from_markdown(text: str) -> dict[str, Any]:
    """Return the fields of a Markdown file.

    Between two lines of `---` stand `category: food` and the like; `# …` is the title, what follows it the promise,
    and each text stands under its own `## Problem`, `## Solution`, …
    """
    front = FRONT.match(text)
    fields = front_fields(front[1]) if front else {}
    head, *parts = HEADING.split(text[front.end() :] if front else text)
    title, _, promise = head.strip().removeprefix("# ").partition("\n")
    fields |= {
        name: value for name, value in (("title", title), ("promise", " ".join(promise.split()))) if value
    }
    for heading, words in zip(parts[::2], parts[1::2], strict=True):
        fields[HEADINGS[heading.lower()]] = words.strip()
    return fields


def front_fields(text: str) -> dict[str, Any]:
    """Return the lines before the title, each `name: value`.

    Raises:
        ValueError: a line is none.
    """
    fields: dict[str, Any] = {}
    for line in filter(str.strip, text.split("\n")):
        name, colon, value = line.partition(":")
        if not colon:
            raise ValueError(f"{line.strip()[:60]!r} is no line such as `category: food`")
        name, value = name.strip().lower().replace(" ", "_"), value.strip()
        if name == "price":
            fields["price_cents"] = cents(value)
        elif name == "tags":
            fields["tags"] = [tag.strip() for tag in value.strip("[]").split(",") if tag.strip()]
        else:
            fields[name] = int(value) if name == "price_cents" and value.isdecimal() else value
    return fields


def cents(price: str) -> int:
    """Return a price such as `$3` or `2.50` in cents.

    Raises:
        ValueError: it is none.
    """
    found = PRICE.fullmatch(price.strip())
    if found is None:
        raise ValueError(f"{price[:20]!r} is no price such as 3 or 2.50")
    return int(found[1]) * 100 + int(found[2] or 0)
