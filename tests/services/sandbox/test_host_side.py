"""What foreign files try on the host after the box, where no sandbox helps: `notes/sandbox-and-agents.md` §1.6.

A row is either held against the code of ours that does that thing, or is a door that the product does not have: then a
test fails when one appears outside the modules named here.
"""

import ast
import os
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services import environments, repositories
from services.commands import CommandFailed
from services.deployments.releases import copy_release
from services.environments import EnvironmentFailed
from services.folders import size_of
from services.health import SocketGone, hold_socket
from services.locks import problem_in
from services.redaction import presentable_line
from services.repositories import Commit, git, make_bare, read_tree, write_archive, write_history
from services.scanner import Outcome, check_code, check_secrets
from services.terminal_text import plain
from tests.services.sandbox.boxes import PROJECT, RunPython

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)
HASH = f"--hash=sha256:{'0' * 64}"
OURS = [path for room in ("models", "services", "workers", "app") for path in (PROJECT / room).rglob("*.py")]

# Each row of §1.6, and the test that holds it.
ROWS = {
    "result file is a symlink to /etc/shadow": "test_a_link_that_a_box_leaves_is_never_followed",
    "result file is a FIFO": "test_a_pipe_that_a_box_leaves_stops_nobody",
    "tar: symlink then file through it": "test_no_foreign_archive_is_unpacked",
    "zip slip": "test_no_foreign_archive_is_unpacked",
    "zip bomb": "test_no_foreign_archive_is_unpacked",
    "uploaded .git/config with core.fsmonitor": "test_nothing_that_code_brings_for_git_is_run",
    "uploaded clean filter": "test_nothing_that_code_brings_for_git_is_run",
    "hooks through git clone": "test_nothing_that_code_brings_for_git_is_run",
    "git URL ext::sh": "test_git_speaks_to_files_alone",
    "git URL beginning with --upload-pack=": "test_git_is_given_no_address_from_outside",
    "git URL = local path": "test_git_is_given_no_address_from_outside",
    "ANSI, OSC 52, bidi, NUL, HTML in logs": "test_a_line_that_a_box_writes_can_be_shown_to_anybody",
    "malicious setup.py": "test_a_lock_leads_to_no_folder_address_or_option",
    "dependency confusion": "test_a_lock_leads_to_no_folder_address_or_option",
}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file of the host, and a folder."""
    folder = tmp_path / "host"
    folder.mkdir()
    (folder / "secret").write_text("PASSWORD = 'planted-by-the-host-4711'")
    return folder / "secret"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Code."""
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "serve.py").write_text("print('fine')\n")
    return folder


def test_every_row_has_its_test() -> None:
    assert len(ROWS) == 14
    assert set(ROWS.values()) <= set(globals())


def test_a_link_that_a_box_leaves_is_never_followed(tree: Path, secret: Path, tmp_path: Path) -> None:
    (tree / "result.py").symlink_to(secret)
    (tree / "folder").symlink_to(secret.parent)
    (tree / "app.sock").symlink_to(secret)
    assert list(read_tree(tree)) == ["serve.py"]
    write_archive(tree, tmp_path / "app.zip", "app", AT)
    head = write_history(tmp_path / "r.git", [Commit("One\n", AT, read_tree(tree))])
    assert git(tmp_path / "r.git", "ls-tree", "-r", "--name-only", head) == b"serve.py\n"
    assert b"planted" not in (tmp_path / "app.zip").read_bytes()
    assert "planted" not in str(check_secrets(tree)) and check_secrets(tree).outcome is Outcome.PASSED
    copy_release(tree, tmp_path / "release")
    assert (tmp_path / "release" / "result.py").is_symlink()
    assert size_of(tree) < size_of(tree) + secret.stat().st_size
    with pytest.raises(SocketGone):
        hold_socket(tree / "app.sock")
    assert secret.read_text().startswith("PASSWORD")


def test_a_pipe_that_a_box_leaves_stops_nobody(tree: Path, tmp_path: Path) -> None:
    for name in ("result.py", "app.sock", "requirements.lock"):
        os.mkfifo(tree / name)
    done = []

    def all_that_reads() -> None:
        write_archive(tree, tmp_path / "app.zip", "app", AT)
        check_code(tree, trusted=False)
        check_secrets(tree)
        copy_release(tree, tmp_path / "release")
        size_of(tree)
        with pytest.raises(SocketGone):
            hold_socket(tree / "app.sock")
        done.append(sorted(path.name for path in (tmp_path / "release").iterdir()))

    reader = threading.Thread(target=all_that_reads, daemon=True)
    reader.start()
    reader.join(30)
    assert done == [["serve.py"]]


# Modules that may write an archive of our own files, and none that may unpack one of somebody else's. The operator's
# own backup is read entry by entry: links and paths that lead out are refused there, and nothing is extracted as named.
ARCHIVES = {
    "services/repositories.py", "services/privacy/archive.py", "workers/archives/writing.py",
    "workers/archives/reading.py",
}  # fmt: skip
# What verifies reads them entry by entry into memory, with a limit for all of them, and writes nothing to the disk.
READ_IN_MEMORY = {"services/provenance/bundle.py", "services/provenance/code.py"}


def test_no_foreign_archive_is_unpacked() -> None:
    """The organizer will need that door, and this test its tests: links, `..`, sizes that lie, and a limit of all."""
    importing = {
        name(path) for path in mentioning("tarfile", "zipfile") if imports(path) & {"tarfile", "zipfile"}
    }
    assert importing <= ARCHIVES | READ_IN_MEMORY
    assert not mentioning("unpack_archive")
    for path in (path for path in OURS if name(path) in ARCHIVES | READ_IN_MEMORY):
        assert not {"extract", "extractall"} & set(called(path))
    for path in (path for path in OURS if name(path) in ARCHIVES):
        assert not re.search(r"ZipFile\([^)]*[\"']r[\"']|ZipFile\([^,()]+\)", path.read_text())


def test_nothing_that_code_brings_for_git_is_run(tree: Path, tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    spring = f"touch {trap}"
    (tree / ".gitattributes").write_text("* filter=evil diff=evil\n")
    (tree / ".gitmodules").write_text('[submodule "x"]\npath = x\nurl = ext::sh -c true\n')
    (tree / ".git" / "hooks").mkdir(parents=True)
    (tree / ".git" / "config").write_text(
        f'[core]\nfsmonitor = {spring}\nsshCommand = {spring}\n[filter "evil"]\nclean = {spring}\n'
    )
    for hook in ("pre-commit", "post-checkout", "reference-transaction", "post-update"):
        (tree / ".git" / "hooks" / hook).write_text(f"#!/bin/sh\n{spring}\n")
        (tree / ".git" / "hooks" / hook).chmod(0o755)
    files = {path: content for path, content in read_tree(tree).items() if not path.startswith(".git/")}
    head = write_history(tmp_path / "one.git", [Commit("One\n", AT, files)])
    assert repositories.publish(tmp_path / "one.git", tmp_path / "served.git", head)
    # As the product clones it when it tries what it has made.
    git(tmp_path, "clone", "--quiet", str(tmp_path / "served.git"), str(tmp_path / "clone"))
    assert (tmp_path / "clone" / "serve.py").exists()
    copy_release(tree, tmp_path / "release")
    assert not (tmp_path / "release" / ".git").exists()
    assert not trap.exists()


@pytest.mark.parametrize(
    "path", [".git/config", "a/.GIT/config", ".git ", "GIT~1/x", ".g\u200cit/x", "../x", "a//b", "/x"]
)
def test_no_path_of_gits_own_gets_into_a_repository(path: str, tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="cannot lie in a repository"):
        write_history(tmp_path / "r.git", [Commit("One\n", AT, {path: (b"[core]", False)})])


@pytest.mark.parametrize(
    "address", ["ext::sh -c 'touch sprung'", "https://example.invalid/x", "git://127.0.0.1/x"]
)
def test_git_speaks_to_files_alone(address: str, tmp_path: Path) -> None:
    make_bare(tmp_path / "r.git")
    with pytest.raises(CommandFailed, match="not allowed"):
        git(tmp_path / "r.git", "fetch", "--quiet", address)
    assert not list(tmp_path.rglob("sprung"))


# What git is told to do, and by whom. Whoever fetches or clones does it with a repository of ours, by its path.
GIT_MODULES = {
    "services/repositories.py", "services/proving/checks/c16_export.py", "services/privacy/archive.py",
    "services/deployments/source.py", "app/api/git_backend.py", "services/operations/versions.py", "workers/doctor.py",
    "services/upgrades/trees.py",
}  # fmt: skip
REMOTE = {"clone", "fetch", "pull", "push", "ls-remote", "submodule", "remote"}


def test_git_is_given_no_address_from_outside() -> None:
    """The organizer will need that door: https only, `--` before it, no private address, and git inside a box."""
    using = mentioning('"git"')
    assert {name(path) for path in using if runs_programs(path)} <= GIT_MODULES
    reaching = {name(path) for path in using if REMOTE & set(strings(path))}
    assert reaching <= {"services/repositories.py", "services/proving/checks/c16_export.py"}
    assert repositories.ENVIRONMENT["GIT_ALLOW_PROTOCOL"] == "file"


HOSTILE = (
    b"\x1b]52;c;c3RvbGVu\x07\x1b[2J\x1b[31mred\x1b[0m \xe2\x80\xaeevil\x00 <script>alert(1)</script> "
    b"\x1b]8;;http://e\x1b\\\x9d \xef\xbb\xbf password=hunter2hunter2 \x1b[8mhidden\x1b[0m\r\n"
)


def test_a_line_that_a_box_writes_can_be_shown_to_anybody(attack: RunPython) -> None:
    told = attack(f"import os; os.write(1, {HOSTILE!r})")
    (line,) = told.lines
    assert line.startswith("\x1b[31mred\x1b[0m \\u202eevil\\u0000 <script>")
    assert "\x1b" not in line.replace("\x1b[31m", "").replace("\x1b[0m", "")
    stored = presentable_line(line)
    assert "hunter2" not in stored and plain(stored).startswith("red \\u202eevil\\u0000 <script>")


def test_code_that_reads_differently_from_what_it_does_is_refused(tree: Path) -> None:
    (tree / "page.html").write_text("<p>שלום</p>\n<!-- \u2067 hidden \u2069 -->\n")
    (tree / "serve.py").write_text("access = 'user\u202e \u2066// admin'\n")
    check = check_code(tree, trusted=True)
    assert check.outcome is Outcome.FAILED
    assert [str(finding) for finding in check.findings] == [
        "page.html:2 bidi U+2067 makes the line read differently from what it does",
        "serve.py:1 bidi U+202E makes the line read differently from what it does",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "./evil", f"./evil {HASH}", "-e ./evil", f"evil @ file:///tmp/evil {HASH}",
        f"git+https://example.com/evil {HASH}",
        f"https://example.com/evil-1.whl {HASH}", "--index-url https://example.com", f"evil==1 --index-url=x {HASH}",
        "-r /etc/passwd", "-c other", "evil", "evil==1", f"evil>=1 {HASH}", f"evil==1 ; x --config-settings=a=b {HASH}",
        f"evil==1 {HASH} --global-option=x", f"evil==* {HASH}", "evil==1 --hash=md5:0", "\x0cevil",
    ],
)  # fmt: skip
def test_a_lock_leads_to_no_folder_address_or_option(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"flask==3.1.2 \\\n    {HASH}\n    # via -r requirements.in\n{line}\n")
    monkeypatch.setattr(environments, "build", lambda *given: pytest.fail("an installer was started"))
    with pytest.raises(EnvironmentFailed, match=r"option|names packages only|has no hash") as refused:
        environments.ensure(lock)
    assert refused.value.code == "lock_refused"


@pytest.mark.parametrize(
    "folder", sorted((PROJECT / "templates").glob("*/requirements.lock")), ids=lambda p: p.parent.name
)
def test_the_locks_of_our_templates_are_locks(folder: Path) -> None:
    assert problem_in(folder.read_text()) == ""


def name(path: Path) -> str:
    """Return a file of ours as it is called here."""
    return path.relative_to(PROJECT).as_posix()


def mentioning(*words: str) -> list[Path]:
    """Return the files of ours that hold one of some words."""
    return [path for path in OURS if any(word in path.read_text() for word in words)]


def imports(path: Path) -> set[str]:
    """Return what a module imports."""
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def called(path: Path) -> Iterator[str]:
    """Yield the names of the functions and methods that a module calls."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def strings(path: Path) -> Iterator[str]:
    """Yield the texts in a module that are not its documentation."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def runs_programs(path: Path) -> bool:
    """Say whether a module starts programs."""
    return bool(
        {"run_command", "run", "Popen", "create_subprocess_exec", "check_output", "git"} & set(called(path))
    )
