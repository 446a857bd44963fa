"""Characters that make code read differently from what it does ("Trojan Source", CVE-2021-42574)."""

import re
from collections.abc import Iterator
from pathlib import Path

from services.scanner.check import BIGGEST_FILE, Finding, plain_files

RULE = "bidi"
# What turns the direction of text around, as UTF-8: U+202A to U+202E and U+2066 to U+2069. No code needs one.
TURNING = re.compile(b"\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]")


def turned_text(tree: Path) -> Iterator[Finding]:
    """Yield each line of a file below `tree` that holds such a character. Binary files are left out."""
    for path in plain_files(tree):
        if path.stat().st_size > BIGGEST_FILE:
            continue
        content = path.read_bytes()
        if b"\0" in content or not TURNING.search(content):
            continue
        for number, line in enumerate(content.split(b"\n"), 1):
            if found := TURNING.search(line):
                sign = f"U+{ord(found[0].decode()):04X}"
                name = path.relative_to(tree).as_posix()
                yield Finding(name, number, RULE, f"{sign} makes the line read differently from what it does")
