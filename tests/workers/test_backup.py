"""A backup is everything, of one moment, and comes back whole or not at all."""

import os
import sqlite3
import tarfile
import threading
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from models.accounts import User
from models.db import transaction
from models.errors import Conflict, IdeasmithError
from models.settings import Settings, reset_settings
from services import storage
from workers.archives.archive import BytesOnce, DamagedBackup
from workers.archives.reading import verify
from workers.archives.writing import Writer
from workers.backup import back_up, restore
from workers.data_lock import data_lock
from workers.embedded.servers import running
from workers.preflight import CannotStart


@pytest.fixture
def data(clean: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one of everything, whose database is the tests' own."""
    folder = tmp_path / "data"
    monkeypatch.setenv("IDEASMITH_DATA", str(folder))
    reset_settings()
    write(folder / "local-key", "ism_key\n", 0o600)
    for name in ("logs/web.log", "runtimes/abc/.whole", "workspaces/exec_1/tree/app.py", "routes/tea.json"):
        write(folder / name, "made again")
    for name in ("workspaces/exec_1/app.zip", "releases/rel_1/serve.py", "repositories/depl_1.git/HEAD"):
        write(folder / name, f"kept {name}")
    (folder / "repositories/depl_1.git/refs/heads").mkdir(parents=True)
    (folder / "releases/rel_1/serve.py").chmod(0o755)
    storage.store(b"a picture")
    (folder / "apps/depl_1/data").mkdir(parents=True)
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Turn to another, empty data folder with an embedded database, as on another machine."""

    def turn() -> Path:
        monkeypatch.setenv("IDEASMITH_DATA", str(tmp_path / "other"))
        monkeypatch.delenv("DATABASE_URL")
        reset_settings()
        return tmp_path / "other"

    return turn


@pytest.fixture(autouse=True)
def settings_are_read_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Leave the settings as the other tests need them."""
    yield
    monkeypatch.undo()
    reset_settings()


def write(path: Path, words: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words)
    path.chmod(mode)


def names(file: Path) -> set[str]:
    """Return what lies in a backup, as any tar sees it."""
    with tarfile.open(file) as tar:
        return {member.name for member in tar if member.isfile()}


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_it_comes_back_in_another_folder_with_rows_files_and_modes(
    data: Path, make_user: Any, elsewhere: Any, tmp_path: Path
) -> None:
    with transaction() as session:
        make_user(session)
    write(data / "apps/depl_1/data/notes", "tea")
    done = back_up(tmp_path / "backup")
    assert done.file.stat().st_mode & 0o777 == 0o600
    other = elsewhere()
    restored = restore(done.file)
    assert (restored.data, restored.aside) == (other, None)
    kept = {name for name in files_below(other) if not name.startswith(("postgres", "logs"))}
    assert kept == names(done.file) - {"database.dump", "manifest.json"}
    assert (other / "releases/rel_1/serve.py").stat().st_mode & 0o777 == 0o755
    assert (other / "local-key").stat().st_mode & 0o777 == 0o600
    assert (other / "repositories/depl_1.git/refs/heads").is_dir()
    assert (other / "apps/depl_1/data/notes").read_text() == "tea"
    assert not any(tmp_path.glob(".*"))
    with running(Settings()) as environment:
        database = create_engine(environment["DATABASE_URL"])
        with database.connect() as connection:
            assert connection.scalars(text("SELECT email FROM users")).all() == ["ada@example.com"]
        database.dispose()


def test_what_can_be_made_again_is_left_out(data: Path) -> None:
    file = back_up().file
    assert file.parent == data / "backups"
    assert names(file) == {
        "database.dump",
        "manifest.json",
        "local-key",
        "workspaces/exec_1/app.zip",
        "releases/rel_1/serve.py",
        "repositories/depl_1.git/HEAD",
        str(storage.place(sha256(b"a picture").hexdigest()).relative_to(data)),
    }


def test_a_database_is_whole_while_its_application_writes(data: Path, tmp_path: Path) -> None:
    path, stop = data / "apps/depl_1/data/app.db", threading.Event()
    with sqlite3.connect(path) as begun:
        begun.execute("PRAGMA journal_mode=WAL")
        begun.execute("CREATE TABLE a (n INTEGER)")
        begun.execute("CREATE TABLE b (n INTEGER)")
    wrote = threading.Event()

    def write_on() -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        number = 0
        while not stop.is_set():
            number += 1
            connection.execute("BEGIN")
            connection.execute("INSERT INTO a VALUES (?)", (number,))
            connection.execute("INSERT INTO b VALUES (?)", (number,))
            connection.execute("COMMIT")
            wrote.set()
        connection.close()

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        assert wrote.wait(10)
        done = back_up(tmp_path / "backup")
    finally:
        stop.set()
        writer.join()
    assert not {name for name in names(done.file) if name.endswith(("-wal", "-shm"))}
    with tarfile.open(done.file) as tar:
        content = tar.extractfile("apps/depl_1/data/app.db")
        assert content is not None
        (tmp_path / "copy.db").write_bytes(content.read())
    copy = sqlite3.connect(tmp_path / "copy.db")
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    counts = [copy.execute(f"SELECT count(*), max(n) FROM {table}").fetchone() for table in "ab"]
    copy.close()
    assert counts[0] == counts[1] and counts[0][0] == counts[0][1] > 0


def test_what_only_looks_like_a_database_is_copied_as_it_lies_and_told(data: Path) -> None:
    broken = data / "apps/depl_1/data/broken.db"
    broken.write_bytes(b"SQLite format 3\0" + b"\xff" * 200)
    manifest = back_up().manifest
    assert manifest.files["apps/depl_1/data/broken.db"] == sha256(broken.read_bytes()).hexdigest()
    assert any("broken.db could not be read" in remark for remark in manifest.remarks)


def test_links_and_pipes_of_an_application_lead_nowhere(data: Path, tmp_path: Path) -> None:
    write(tmp_path / "secret", "hush")
    mine = data / "apps/depl_1/data"
    (mine / "link").symlink_to(tmp_path / "secret")
    (mine / "folder").symlink_to(tmp_path)
    os.mkfifo(mine / "pipe")
    assert not {name for name in names(back_up().file) if name.startswith("apps")}


def test_a_flipped_byte_anywhere_is_refused_and_nothing_is_written(
    data: Path, elsewhere: Any, tmp_path: Path
) -> None:
    done = back_up(tmp_path / "backup")
    whole = done.file.read_bytes()
    other = elsewhere()
    everywhere = [*range(20), *range(20, len(whole), len(whole) // 60), *range(len(whole) - 12, len(whole))]
    for place in everywhere:
        flipped = bytearray(whole)
        flipped[place] ^= 0x10
        done.file.write_bytes(flipped)
        with pytest.raises(IdeasmithError) as refusal:
            verify(done.file)
        assert refusal.value.code == "backup_damaged", place
    with pytest.raises(DamagedBackup):
        restore(done.file)
    done.file.write_bytes(whole)
    assert verify(done.file) == done.manifest
    assert not other.exists() or not any(other.iterdir())
    for shortened in (whole[:-1], whole[: len(whole) // 2], b""):
        done.file.write_bytes(shortened)
        with pytest.raises(DamagedBackup):
            verify(done.file)


def forged(file: Path, names_and_contents: list[tuple[str, bytes]], manifest: dict[str, Any]) -> Path:
    """Write an archive with good checksums all through, and what somebody else wants in it."""
    with file.open("wb") as stream:
        writer = Writer(stream)
        for name, content in names_and_contents:
            writer.add(name, BytesOnce(content), len(content))
        writer.files.update(manifest)
        writer.finish(made_at="2026-01-01", version="1", schema="0001")
    return file


@pytest.mark.parametrize(
    "name", ["../outside", "/etc/passwd", "postgres/PG_VERSION", "storage/../../x", "lock"]
)
def test_nothing_is_ever_written_where_no_backup_has_anything(name: str, tmp_path: Path) -> None:
    with pytest.raises(DamagedBackup, match="has no place"):
        verify(forged(tmp_path / "backup", [(name, b"x")], {}))


def test_a_file_too_many_or_too_few_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedBackup, match="not those that its manifest names"):
        verify(forged(tmp_path / "backup", [("storage/aa/b", b"x")], {"storage/aa/c": "0" * 64}))


def test_a_newer_schema_is_refused_in_a_sentence(data: Path, elsewhere: Any, tmp_path: Path) -> None:
    with (tmp_path / "backup").open("wb") as stream:
        Writer(stream).finish(made_at="2026-01-01", version="9.0", schema="9999")
    elsewhere()
    with pytest.raises(CannotStart, match=r"newer version \(9\.0, schema 9999; this code knows 0\d+\)"):
        restore(tmp_path / "backup")


def test_a_full_folder_is_replaced_only_when_asked_and_kept_aside(
    data: Path, elsewhere: Any, tmp_path: Path
) -> None:
    done = back_up(tmp_path / "backup")
    other = elsewhere()
    write(other / "repositories/depl_9.git/HEAD", "mine")
    with pytest.raises(Conflict) as refusal:
        restore(done.file)
    assert refusal.value.code == "data_occupied"
    assert files_below(other) == {"repositories/depl_9.git/HEAD"}
    restored = restore(done.file, replace=True)
    assert restored.aside is not None
    assert (restored.aside / "repositories/depl_9.git/HEAD").read_text() == "mine"
    assert not (other / "repositories/depl_9.git").exists() and (other / "postgres").is_dir()


def test_a_database_of_ones_own_is_replaced_in_one_transaction(
    data: Path, make_user: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        make_user(session)
    done = back_up(tmp_path / "backup")
    with transaction() as session:
        make_user(session, "later@example.com")
    with pytest.raises(Conflict):
        restore(done.file)
    restore(done.file, replace=True)
    with transaction() as session:
        assert [user.email for user in session.query(User)] == ["ada@example.com"]


def test_a_folder_that_is_in_use_is_left_alone(data: Path, tmp_path: Path) -> None:
    done = back_up(tmp_path / "backup")
    with data_lock(data), pytest.raises(CannotStart, match="already"):
        restore(done.file, replace=True)


def test_no_file_is_overwritten_and_nothing_half_written_is_left(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "out/backup", "mine")
    with pytest.raises(Conflict):
        back_up(tmp_path / "out/backup")
    monkeypatch.setenv("IDEASMITH_PG_BIN", "/nowhere")
    reset_settings()
    with pytest.raises(CannotStart):
        back_up(tmp_path / "out/other")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["backup"]
