"""C11: its data can be copied while it runs, and an application started on the copy knows the same."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from services.proving import stored
from services.proving.application import ask, started
from services.proving.checks.c10_restart import leave_something
from services.proving.checks.result import CheckResult, failed, judged
from services.proving.subject import Subject


def run(subject: Subject) -> CheckResult:
    """Back up by SQLite's own means, start on the copy, compare the rows."""
    data = subject.running().data
    leave_something(subject)
    if not stored.databases(data):
        return failed(
            ["There is no database in APP_DATA, so nothing that it keeps can be backed up from there."]
        )
    copy = subject.folder / "restored"
    back_up(data, copy)
    before = stored.stored(copy)
    findings = stored.fewer(stored.stored(data), before)
    findings += [f"The copy of {path.name} is broken." for path in stored.databases(copy) if not whole(path)]
    with started(subject.template, subject.environment, subject.tree, copy) as restored:
        if restored.ready_s is None:
            findings.append("It does not start on the restored copy.")
        elif (status := ask(restored, "/").status) != 200:
            findings.append(f"Its front page answers {status} on the restored copy.")
        findings += stored.lost(before, stored.stored(copy))
    return judged(findings, f"{stored.count(before)} rows in {len(before)} tables, the same after restoring.")


def back_up(data: Path, copy: Path) -> None:
    """Copy a data folder: databases by SQLite's backup, which waits for no one, all else as files."""
    shutil.rmtree(copy, ignore_errors=True)
    found = stored.databases(data)
    beside = {f"{path.name}{suffix}" for path in found for suffix in ("-wal", "-shm", "-journal")}
    shutil.copytree(data, copy, ignore=lambda _, names: beside & set(names))
    for path in found:
        target = copy / path.relative_to(data)
        target.unlink()
        with (
            closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target)) as to,
        ):
            source.backup(to)


def whole(path: Path) -> bool:
    """Whether SQLite finds nothing wrong in a database."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok")
