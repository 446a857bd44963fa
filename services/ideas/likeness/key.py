"""The key of this installation's sketches: made once in the data folder, read by nobody else, in no table."""

import contextlib
import functools
import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from models.errors import Unavailable
from models.settings import settings

KEY_BYTES = 32


class SketchKeyDamaged(Unavailable):
    """The key of the sketches is not what was made."""

    default_code = "sketch_key_damaged"


@dataclass(frozen=True, slots=True)
class Key:
    """The key, and the beginning of its SHA-256, which names it."""

    id: str
    secret: bytes


def key_file() -> Path:
    """Return where the key lies. A backup holds it."""
    return settings().data / "keys" / "sketches.key"


def sketch_key() -> Key:
    """Return the key, made now if there is none yet.

    Raises:
        SketchKeyDamaged: the file is there and does not hold a key.
    """
    file = key_file()
    if not file.exists():
        make_key(file)
    return read_key(file)


@functools.lru_cache(maxsize=4)
def read_key(file: Path) -> Key:
    """Return the key of a file."""
    secret = file.read_bytes()
    if len(secret) != KEY_BYTES:
        raise SketchKeyDamaged(
            f"{file.name} in the keys folder is damaged. Put it back from a backup, or remove it: "
            "the sketches of all ideas are then made anew by night."
        )
    return Key(hashlib.sha256(secret).hexdigest()[:16], secret)


def make_key(file: Path) -> None:
    """Write a fresh key, whole or not at all. Of two that are made at once one stays."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(secrets.token_bytes(KEY_BYTES))
        opened.flush()
        os.fsync(opened.fileno())
    with contextlib.suppress(FileExistsError):
        file.hardlink_to(draft)
    draft.unlink()
