"""Bringing a backup back: read whole, unpacked beside, and put in place at the very end."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url

from models.db import psycopg_url
from models.errors import Conflict
from models.schema_version import expected_version, stored_version
from models.settings import Settings, settings, short_run_dir
from workers.archives.archive import DUMP, MANIFEST, Manifest
from workers.archives.reading import verify
from workers.archives.unpacking import unpack
from workers.data_lock import NAME as LOCK
from workers.data_lock import data_lock
from workers.dumps import DumpFailed, load
from workers.embedded.servers import running
from workers.migrate import make_database
from workers.preflight import MEGABYTE, CannotStart, check_disk
from workers.progress import step

# A new cluster's own files, and room for the database beside its dump.
CLUSTER_MB = 150
UNPACKED = 3


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back; `aside` is where lies what was there before, None where nothing was."""

    data: Path
    manifest: Manifest
    aside: Path | None


def restore(file: Path, *, replace: bool = False) -> Restored:
    """Bring a backup back into the data folder, which must be empty unless it is to be replaced.

    Until everything is unpacked and loaded beside it, the folder stays as it is; then two names are changed. What was
    there is kept under another name.

    Raises:
        DamagedBackup: a byte of the file is another one, or it is no backup.
        CannotStart: the product runs, the backup is of a newer version, or the disk is too small.
        Conflict: there is something already.
    """
    config = settings()
    with data_lock(config.data):
        with step("Reading the backup"):
            manifest = verify(file)
        refuse_newer(manifest)
        occupied = is_occupied(config)
        if occupied and not replace:
            raise Conflict(
                f"There is an installation in {config.data}. Choose an empty folder (IDEASMITH_DATA), or replace it "
                "with --replace; what is there is kept under another name.",
                "data_occupied",
            )
        needed = UNPACKED * manifest.size_bytes // MEGABYTE + CLUSTER_MB
        check_disk(config.data, needed, "the restore")
        with beside(config.data) as draft:
            with step("Unpacking"):
                unpack(file, manifest, draft)
            with step("Loading the database"):
                load_database(config, draft, over=occupied)
            aside = put_in_place(draft, config.data)
    return Restored(config.data, manifest, aside)


def refuse_newer(manifest: Manifest) -> None:
    """Refuse a database that this code would misread. An older one is brought up to date by the next start."""
    if manifest.schema > expected_version():
        raise CannotStart(
            f"This backup is of a newer version ({manifest.version}, schema {manifest.schema}; this code knows "
            f"{expected_version()}). Restore it with that version.",
            "backup_newer",
        )


def is_occupied(config: Settings) -> bool:
    """Whether there is something that a restore would take the place of."""
    if any(path.name != LOCK for path in config.data.iterdir()):
        return True
    if not config.database_url:
        return False
    database = create_engine(psycopg_url(config.database_url))
    try:
        with database.connect() as connection:
            return stored_version(connection) is not None
    finally:
        database.dispose()


@contextmanager
def beside(data: Path) -> Iterator[Path]:
    """Have a folder beside the data folder, on the same disk; gone at the end unless it was put in place."""
    draft = data.with_name(f".{data.name}.restoring")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def load_database(config: Settings, draft: Path, *, over: bool) -> None:
    """Load the dump of an unpacked backup: into a new server's files in there, or into the server that is set."""
    dump = draft / DUMP
    nowhere = config.redis_url or "unix:///not-needed"  # only the database is started
    there = {"data": draft, "run_dir": short_run_dir(draft), "redis_url": nowhere}
    try:
        with running(config.model_copy(update=there)) as environment:
            url = make_url(psycopg_url(environment["DATABASE_URL"]))
            make_sure_of(url)
            load(url, dump, over=over and bool(config.database_url))
    except DumpFailed as problem:
        raise CannotStart(
            f"The database of this backup could not be loaded ({problem}).", "restore_failed"
        ) from problem
    dump.unlink()
    (draft / MANIFEST).unlink(missing_ok=True)


def make_sure_of(url: URL) -> None:
    """Make the database on its server unless it is there."""
    database = create_engine(url)
    try:
        make_database(database)
    finally:
        database.dispose()


def put_in_place(draft: Path, data: Path) -> Path | None:
    """Give the restored folder its name, and another one to what was there; return that."""
    aside = data.with_name(f"{data.name}.before-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    (data / LOCK).rename(draft / LOCK)  # held until the end: nobody starts in between
    try:
        data.rename(aside)
    except OSError as problem:
        raise CannotStart(
            f"{data} cannot be replaced ({problem.strerror}): it is probably a disk of its own. Restore into a folder "
            "inside it.",
            "not_replaceable",
        ) from problem
    try:
        draft.rename(data)
    except OSError:
        aside.rename(data)
        raise
    if any(aside.iterdir()):
        return aside
    aside.rmdir()
    return None
