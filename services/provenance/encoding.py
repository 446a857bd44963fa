"""How documents are written: the same values give the same bytes, and a reader accepts no other form of them."""

import hashlib
import json
from typing import Any


def sha256(content: bytes) -> str:
    """Return a SHA-256 as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def readable(document: Any) -> bytes:
    """Return a document for people and programs: keys sorted, indented, one line feed at the end."""
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()


def compact(document: Any) -> bytes:
    """Return a document in as few bytes as there can be, keys sorted."""
    return json.dumps(document, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()
