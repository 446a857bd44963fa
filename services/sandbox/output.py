"""From the bytes that a box writes to lines that anybody may look at."""

import codecs
import re
from collections.abc import Callable

from services.terminal_text import coloured, plain

LONGEST_LINE = 8192
CUT = " … (cut)"
RETURNS = re.compile("\r{2,}")
BEGUN = re.compile(r"\x1b(?:\[[0-?]*[ -/]*)?$")


def ignore(text: str) -> None:
    """Take a text and do nothing with it."""


class Lines:
    """Cuts a stream of bytes into lines and hands each on, as `terminal_text.coloured` has it.

    A progress bar paints over its line with carriage returns: as many of its newest states are kept as fit in a line.
    While its line has no end yet, its newest state goes to `on_open`, as often as there is a new one.
    """

    def __init__(self, on_line: Callable[[str], None], on_open: Callable[[str], None] = ignore) -> None:
        self.on_line, self.on_open = on_line, on_open
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.rest = ""

    def feed(self, content: bytes, *, last: bool = False) -> None:
        """Take more bytes; `last` also hands on a line that has no end."""
        *whole, rest = (self.rest + self.decoder.decode(content, last)).split("\n")
        for line in whole:
            self.hand_on(line)
        self.rest = newest(rest)
        # Only what is painted over: of any other line half a word, or half a secret, would be shown.
        if not last and "\r" in self.rest and (state := plain(self.rest)).strip():
            self.on_open(state)
        if last and self.rest:
            self.hand_on(self.rest)
            self.rest = ""

    def hand_on(self, line: str) -> None:
        """Give one line away."""
        text = newest(line).strip("\r")
        if len(text) > LONGEST_LINE:
            text = BEGUN.sub("", text[:LONGEST_LINE]) + CUT
        self.on_line(coloured(text))


def newest(line: str) -> str:
    """Return the states of a line that count: LONGEST_LINE characters at most, one more of a last one that is longer.

    A final carriage return stays: it may belong to the end of the line.
    """
    if len(line) <= LONGEST_LINE:
        return line
    body = RETURNS.sub("\r", line.strip("\r"))
    end = "\r" if line.endswith("\r") else ""
    if len(body) > LONGEST_LINE:
        # The first state that fits begins behind a return; where none does, the last one counts alone.
        before = body.find("\r", len(body) - LONGEST_LINE - 1)
        body = body[(before if before >= 0 else body.rfind("\r")) + 1 :]
    return body[: LONGEST_LINE + 1] + end
