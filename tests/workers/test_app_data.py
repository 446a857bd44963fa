"""A backup of an app's data: consistent, of nothing outside the folder, never held up, and never half there."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from services.app_data import counting
from services.crashpoints import AFTER_ARCHIVE, BEFORE_ARCHIVE, VARIABLE
from services.deployment_backups import previewing
from tests.parts import ROOT, eventually
from workers.app_data.putting import Put, put
from workers.app_data.taking import TOPS, Take, Taken, TooLarge, digest_of, take
from workers.archives.archive import DamagedBackup
from workers.archives.reading import verify

MB = 1024 * 1024


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of an app, with a note and a database of two tables."""
    folder = tmp_path / "app" / "data"
    folder.mkdir(parents=True)
    (folder / "notes").write_text("tea")
    with closing(sqlite3.connect(folder / "app.db")) as database, database:
        database.execute("PRAGMA user_version = 7")
        database.execute("CREATE TABLE cups (n INTEGER)")
        database.execute('CREATE TABLE "odd ""name" (n INTEGER)')
        database.executemany("INSERT INTO cups VALUES (?)", [(1,), (2,), (3,)])
    return folder


def order(data: Path, **more: Any) -> Take:
    """The order to back a folder up."""
    words = {"made_at": "2026-11-28T02:00:00+00:00", "version": "0.1", "most_bytes": 8 * MB}
    return Take(source=str(data), target=str(data.parent / "backups" / "bkup_1.tar.gz"), **{**words, **more})


def back(data: Path, order: Take) -> Path:
    """Bring the backup of an order back beside the data, and return the folder."""
    target = data.parent / "restored"
    put(Put(order.target, "", str(target), None))
    return target


def names_below(folder: Path) -> set[str]:
    """Everything below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def by_itself(data: Path, order: Take, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Have an order done by the process that the keeper starts."""
    return subprocess.run(
        [sys.executable, "-m", "workers.app_data", str(os.getpid())],
        input=json.dumps({"do": "take", **asdict(order)}).encode(),
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=30,
    )


def test_what_comes_back_is_what_was_there_and_the_manifest_says_of_what(data: Path) -> None:
    (data / "empty").mkdir()
    (data / "photos").mkdir(mode=0o750)
    (data / "photos" / "a b\nc.jpg").write_bytes(b"\0\xff" * 1000)
    (data / os.fsdecode(b"not-\xff-utf8")).write_text("x")
    asked = order(data, about={"release_number": 3})
    taken = take(asked)
    assert names_below(back(data, asked)) == names_below(data)
    assert (data.parent / "restored" / "photos" / "a b\nc.jpg").read_bytes() == b"\0\xff" * 1000
    assert (data.parent / "restored" / "photos").stat().st_mode & 0o777 == 0o750
    described = {"schema": "7", "tables": {"cups": 3, 'odd "name': 0}}
    assert (taken.files, taken.databases, taken.remarks) == (4, {"app.db": described}, [])
    manifest = verify(Path(asked.target), TOPS)
    assert manifest.about == {"release_number": 3, "databases": {"app.db": described}}
    assert len(manifest.files) == 4 and manifest.size_bytes == taken.data_bytes
    assert Path(asked.target).stat().st_mode & 0o777 == 0o600


# An app as any other: a row into each of two tables in one transaction, again and again.
WRITES_ON = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
while True:
    database.execute("BEGIN IMMEDIATE")
    database.execute("INSERT INTO a VALUES (1)")
    database.execute("INSERT INTO b VALUES (1)")
    database.execute("COMMIT")
"""


def test_a_database_is_of_one_moment_while_the_app_writes(data: Path) -> None:
    with closing(sqlite3.connect(data / "two.db")) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE a (n INTEGER)")
        database.execute("CREATE TABLE b (n INTEGER)")
    writer = subprocess.Popen([sys.executable, "-c", WRITES_ON, str(data / "two.db")])
    try:
        eventually(lambda: (data / "two.db-wal").exists() and (data / "two.db-wal").stat().st_size > 50_000)
        for _ in range(3):
            asked = order(data)
            tables = take(asked).databases["two.db"]["tables"]
            assert tables["a"] == tables["b"] > 0
    finally:
        writer.kill()
        writer.wait()
    restored = back(data, asked)
    assert not [name for name in names_below(restored) if name.startswith("two.db-")], "it stands alone"
    with closing(sqlite3.connect(restored / "two.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_nothing_outside_is_read_nothing_hangs_and_what_is_left_out_is_said(data: Path) -> None:
    outside = data.parent / "secret"
    outside.write_text("hush")
    (data / "link").symlink_to(outside)
    (data / "folder-link").symlink_to(data.parent)
    os.mkfifo(data / "pipe")
    (data / "listening").unlink(missing_ok=True)
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(str(data / "s"))
    with (data / "sparse").open("wb") as sparse:
        sparse.truncate(1 << 40)
    (data / "broken.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    (data / "held.db").write_bytes((data / "app.db").read_bytes())
    os.mkfifo(data / "held.db-journal")
    os.mkfifo(data / "held.db-wal")
    deep = data
    for _ in range(70):
        deep /= "d"
        deep.mkdir()
    asked = order(data)
    said = by_itself(data, asked)
    taken = Taken(**json.loads(said.stdout)["ok"])
    text = "\n".join(taken.remarks)
    for name, words in {
        "data/link": "is a link and was left out", "data/folder-link": "is a link and was left out",
        "data/pipe": "is a pipe and was left out", "data/s": "is a socket and was left out",
        "data/sparse": "is larger than what an application may keep and was left out",
        "data/held.db-wal": "is a pipe", "data/broken.db": "it was copied as it lies there",
        "data/held.db": "it was copied as it lies there", "data/d/d": "lies deeper than 64 folders",
    }.items():  # fmt: skip
        assert any(line.startswith(name) and words in line for line in taken.remarks), (name, text)
    restored = back(data, asked)
    assert {"app.db", "broken.db", "held.db", "notes"} <= names_below(restored)
    assert not {"link", "pipe", "s", "sparse"} & names_below(restored)
    assert b"hush" not in Path(asked.target).read_bytes()
    assert all(
        "hush" not in path.read_text(errors="replace") for path in restored.rglob("*") if path.is_file()
    )


def test_another_name_of_a_file_of_somebody_else_is_left_out(data: Path) -> None:
    foreign = data.parent / "foreign"
    foreign.write_text("hush")
    os.link(foreign, data / "mine")
    os.link(data / "notes", data / "notes-too")
    if os.geteuid() == 0:
        os.chown(data, 20_001, 20_001)
        os.chown(data / "notes", 20_001, 20_001)
    taken = take(order(data))
    restored = names_below(back(data, order(data)))
    assert {"notes", "notes-too"} <= restored
    if os.geteuid() == 0:
        assert "mine" not in restored and "belongs to somebody else" in taken.remarks[0]


def test_there_is_an_end_to_what_is_taken(data: Path) -> None:
    for number in range(5):
        (data / f"big-{number}").write_bytes(os.urandom(MB))
    taken = take(order(data, most_bytes=3 * MB))
    assert taken.data_bytes <= 3 * MB
    assert sum("larger than" in line for line in taken.remarks) >= 2
    with pytest.raises(TooLarge):
        take(order(data, only_below_bytes=2 * MB))


def test_any_flipped_byte_is_found_before_anything_is_written(data: Path) -> None:
    asked = order(data)
    taken = take(asked)
    whole = Path(asked.target).read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 40)):
        Path(asked.target).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(DamagedBackup):
            back(data, asked)
    assert not (data.parent / "restored").exists()
    (data / "notes").write_text("coffee")
    take(asked)
    with pytest.raises(DamagedBackup, match="not the file that was made"):
        put(Put(asked.target, taken.checksum, str(data.parent / "restored"), None))


@pytest.mark.parametrize(("place", "new"), [(BEFORE_ARCHIVE, False), (AFTER_ARCHIVE, True)])
def test_killed_at_its_crash_points_it_leaves_the_old_one_or_the_new_one(
    data: Path, place: str, new: bool
) -> None:
    asked = order(data)
    before = take(asked).checksum
    (data / "notes").write_text("coffee")
    assert by_itself(data, asked, **{VARIABLE: place}).returncode == -9
    assert (take_checksum(asked) != before) == new
    verify(Path(asked.target), TOPS)


def take_checksum(asked: Take) -> str:
    """The SHA-256 of the archive that is there."""
    return digest_of(Path(asked.target))


# Kills itself at the n-th line of our own code that it comes to.
KILLED_AT_A_LINE = """
import json, os, signal, sys
from workers.app_data.taking import Take, take

left, asked = int(sys.argv[1]), Take(**json.loads(sys.argv[2]))

def each(frame, event, argument):
    global left
    if "app_data" not in frame.f_code.co_filename and "archives" not in frame.f_code.co_filename:
        return None
    if event == "line":
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return each

sys.settrace(each)
take(asked)
print(left)
"""


def killed_at(line: int, asked: Take) -> subprocess.CompletedProcess[str]:
    """Take a backup, killed at a line; its stdout says how many were left when none was hit."""
    words = [sys.executable, "-c", KILLED_AT_A_LINE, str(line), json.dumps(asdict(asked))]
    return subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=60)


def test_killed_at_any_line_there_is_no_half_archive(data: Path) -> None:
    asked = order(data)
    lines = 1_000_000 - int(killed_at(1_000_000, asked).stdout)
    target = Path(asked.target)
    step = max(1, lines // 24)
    kills = 0
    for line in [*range(1, lines - 60, step), *range(lines - 60, lines, 6)]:
        kills += killed_at(line, asked).returncode == -9
        assert {path.name for path in target.parent.iterdir() if not path.name.startswith(".")} <= {
            target.name
        }
        if target.exists():
            verify(target, TOPS)
    assert kills > 20
    assert take(asked).files == 2
    assert [path.name for path in target.parent.iterdir()] == [target.name], "what was left over is gone"


def test_counting_the_rows_of_now_gives_up_in_time(data: Path) -> None:
    found = counting.look(data)
    assert (found["files"], found["databases"]["app.db"]["tables"]["cups"]) == (2, 3)
    held = data / "held.db"
    held.write_bytes((data / "app.db").read_bytes())
    os.mkfifo(data / "held.db-journal")
    assert previewing.look_now(data, patience_s=1) is None, (
        "a pipe where a journal belongs holds the reader up"
    )
