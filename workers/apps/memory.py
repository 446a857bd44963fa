"""What was wanted last, on disk: the keeper starts from it while the database is away."""

import dataclasses
import json
import os
from collections.abc import Sequence
from pathlib import Path

from models.settings import settings
from services.deployments.keeping import WantedApp

# What only the database knows: a restore that it has seen end must not begin again.
UNASKED = {"recalled": True, "restore": "", "restore_waits": False, "backup_first": ""}


def memory_file() -> Path:
    """Return the file; only the keeper reads it."""
    return settings().data / "apps" / "wanted.json"


def remember(apps: Sequence[WantedApp]) -> None:
    """Keep what is wanted, whole or not at all."""
    file = memory_file()
    draft = file.with_name(f".wanted.{os.getpid()}")
    draft.write_text(json.dumps([dataclasses.asdict(app) for app in apps], indent=1))
    draft.rename(file)


def recall() -> list[WantedApp]:
    """Return what was wanted when the keeper last knew; nothing when it never did.

    Raises:
        ValueError, KeyError, TypeError: the file is not ours, or damaged.
    """
    try:
        rows = json.loads(memory_file().read_text())
    except FileNotFoundError:
        return []
    return [
        WantedApp(
            **{**row, **UNASKED, "start": tuple(row["start"]), "good_start": tuple(row.get("good_start", ()))}
        )
        for row in rows
    ]
