"""What may be in a repository that somebody pushes to: no more than a release may have, however small it was sent."""

from pathlib import Path

import pytest

from models.errors import Conflict
from services.repositories import git, make_bare
from services.upgrades.trees import MOST_BYTES, MOST_FILES, committed

WHO = "Ada <ada@example.com> 0 +0000"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    path = tmp_path / "tea.git"
    path.mkdir()
    make_bare(path)
    return path


def blob(repository: Path, content: bytes) -> str:
    return git(repository, "hash-object", "-w", "--stdin", stdin=content).decode().strip()


def tree(repository: Path, *entries: str) -> str:
    return git(repository, "mktree", stdin="".join(f"{one}\n" for one in entries).encode()).decode().strip()


def commit(repository: Path, tree_id: str) -> str:
    content = f"tree {tree_id}\nauthor {WHO}\ncommitter {WHO}\n\nPushed\n".encode()
    return git(repository, "hash-object", "-t", "commit", "-w", "--stdin", stdin=content).decode().strip()


def test_files_and_their_modes_come_back(repository: Path) -> None:
    one = blob(repository, b"print('tea')\n")
    made = commit(repository, tree(repository, f"100755 blob {one}\tserve.py", f"100644 blob {one}\tü.py"))
    assert committed(repository, made) == {
        "serve.py": (b"print('tea')\n", True),
        "ü.py": (b"print('tea')\n", False),
    }


def test_a_tree_that_names_itself_over_and_over_is_not_listed_to_its_end(repository: Path) -> None:
    inner, kind = blob(repository, b"x"), "100644 blob"
    for _ in range(9):  # ten to the ninth files, in ten objects
        inner, kind = tree(repository, *(f"{kind} {inner}\t{number}" for number in range(10))), "040000 tree"
    with pytest.raises(Conflict) as refused:
        committed(repository, commit(repository, inner))
    assert refused.value.code == "code_too_large"


@pytest.mark.parametrize("what", ["bytes", "files"])
def test_more_than_a_release_may_have_is_refused_before_it_is_read(repository: Path, what: str) -> None:
    large = blob(repository, bytes(MOST_BYTES + 1 if what == "bytes" else 1))
    names = range(1 if what == "bytes" else MOST_FILES + 1)
    made = commit(repository, tree(repository, *(f"100644 blob {large}\t{number}" for number in names)))
    with pytest.raises(Conflict, match=r"5,000 files and 50 MB"):
        committed(repository, made)


@pytest.mark.parametrize(
    ("mode", "kind"), [("120000 blob", "a link"), ("160000 commit", "another repository")]
)
def test_what_is_no_plain_file_is_refused(repository: Path, mode: str, kind: str) -> None:
    target = "a" * 40 if "commit" in mode else blob(repository, b"/etc/passwd")
    made = commit(repository, tree(repository, f"{mode} {target}\tway-out"))
    with pytest.raises(Conflict, match=f"way-out is {kind}"):
        committed(repository, made)
