"""What git's merge of lines calls a conflict and is none: two changes that touch, and entries that are merged by name.

Nothing here guesses. A change is only taken when it is certain where it belongs, and what comes of a file that has a
grammar must still be read by it; else the file stays in conflict.
"""

import io
import json
import tokenize
import tomllib
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from services.upgrades import lines, locks
from services.upgrades.entries import Differing, merged_value

MOST_BYTES = 200_000  # of each side
Sides = tuple[str, str, str]  # base, ours, theirs
INDENTS = (2, 4, 1, None)


def merged_finer(path: str, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Return the merged content of a text that git could not merge, None when a person has to decide."""
    if max(len(base), len(ours), len(theirs)) > MOST_BYTES:
        return None
    try:
        sides = (base.decode(), ours.decode(), theirs.decode())
        for way in ways(PurePosixPath(path)):
            if (found := way(sides)) is not None:
                return found.encode()
    except (UnicodeDecodeError, RecursionError):
        pass
    return None


def ways(path: PurePosixPath) -> list[Callable[[Sides], str | None]]:
    """Return how a file of this name may be merged, the surest way first."""
    if path.name.startswith("requirements"):
        return [locks.merged]
    if path.suffix == ".json":
        return [by_keys]
    if path.suffix == ".toml":
        return [by_tables]
    if path.suffix == ".py":
        return [by_python]
    return [lines.merged]


def by_python(sides: Sides) -> str | None:
    """Merge lines of Python; brackets and indents must fit. No parser: a tree may be as deep as somebody likes."""
    found = lines.merged(sides)
    return found if found is not None and is_well_formed(found) else None


def by_tables(sides: Sides) -> str | None:
    """Merge lines of TOML, entries that were added in one place too: it must mean what a merge by keys gives."""
    found = lines.merged(sides, both_added=True)
    if found is None:
        return None
    try:
        wanted = merged_value(*(tomllib.loads(side) for side in sides))
        same = bool(tomllib.loads(found) == wanted)
    except (tomllib.TOMLDecodeError, Differing):
        return None
    return found if same else None


def by_keys(sides: Sides) -> str | None:
    """Merge JSON by its keys, when all three sides are written in one way, so that nothing but values can be lost."""
    try:
        values = [json.loads(side, object_pairs_hook=once) for side in sides]
        for indent in INDENTS:
            if all(written(value, indent) == side for value, side in zip(values, sides, strict=True)):
                return written(merged_value(*values), indent)
    except (ValueError, Differing):
        pass
    return None


def written(value: Any, indent: int | None) -> str:
    """Return a value as a file of JSON."""
    return json.dumps(value, indent=indent, ensure_ascii=False) + "\n"


def once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    """Return an object, if it has each key once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def is_well_formed(text: str) -> bool:
    """Whether the tokens of Python are whole, and its blocks."""
    try:
        for _ in tokenize.generate_tokens(io.StringIO(text).readline):
            pass
    except (tokenize.TokenError, SyntaxError):
        return False
    return True
