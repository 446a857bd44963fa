"""Patterns of templates: ECMA-262 (JSON Schema 2020-12, 6.4), translated before Python compiles them."""

import functools
import re
from collections.abc import Iterator

ANY_BUT_LINE_ENDS = "[^\\n\\r\\u2028\\u2029]"
PART = re.compile(r"\\.|\[\^?|\]|\$|\.|.", re.DOTALL)


def parts_of(pattern: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a pattern, each with whether it stands inside a character class."""
    inside = False
    for match in PART.finditer(pattern):
        part = match.group()
        if part.startswith("[") and inside:
            yield from ((letter, True) for letter in part)
            continue
        yield part, inside
        if part.startswith("["):
            inside = True
        elif part == "]":
            inside = False


@functools.lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile an ECMA-262 pattern so that Python finds what a browser would."""
    outside = {"$": r"\Z", ".": ANY_BUT_LINE_ENDS}
    return re.compile(
        "".join(part if inside else outside.get(part, part) for part, inside in parts_of(pattern)), re.ASCII
    )
