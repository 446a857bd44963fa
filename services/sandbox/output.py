"""From the bytes that a box writes to lines that anybody may look at."""

import codecs
import re
import unicodedata
from collections.abc import Callable

LONGEST_LINE = 8192

# CSI; then OSC, DCS, SOS, PM and APC with their text up to BEL or ST; then the short ones.
ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x9b[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[ -/]*[0-Z\\^-~]"
)


class Visible(dict[int, str]):
    r"""How each character is shown: `\u202e` instead of a text that runs backwards. Filled as characters are met."""

    def __missing__(self, number: int) -> str:
        """Return the character itself, unless it controls or formats."""
        character = chr(number)
        if character != "\t" and unicodedata.category(character) in ("Cc", "Cf"):
            character = f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
        self[number] = character
        return character


VISIBLE = Visible()


def clean(line: str) -> str:
    """Return a line without escape sequences, its control characters made visible."""
    if line.isprintable():
        return line
    return ESCAPES.sub("", line).translate(VISIBLE)


class Lines:
    """Cuts a stream of bytes into clean lines and hands each on."""

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self.on_line = on_line
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.rest = ""

    def feed(self, content: bytes, *, last: bool = False) -> None:
        """Take more bytes; `last` also hands on a line that has no end."""
        *whole, rest = (self.rest + self.decoder.decode(content, last)).split("\n")
        for line in whole:
            self.hand_on(line)
        self.rest = rest
        if "\r" in rest[:-1]:
            # A progress bar paints over its line: only its last state counts. A final \r may belong to \r\n.
            self.rest = rest[rest.rindex("\r", 0, -1) + 1 :]
        if len(self.rest) > LONGEST_LINE:
            self.rest = self.rest[: LONGEST_LINE + 1]  # one too many, so that it is seen to be cut
        if last and self.rest:
            self.hand_on(self.rest)
            self.rest = ""

    def hand_on(self, line: str) -> None:
        """Give one line away."""
        states = [state for state in line.split("\r") if state]
        text = states[-1] if states else ""
        if len(text) > LONGEST_LINE:
            text = text[:LONGEST_LINE] + " … (cut)"
        self.on_line(clean(text))
