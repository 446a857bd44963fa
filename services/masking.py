"""Keeps known secrets out of what an application writes, also where it writes them in another form."""

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote, quote_plus

from services.redaction import MASK, SHORTEST_SECRET
from services.terminal_text import without_colours


def masker(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return what takes these secrets out of a line: as they are, in base64, hexadecimal, for an address, in JSON.

    A secret of several lines is hidden line by line. One that hides between colours costs the line its colours.
    """
    forms = sorted({form for secret in secrets for form in forms_of(secret)}, key=len, reverse=True)
    if not forms:
        return lambda line: line
    pattern = re.compile("|".join(map(re.escape, forms)))

    def mask(line: str) -> str:
        bare = without_colours(line)
        clean = pattern.sub(MASK, bare)
        return line if clean == bare else clean

    return mask


def forms_of(secret: str) -> Iterator[str]:
    """Yield how a secret may stand in a line, without what is too short to be told from ordinary words."""
    for part in {secret, *secret.splitlines(), secret.strip()}:
        content = part.encode()
        forms = {
            part,
            quote(part, safe=""),
            quote(part),
            quote_plus(part),
            json.dumps(part)[1:-1],
            json.dumps(part, ensure_ascii=False)[1:-1],
            repr(part)[1:-1],
            content.hex(),
            content.hex().upper(),
            *base64_forms(content),
        }
        yield from (form for form in forms if len(form) >= SHORTEST_SECRET)


def base64_forms(content: bytes) -> Iterator[str]:
    """Yield what of a secret is always the same in base64, wherever in a longer text it stands.

    Three bytes become four characters, so there are three places where it can begin; the characters at its ends
    that also hold a neighbour's bits are left out. (`user:password` of a sign-in by HTTP is such a text.)
    """
    for before in range(3):
        text = base64.b64encode(bytes(before) + content).decode()
        begin = (0, 2, 3)[before]
        end = (before + len(content)) * 8 // 6
        stable = text[begin:end]
        yield stable
        yield stable.translate(str.maketrans("+/", "-_"))
