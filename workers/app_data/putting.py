"""Unpacking one backup beside the data that it shall replace."""

import ctypes
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from workers.app_data.taking import TOPS, digest_of
from workers.archives.archive import DamagedBackup
from workers.archives.reading import verify
from workers.archives.unpacking import unpack

SPARE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Put:
    """Which archive, its known SHA-256, and where its data shall lie; `uid` is whose it shall be, if it may be."""

    archive: str
    checksum: str
    target: str
    uid: int | None


class DiskFull(Exception):
    """There is no room beside what is there."""


def put(order: Put) -> None:
    """Verify the whole archive, then write what is in it to `target`: whole, or not there.

    Raises:
        DamagedBackup: a byte is another one.
        DiskFull: it does not fit on the disk.
        OSError: the archive is gone, or the disk fails.
    """
    archive, target = Path(order.archive), Path(order.target)
    manifest = verify(archive, TOPS)
    if order.checksum and digest_of(archive) != order.checksum:
        raise DamagedBackup(
            "This backup is not the file that was made. Nothing was changed; take another backup."
        )
    if shutil.disk_usage(target.parent).free < manifest.size_bytes + SPARE_BYTES:
        raise DiskFull
    desk = target.with_name(f".{target.name}")
    shutil.rmtree(desk, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    desk.mkdir(mode=0o700)
    unpack(archive, manifest, desk, TOPS)
    (desk / "data").mkdir(mode=0o700, exist_ok=True)
    give(desk / "data", order.uid)
    see_on_disk(desk)
    (desk / "data").rename(target)
    desk.rmdir()


def give(folder: Path, uid: int | None) -> None:
    """Let all of it belong to the application. The folder is ours alone until then: nothing in it is a link."""
    if uid is None or os.geteuid() != 0:
        return
    for path, _, files in os.walk(folder):
        for one in (Path(path), *(Path(path, file) for file in files)):
            os.chown(one, uid, uid, follow_symlinks=False)


def see_on_disk(folder: Path) -> None:
    """Wait until the file system below a folder has written everything (syncfs(2))."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        ctypes.CDLL(None, use_errno=True).syncfs(descriptor)
    finally:
        os.close(descriptor)
