"""The trash: where a folder goes by one rename before its files are removed one by one."""

import secrets
from pathlib import Path

from models.settings import settings


def trash_folder() -> Path:
    """Return the folder whose content nobody needs any more. It lies beside the rest, so that a rename is enough."""
    return settings().data / "trash"


def throw_away(folder: Path) -> bool:
    """Move a folder into the trash, whole or not at all. False when it is not there (any more)."""
    target = trash_folder() / f"{folder.name}.{secrets.token_hex(4)}"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        folder.rename(target)
    except FileNotFoundError:
        return False
    return True
