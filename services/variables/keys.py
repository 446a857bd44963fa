"""The keys that seal variables: AES-256, one file each in the data folder, readable by nobody else.

The newest one seals. Those before it stay, for backups and for what a machine has kept that is not sealed anew yet.
A key's id is the beginning of the SHA-256 of the key.
"""

import hashlib
import os
import re
import secrets
from pathlib import Path

from models.errors import Unavailable
from models.settings import settings

KEY_BYTES = 32
FILE = re.compile(r"(\d{6})-([0-9a-f]{16})\.key")


class VariablesKeyMissing(Unavailable):
    """A value was sealed with a key that is not on this machine."""

    default_code = "variables_key_missing"


def keys_folder() -> Path:
    """Return where the keys lie. A backup holds it."""
    return settings().data / "keys" / "variables"


def key_files() -> dict[str, Path]:
    """Return the key files by the id of their key, the oldest first."""
    folder = keys_folder()
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return {match[2]: folder / match[0] for name in names if (match := FILE.fullmatch(name))}


def sealing_key() -> tuple[str, bytes]:
    """Return the id of the key that seals now, and the key; the first one is made now."""
    found = key_files()
    if not found:
        make_key(number=1)
        found = key_files()
    key_id = list(found)[-1]
    return key_id, read_key(key_id)


def replace_key() -> str:
    """Make a new key, which seals from now on, and return its id."""
    numbers = [int(path.name[:6]) for path in key_files().values()]
    return make_key(number=max(numbers, default=0) + 1)


def make_key(number: int) -> str:
    """Write a fresh key, whole or not at all. Of two that are made at once, both stay and one of them seals."""
    key = secrets.token_bytes(KEY_BYTES)
    folder = keys_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{secrets.token_hex(8)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / f"{number:06d}-{id_of(key)}.key")
    return id_of(key)


def read_key(key_id: str) -> bytes:
    """Return a key by its id.

    Raises:
        VariablesKeyMissing: it is not here, or is not what its name says.
    """
    path = key_files().get(key_id)
    key = path.read_bytes() if path else b""
    if len(key) != KEY_BYTES or id_of(key) != key_id:
        raise VariablesKeyMissing(
            f"The variables cannot be read: their key {key_id} is not in keys/variables of the data folder. "
            "Put it back from a backup, or set the variables again."
        )
    return key


def id_of(key: bytes) -> str:
    """Return the id of a key."""
    return hashlib.sha256(key).hexdigest()[:16]
