"""What a push asks for, read from its beginning (gitprotocol-pack): which commit main is to go to, and from which."""

import gzip
import re
from typing import IO

COMMAND = re.compile(rb"([0-9a-f]{40}) ([0-9a-f]{40}) refs/heads/main(?:\0|\n|$)")
MOST_LINES = 20  # in front may be what a shallow clone says of itself


def main_moves(body: IO[bytes], encoding: str) -> tuple[str, str] | None:
    """Return the commit before and after that a push has for main, None when it has none. `body` is rewound."""
    try:
        stream = gzip.GzipFile(fileobj=body) if encoding == "gzip" else body
        for _ in range(MOST_LINES):
            size = int(stream.read(4) or b"0", 16)
            if size <= 4:
                return None
            if found := COMMAND.match(stream.read(size - 4)):
                return found[1].decode(), found[2].decode()
    except (ValueError, OSError, EOFError):
        pass  # git refuses what is no question of git's
    finally:
        body.seek(0)
    return None
