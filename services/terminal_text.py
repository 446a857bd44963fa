r"""Text that was written for a terminal, made safe to store and to show.

`coloured` is what is stored of a line of output. It keeps tabs, line feeds, carriage returns (a progress bar paints
over its line) and colours: of all sequences only SGR, rewritten as `ESC [ numbers m` with nothing in them that hides
text or blinks. Every other sequence is gone, and every other character that cannot be seen, or turns its neighbours
around, is spelled out (`\u202e`). What comes out goes through unchanged a second time.

`plain` is what a person reads: no colours, and of each line only what the last carriage return left.

Sources: ECMA-48 (5th edition) §5.3-5.6 and §8.3.117 (SGR), ITU-T T.416 for colours by number, Unicode TR36 §3.
"""

import re
import unicodedata

MOST_NUMBERS = 24  # in one sequence
# CSI; then strings (DCS, SOS, OSC, PM, APC) up to BEL, ST or the end of the line; then the short ones.
SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)(?P<given>[0-?]*)(?P<middle>[ -/]*)(?P<final>[@-~])"
    r"|(?:\x1b[PX\]^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]"
    r"|(?P<unseen>[^\t\n\r -~])"
)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Letters by their category that draw nothing (Unicode, `DerivedCoreProperties`: Default_Ignorable_Code_Point).
FILLERS = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0")
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Weight, slant, underline, inverse, strike and their ends; the eight colours, dim and bright, and their ends.
KEPT = frozenset({0, 1, 2, 3, 4, 7, 9, 21, 22, 23, 24, 27, 29, *range(30, 38), 39, *range(40, 48), 49})
KEPT |= {*range(90, 98), *range(100, 108)}


class Visible(dict[str, str]):
    """How each character is shown. Filled as characters are met."""

    def __missing__(self, character: str) -> str:
        """Return the character itself, unless it cannot be seen."""
        shown = character
        if unicodedata.category(character) in HIDDEN or character in FILLERS:
            number = ord(character)
            shown = f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
        self[character] = shown
        return shown


VISIBLE = Visible()


def coloured(text: str) -> str:
    """Return text with its colours, and nothing else that a terminal would obey but tabs and ends of lines."""
    if text.isascii() and text.isprintable():
        return text
    return SEQUENCE.sub(harmless, text)


def plain(text: str) -> str:
    """Return text as it reads: without colours, and of each line its last state."""
    if text.isascii() and text.isprintable():
        return text
    return "\n".join(map(last_state, without_colours(coloured(text)).split("\n")))


def without_colours(text: str) -> str:
    """Return what `coloured` gave without its colours."""
    return COLOUR.sub("", text)


def last_state(line: str) -> str:
    """Return what is left of a line once it was painted over."""
    states = [state for state in line.split("\r") if state]
    return states[-1] if states else ""


def shorten(line: str, most: int, sign: str) -> str:
    """Return at most `most` characters of a coloured line: its newest states, else the begin of the last.

    `sign` is put behind what was cut. No sequence is cut in two.
    """
    if len(line) <= most:
        return line
    states = [state for state in line.split("\r") if state]
    kept, room = [states.pop()] if states else [""], most
    room -= len(kept[0])
    while states and room > len(states[-1]):
        room -= len(states[-1]) + 1
        kept.append(states.pop())
    if room >= 0:
        return "\r".join(reversed(kept))
    return whole_sequences(kept[0][:most]) + sign


def whole_sequences(text: str) -> str:
    """Return text without a sequence that was cut at its end."""
    begin = text.rfind("\x1b")
    return text[:begin] if begin >= 0 and not COLOUR.match(text, begin) else text


def harmless(found: "re.Match[str]") -> str:
    """Return what is kept of one sequence or one character."""
    if found["unseen"]:
        return VISIBLE[found["unseen"]]
    if found["final"] != "m" or found["middle"]:
        return ""
    numbers = colours(found["given"])
    return f"\x1b[{';'.join(map(str, numbers))}m" if numbers else ""


def colours(given: str) -> list[int]:
    """Return the numbers of an SGR sequence that colour or weigh text, none of those that hide it or blink."""
    if not re.fullmatch(r"[0-9;:]*", given):
        return []
    waiting = [min(int(word or 0), 999) for word in re.split("[;:]", given[:200])][:MOST_NUMBERS]
    kept: list[int] = []
    while waiting:
        number = waiting.pop(0)
        if number in (38, 48):
            kept += by_number(number, waiting)
        elif number in KEPT:
            kept.append(number)
    return kept


def by_number(kind: int, waiting: list[int]) -> list[int]:
    """Take from `waiting` what a colour by number needs: `5;n`, or `2;red;green;blue`. A wrong one is no colour."""
    length = {5: 2, 2: 4}.get(waiting[0] if waiting else 0, 1)
    taken, waiting[:length] = waiting[:length], []
    whole = len(taken) == length and length > 1 and all(number < 256 for number in taken)
    return [kind, *taken] if whole else []
