"""Files in the data folder, each under the SHA-256 of its content: written once, never changed."""

import re
import secrets
from hashlib import sha256
from pathlib import Path

from models.errors import NotFound
from models.settings import settings

DIGEST = re.compile(r"[0-9a-f]{64}")


def place(digest: str) -> Path:
    """Return where the content with this digest lies, or would.

    Raises:
        NotFound: this is no digest, so there can be nothing.
    """
    if not DIGEST.fullmatch(digest):
        raise NotFound("There is no such file.")
    return settings().data / "storage" / digest[:2] / digest


def store(content: bytes) -> str:
    """Keep a content and return its digest. The same content twice is one file."""
    digest = sha256(content).hexdigest()
    path = place(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a reader must never find half of it.
        draft = path.with_name(f"{digest}.{secrets.token_hex(4)}")
        draft.write_bytes(content)
        draft.replace(path)
    return digest


def read(digest: str) -> bytes:
    """Return a stored content.

    Raises:
        NotFound: it is not, or no longer, there.
    """
    try:
        return place(digest).read_bytes()
    except FileNotFoundError:
        raise NotFound("There is no such file.") from None


def forget(digest: str) -> None:
    """Remove a content, if it is there. Whoever calls this knows that nobody else refers to it."""
    place(digest).unlink(missing_ok=True)
