"""Generated repositories: a readable history, the same bytes every time, published forward only."""

import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from services.repositories import Commit, publish, read_tree, write_archive, write_history

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FIRST = Commit(
    "Scaffold from landing 1.0.0\n", AT, {"app.py": (b"print(1)\n", False), "run": (b"#!/bin/sh\n", True)}
)
SECOND = Commit(
    "Choose brand color\n", AT, {"app.py": (b"print(2)\n", False), 'a "b" ü\\n.txt': (b"\x00\xff", False)}
)


def git(repository: Path, *words: str) -> str:
    return subprocess.run(
        ["git", "-C", repository, *words], check=True, capture_output=True, text=True
    ).stdout


def test_the_history_can_be_cloned_and_read(tmp_path: Path) -> None:
    head = write_history(tmp_path / "app.git", [FIRST, SECOND])
    git(tmp_path, "clone", "-q", str(tmp_path / "app.git"), "clone")
    assert git(tmp_path / "clone", "log", "--format=%s").splitlines() == [
        "Choose brand color",
        "Scaffold from landing 1.0.0",
    ]
    assert git(tmp_path / "clone", "rev-parse", "HEAD").strip() == head
    assert (tmp_path / "clone" / 'a "b" ü\\n.txt').read_bytes() == b"\x00\xff"
    assert git(tmp_path / "clone", "ls-tree", "HEAD~1", "run").startswith("100755")
    git(tmp_path / "app.git", "fsck", "--strict")


def test_the_same_code_gives_the_same_commit_and_archive(tmp_path: Path) -> None:
    assert write_history(tmp_path / "a.git", [FIRST]) == write_history(tmp_path / "b.git", [FIRST])
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "app.py").write_text("print(1)\n")
    for name in ("a.zip", "b.zip"):
        write_archive(tmp_path / "tree", tmp_path / name, "menu", AT)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert zipfile.ZipFile(tmp_path / "a.zip").namelist() == ["menu/app.py"]
    assert read_tree(tmp_path / "tree") == {"app.py": (b"print(1)\n", False)}


def test_a_commit_that_changes_nothing_is_left_out(tmp_path: Path) -> None:
    head = write_history(tmp_path / "app.git", [FIRST, Commit("Nothing\n", AT, FIRST.files)])
    assert git(tmp_path / "app.git", "rev-list", "--count", "main").strip() == "1"
    again = write_history(
        tmp_path / "next.git", [Commit("Again\n", AT, FIRST.files)], start=tmp_path / "app.git"
    )
    assert again == head


def test_publishing_moves_forward_only_and_twice_is_once(tmp_path: Path) -> None:
    served = tmp_path / "served.git"
    first = write_history(tmp_path / "one.git", [FIRST])
    assert publish(tmp_path / "one.git", served, first)
    second = write_history(tmp_path / "two.git", [SECOND], start=served)
    other = write_history(
        tmp_path / "three.git", [Commit("Another\n", AT, {"x": (b"", False)})], start=served
    )
    assert publish(tmp_path / "two.git", served, second)
    assert publish(tmp_path / "two.git", served, second)
    # Two releases were made of the same state; the later one is written anew upon the other.
    assert not publish(tmp_path / "three.git", served, other)
    assert git(served, "rev-parse", "main").strip() == second


def test_no_hook_or_configuration_of_others_is_run(tmp_path: Path) -> None:
    served = tmp_path / "served.git"
    head = write_history(tmp_path / "one.git", [FIRST])
    publish(tmp_path / "one.git", served, head)
    trap = tmp_path / "sprung"
    (served / "hooks").mkdir()
    for name in ("reference-transaction", "post-update", "pre-auto-gc"):
        hook = served / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch '{trap}'\n")
        hook.chmod(0o755)
    second = write_history(tmp_path / "two.git", [SECOND], start=served)
    assert publish(tmp_path / "two.git", served, second)
    assert not trap.exists()
