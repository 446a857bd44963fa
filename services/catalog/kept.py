"""Every version of a template that was ever indexed, kept as it was: an upgrade renders the old one again.

A version lies below `storage/templates/<content hash>/` as it does in `templates/`: its own folder, and beside it the
parts that it uses. It is written once and never changed; what is read from it has its hash compared.
"""

import os
import shutil
from pathlib import Path

from models.settings import settings
from services.catalog.files import files_of
from services.catalog.folder import TemplateFolder
from services.catalog.parts import PARTS


def kept_folder(content_hash: str) -> Path:
    """Return where the version with this content is kept."""
    return settings().data / "storage" / "templates" / content_hash


def keep(folder: TemplateFolder) -> None:
    """Keep a version, unless it is kept already. It appears whole or not at all."""
    target = kept_folder(folder.content_hash)
    if target.is_dir():
        return
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    copy_files(folder.path, draft / folder.slug)
    for part in folder.parts:
        copy_files(part.path, draft / PARTS / part.name)
    try:
        draft.rename(target)
    except OSError:  # another process was first
        shutil.rmtree(draft, ignore_errors=True)


def copy_files(source: Path, target: Path) -> None:
    """Copy what counts of a template or part, to be read only."""
    for file in files_of(source):
        copy = target / file.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
        copy.chmod(0o555 if file.stat().st_mode & 0o100 else 0o444)
