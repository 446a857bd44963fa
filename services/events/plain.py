"""What a line of output looks like on a terminal, without its colours: that is what people search."""

import re

# Select Graphic Rendition, the one escape that stays in a stored line (ECMA-48, 8.3.117).
SGR = re.compile(r"\x1b\[[0-9;:]*m")


def plain_of(text: str) -> str | None:
    """Return what is left to see of `text`: no colours, and of what was overwritten the last. None: it is `text`."""
    if "\x1b" not in text and "\r" not in text:
        return None
    return "\n".join(last_written(line) for line in SGR.sub("", text).split("\n"))


def last_written(line: str) -> str:
    """Return what a line shows when every carriage return has begun it anew."""
    return line.rstrip("\r").rpartition("\r")[2]
