"""The servers ask for a password even on their sockets: a box of the same user gains nothing by reaching them."""

import os
import secrets
from pathlib import Path


def password(file: Path) -> str:
    """Return the password kept in `file`, made at the first use, readable by its owner alone."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f"{file.name}.{os.getpid()}")
        write_private(partial, secrets.token_urlsafe(24))
        partial.replace(file)
    return file.read_text().strip()


def write_private(file: Path, text: str) -> None:
    """Write a file that its owner alone may read, from its first byte on."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(text)
