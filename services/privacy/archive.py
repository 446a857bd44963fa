"""Writes the archive: JSON of every row, the picture, the history of each application as a git bundle, a README."""

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlmodel import Session, col

from models.accounts import User
from models.clock import now
from models.deployments import Deployment
from models.errors import NotFound
from services import storage
from services.commands import CommandFailed, run_command
from services.deployments.places import repository_folder
from services.privacy.contents import LEFT_OUT, PARTS, Part, own, rows_of
from services.repositories import ENVIRONMENT

LARGEST_SOURCE = 50 * 1024 * 1024
MOST_SOURCES = 500 * 1024 * 1024
BUNDLE_TAKES_S = 60

Open = Callable[[], AbstractContextManager[Session]]
Say = Callable[[int, str], None]


def write_archive(path: Path, user_id: str, transaction: Open, say: Say) -> int:
    """Write the archive of an account to `path`, whole or not at all, and return its size in bytes.

    Each part is read in a transaction of its own, so that none is open for long. `say` is told the progress (of a
    hundred) and what is written; it may raise to stop.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, part in enumerate(PARTS):
            say(number * 80 // len(PARTS), part.words)
            with transaction() as session:
                write_part(archive, part, rows_of(session, part, user_id))
        say(80, "your picture")
        with transaction() as session:
            write_picture(archive, session.get_one(User, user_id))
            sources = own_sources(session, user_id)
        say(85, "the sources of your applications")
        notes = write_sources(archive, sources, say)
        archive.writestr("README.md", readme(notes))
    path.parent.chmod(0o700)
    draft.replace(path)
    return path.stat().st_size


def write_part(archive: zipfile.ZipFile, part: Part, rows: Iterator[dict[str, Any]]) -> None:
    """Write rows one by one, however many there are: a list, or one line each."""
    lines = part.file.endswith(".jsonl")
    with archive.open(part.file, "w", force_zip64=True) as file:
        if not lines:
            file.write(b"[")
        for number, row in enumerate(rows):
            text = json.dumps(row, ensure_ascii=False)
            file.write(f"{text}\n".encode() if lines else f"{',' if number else ''}\n{text}".encode())
        if not lines:
            file.write(b"\n]\n")


def write_picture(archive: zipfile.ZipFile, user: User) -> None:
    """Write the uploaded picture, if there is one."""
    if user.avatar:
        try:
            archive.writestr("picture.webp", storage.read(user.avatar))
        except NotFound:
            return


def own_sources(session: Session, user_id: str) -> list[tuple[str, Path]]:
    """Return name and repository of each application of a person that is still there."""
    statement = (
        own(user_id, Deployment).where(col(Deployment.deleted_at).is_(None)).order_by(col(Deployment.slug))
    )
    found = [(row.slug, repository_folder(row.id)) for row in session.scalars(statement)]
    return [(slug, folder) for slug, folder in found if folder.is_dir()]


def write_sources(archive: zipfile.ZipFile, sources: list[tuple[str, Path]], say: Say) -> list[str]:
    """Write a bundle of each repository that is not too large, and return a line about each that is left out."""
    notes, written = [], 0
    for number, (slug, folder) in enumerate(sources):
        say(85 + number * 14 // len(sources), f"the source of {slug}")
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        if size > LARGEST_SOURCE or written + size > MOST_SOURCES:
            notes.append(f"- {slug}: its history is too large for this archive. Take it by `git clone`.")
            continue
        try:
            bundle = run_command(
                ("git", "bundle", "create", "--quiet", "-", "--all"),
                cwd=folder,
                env=ENVIRONMENT,
                timeout_s=BUNDLE_TAKES_S,
            )
        except CommandFailed as failure:
            notes.append(f"- {slug}: {failure.message}")
            continue
        archive.writestr(f"sources/{slug}.bundle", bundle)
        written += size
    return notes


def readme(notes: list[str]) -> str:
    """Return what the archive says about itself."""
    parts = [f"- `{part.file}`: {part.words}" for part in PARTS]
    left_out = [f"- {reason}" for reason in LEFT_OUT.values()]
    missing = ["", "## Sources that are not here", "", *notes] if notes else []
    return "\n".join(
        [
            "# Everything of your account",
            "",
            f"Written on {now():%Y-%m-%d at %H:%M} UTC. Times are UTC; ids are those of the addresses on the site.",
            "",
            *parts,
            "- `picture.webp`: your picture, if you uploaded one",
            "- `sources/NAME.bundle`: the history of each application; `git clone NAME.bundle` opens it",
            "",
            "What you made in a team that you have left stays with that team and is not here.",
            *missing,
            "",
            "## Left out",
            "",
            *left_out,
            "- passwords, keys and tokens, of which only hashes are stored",
            "",
        ]
    )
