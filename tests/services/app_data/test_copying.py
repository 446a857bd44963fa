"""A copy of an application's data: of one moment, of nothing outside, and the original is not even looked at twice."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from models.errors import Conflict
from services.app_data.copying import copy_data
from services.app_data.databases import MAGIC
from services.upgrades.data import rows_in
from tests.parts import eventually
from tests.upgrading import hash_of

MB = 1024 * 1024
# A row into each of two tables in one transaction, again and again; or one, and then it is killed in the next.
WRITER = """
import os, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
database.execute("PRAGMA journal_mode = " + sys.argv[2])
database.execute("PRAGMA cache_size = 1")
for table in "ab":
    database.execute(f"CREATE TABLE {table} (n TEXT)")
while True:
    database.execute("BEGIN IMMEDIATE")
    for table in "ab":
        database.execute(f"INSERT INTO {table} VALUES (hex(randomblob(3000)))")
    if sys.argv[3] == "die" and database.execute("SELECT count(*) FROM a").fetchone()[0] == 9:
        os.kill(os.getpid(), 9)
    database.execute("COMMIT")
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a note."""
    folder = tmp_path / "app" / "data"
    (folder / "photos").mkdir(parents=True)
    (folder / "photos" / "a").write_text("tea")
    return folder


def names_in(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def writer(path: Path, mode: str, end: str) -> subprocess.Popen[bytes]:
    """Have somebody write into a database."""
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path), mode, end])


@pytest.mark.parametrize("mode", ["wal", "delete"])
def test_a_database_that_was_left_in_the_middle_is_copied_and_the_original_stays_byte_for_byte(
    data: Path, tmp_path: Path, mode: str
) -> None:
    assert writer(data / "two.db", mode, "die").wait() == -9
    names, before = names_in(data), hash_of(data)
    time.sleep(0.03)  # what was written within one tick of the clock could be written again
    copied = copy_data(data, tmp_path / "copy", 64 * MB)
    assert (names_in(data), hash_of(data)) == (names, before), "looking at it writes nothing"
    assert names_in(tmp_path / "copy") == ["photos", "two.db"], "it stands alone"
    assert rows_in(tmp_path / "copy") == {"two.db: a": 8, "two.db: b": 8}
    assert copied.remarks == [] and copied.data_bytes > 8 * 12_000


def test_a_database_that_is_written_to_all_the_time_is_of_one_moment(data: Path, tmp_path: Path) -> None:
    busy = writer(data / "two.db", "wal", "go on")
    try:
        eventually(lambda: (data / "two.db").exists() and (data / "two.db").stat().st_size > 50_000)
        copy_data(data, tmp_path / "copy", 640 * MB)
    finally:
        busy.kill()
        busy.wait()
    rows = rows_in(tmp_path / "copy")
    assert rows["two.db: a"] == rows["two.db: b"] > 0


def test_no_link_is_followed_a_hole_stays_a_hole_and_what_is_too_large_is_said(
    data: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("hush")
    (data / "link").symlink_to(tmp_path / "secret")
    (data / "folder").symlink_to(tmp_path)
    os.mkfifo(data / "pipe")
    with (data / "sparse").open("wb") as sparse:
        sparse.truncate(500 * MB)
        sparse.write(b"at the front")
    with (data / "huge").open("wb") as huge:
        huge.truncate(1 << 40)
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(str(data / "s"))
    copied = copy_data(data, tmp_path / "copy", 600 * MB)
    assert names_in(tmp_path / "copy") == ["photos", "sparse"]
    copy = tmp_path / "copy" / "sparse"
    assert (copy.stat().st_size, copy.stat().st_blocks < 100) == (500 * MB, True)
    assert copy.open("rb").read(12) == b"at the front"
    told = " ".join(copied.remarks)
    for words in ("link is a link", "folder is a link", "pipe is a pipe", "s is a socket", "huge (1,099,511"):
        assert f"copy/{words}" in told


@pytest.mark.parametrize("beside", ["-wal", "-journal", "-shm"])
def test_what_cannot_be_caught_is_refused_and_nothing_waits_for_it(
    data: Path, tmp_path: Path, beside: str
) -> None:
    with closing(sqlite3.connect(data / "held.db")) as database, database:
        database.execute("CREATE TABLE a (n)")
    os.mkfifo(data / f"held.db{beside}")
    with pytest.raises(Conflict, match=r"held\.db could not be copied"):
        copy_data(data, tmp_path / "copy", MB)
    with pytest.raises(Conflict, match=r"held\.db is damaged"):
        rows_in(data)


def test_a_file_that_only_begins_as_a_database_is_told(data: Path, tmp_path: Path) -> None:
    (data / "broken.db").write_bytes(MAGIC + b"\xff" * 5000)
    with pytest.raises(Conflict, match=r"broken\.db"):
        copy_data(data, tmp_path / "copy", MB)


def test_where_there_is_nothing_yet_there_is_an_empty_copy(tmp_path: Path) -> None:
    assert copy_data(tmp_path / "none", tmp_path / "copy" / "data", MB).data_bytes == 0
    assert rows_in(tmp_path / "copy" / "data") == {}
