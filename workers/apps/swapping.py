"""Changing the data of an app over and back by renames, with a note on the disk that says which way it goes.

The note is written before anything is touched and removed after all is cleaned up, so that whoever comes after a kill
knows what to do without the database. Every function may be done twice.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from services.crashpoints import AFTER_ASIDE, crashpoint
from services.deployments.places import app_folder, data_folder
from workers.apps.removal import remove_tree

IN, BACK, OVER = "in", "back", "over"


@dataclass(frozen=True, slots=True)
class Note:
    """Which restore is under way, how far it is, and when it is over how it ended."""

    restore_id: str
    before_id: str
    with_release: bool
    phase: str = IN
    state: str = ""
    detail: str = ""


def note_file(deployment_id: str) -> Path:
    """Return where the note lies."""
    return app_folder(deployment_id) / "restore.json"


def new_folder(deployment_id: str) -> Path:
    """Return where the data to bring back lies until then."""
    return app_folder(deployment_id) / "restore-new"


def old_folder(deployment_id: str) -> Path:
    """Return where the data before lies until all is well."""
    return app_folder(deployment_id) / "restore-old"


def read_note(deployment_id: str) -> Note | None:
    """Return the note, None when no restore is under way. One that cannot be read leads back to the data before."""
    try:
        return Note(**json.loads(note_file(deployment_id).read_text()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return Note("", "", False, BACK, detail="its note on the disk was damaged")


def write_note(deployment_id: str, note: Note) -> Note:
    """Write the note, whole or not at all, and see it on the disk."""
    file = note_file(deployment_id)
    draft = file.with_name(f".{file.name}")
    with draft.open("w") as stream:
        stream.write(json.dumps(asdict(note)))
        stream.flush()
        os.fsync(stream.fileno())
    draft.rename(file)
    sync(file.parent)
    return note


def swap_in(deployment_id: str) -> None:
    """Let the new data take the place of the old one, which stays beside it."""
    data, new, old = data_folder(deployment_id), new_folder(deployment_id), old_folder(deployment_id)
    if not new.exists():
        return  # done already
    if not old.exists():
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        data.rename(old)
        sync(data.parent)
        crashpoint(AFTER_ASIDE, "restore")
    elif data.exists():
        remove_tree(data)  # whoever made it had nothing to put in: the old data is aside
    new.rename(data)
    sync(data.parent)


def swap_back(deployment_id: str) -> None:
    """Let the old data take its place again. What was brought in is removed later."""
    data, new, old = data_folder(deployment_id), new_folder(deployment_id), old_folder(deployment_id)
    if not old.exists():
        return  # done already
    if data.exists():
        remove_tree(new)
        data.rename(new)
        sync(data.parent)
    old.rename(data)
    sync(data.parent)


def clear(deployment_id: str) -> None:
    """Remove what a restore has left beside the data, the note at the very end."""
    for folder in (new_folder(deployment_id), old_folder(deployment_id)):
        remove_tree(folder)
    note_file(deployment_id).unlink(missing_ok=True)


def sync(folder: Path) -> None:
    """See the names of a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
