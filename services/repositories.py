"""Git repositories of generated applications: their history, where it is served from, and the archive.

Commits are written by `git fast-import` from bytes of ours, so no hook, filter or configuration of anybody is read.
"""

import fcntl
import os
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.commands import CommandFailed, run_command
from services.deployments.places import repository_folder

AUTHOR = "Ideasmith <ideasmith@localhost>"
BRANCH = "refs/heads/main"
# Neither the machine's nor the user's configuration, nor a question on a terminal; and no hook of any kind.
ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "file",
    "GIT_CONFIG_COUNT": "5",
    "GIT_CONFIG_KEY_0": "core.hooksPath",
    "GIT_CONFIG_VALUE_0": "/dev/null",
    "GIT_CONFIG_KEY_1": "safe.directory",
    "GIT_CONFIG_VALUE_1": "*",
    "GIT_CONFIG_KEY_2": "gc.auto",
    "GIT_CONFIG_VALUE_2": "0",
    # Always packs: a pack has a checksum over every byte, a loose object none over the bits that fill up its last one.
    "GIT_CONFIG_KEY_3": "fastimport.unpackLimit",
    "GIT_CONFIG_VALUE_3": "1",
    "GIT_CONFIG_KEY_4": "transfer.unpackLimit",
    "GIT_CONFIG_VALUE_4": "1",
}


# Names that some file systems take for `.git` (CVE-2014-9390): in capitals, shortened, with what they leave out.
GITS_OWN = re.compile(r"(?i)\.git[. ]*|git~\d+(?:[. ]*)")
IGNORED = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit to write: the whole tree as path → (bytes, may be run)."""

    message: str
    at: datetime
    files: Mapping[str, tuple[bytes, bool]]


def read_tree(folder: Path) -> dict[str, tuple[bytes, bool]]:
    """Return the files below a folder of ours, as a commit wants them."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), bool(path.stat().st_mode & 0o100))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def write_history(repository: Path, commits: Sequence[Commit], *, start: Path | None = None) -> str:
    """Make `repository` (bare) hold `commits`, upon the history of `start` when that exists, and return its head.

    A commit that changes nothing is left out. The same input gives the same commit ids. What `repository` held
    before is replaced, whole or not at all.
    """
    draft = repository.with_name(f".{repository.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    parent = ""
    if start is not None and start.is_dir():
        shutil.copytree(start, draft, symlinks=True)
        parent = head_of(draft)
    else:
        make_bare(draft)
    head = import_commits(draft, without_repeats(commits), parent)
    if parent and tree_of(draft, head) == tree_of(draft, parent):
        git(draft, "update-ref", BRANCH, parent)
        head = parent
    shutil.rmtree(repository, ignore_errors=True)
    draft.rename(repository)
    return head


def make_bare(repository: Path) -> None:
    """Write an empty bare repository, as `git init --bare` does without its samples (gitrepository-layout(5))."""
    for folder in ("objects", "refs/heads"):
        (repository / folder).mkdir(parents=True)
    (repository / "HEAD").write_text(f"ref: {BRANCH}\n")
    (repository / "config").write_text(
        "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
    )


def without_repeats(commits: Sequence[Commit]) -> list[Commit]:
    """Return the commits without those that leave the tree as it is."""
    pairs = zip([None, *commits[:-1]], commits, strict=True)
    return [commit for before, commit in pairs if before is None or before.files != commit.files]


def import_commits(repository: Path, commits: Sequence[Commit], parent: str) -> str:
    """Write commits onto the branch in one run of git, and return the id of the last."""
    parents = [parent, *(f":{number}" for number in range(1, len(commits)))]
    stream = [b"feature done\n"]
    for number, (commit, origin) in enumerate(zip(commits, parents, strict=True), 1):
        stream += import_stream(commit, number, origin)
    stream.append(f"get-mark :{len(commits)}\ndone\n".encode())
    return git(repository, "fast-import", "--quiet", "--done", stdin=b"".join(stream)).decode().strip()


def import_stream(commit: Commit, number: int, parent: str) -> Iterator[bytes]:
    """Yield a commit in the format of git-fast-import(1)."""
    who = f"{AUTHOR} {int(commit.at.timestamp())} +0000"
    message = commit.message.encode()
    head = f"commit {BRANCH}\nmark :{number}\nauthor {who}\ncommitter {who}\ndata {len(message)}\n"
    yield head.encode() + message
    yield (f"\nfrom {parent}\n" if parent else "\n").encode() + b"deleteall\n"
    for path, (content, executable) in sorted(commit.files.items()):
        mode = "100755" if executable else "100644"
        yield f"M {mode} inline {quoted(path)}\ndata {len(content)}\n".encode() + content + b"\n"
    yield b"\n"


def quoted(path: str) -> str:
    """Return a path as fast-import reads it: in quotes, with what would end them escaped.

    Raises:
        CommandFailed: it is no path within a tree, or git would take it for its own folder where names are folded.
    """
    for part in path.split("/"):
        if part in ("", ".", "..") or GITS_OWN.fullmatch(IGNORED.sub("", part)):
            raise CommandFailed(f"{path!r} cannot lie in a repository.")
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def head_of(repository: Path) -> str:
    """Return the commit id of the branch, empty before the first."""
    found = git(repository, "rev-parse", "--quiet", "--verify", BRANCH, accept=frozenset({0, 1}))
    return found.decode().strip()


def tree_of(repository: Path, revision: str) -> str:
    """Return the tree id of a commit."""
    return git(repository, "rev-parse", f"{revision}^{{tree}}").decode().strip()


def contains(repository: Path, commit: str) -> bool:
    """Whether the branch of a repository has a commit in its history."""
    if not repository.is_dir():
        return False
    listed = git(repository, "rev-list", BRANCH, "--", accept=frozenset({0, 128}))
    return commit in listed.decode().split()


@contextmanager
def publishing(deployment_id: str) -> Iterator[Path]:
    """Hold the repository that a deployment is cloned from, so that one release at a time is added to it."""
    target = repository_folder(deployment_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield target


def publish(repository: Path, target: Path, commit: str) -> bool:
    """Bring `commit` and its history into `target`, within `publishing`. False: `target` went on without it.

    Doing it again changes nothing.
    """
    if contains(target, commit):
        return True
    if not target.is_dir():
        for left in target.parent.glob(f".{target.name}.*"):  # by a killed one: the lock is ours
            shutil.rmtree(left, ignore_errors=True)
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.copytree(repository, draft, symlinks=True)
        draft.rename(target)
        return True
    if head_of(target) not in git(repository, "rev-list", BRANCH).decode().split():
        return False
    # Refused by git itself unless it is a fast-forward.
    git(target, "fetch", "--quiet", "--no-tags", str(repository), f"{BRANCH}:{BRANCH}")
    return True


def take_back(deployment_id: str, commit: str) -> bool:
    """Let a deployment's repository end before `commit` again, if nothing was added since. Doing it again is harmless.

    For an upgrade whose release did not come to serve: what its owner clones and edits is what there was before.
    """
    with publishing(deployment_id) as target:
        if not target.is_dir() or head_of(target) != commit:
            return False
        parent = git(target, "rev-parse", "--quiet", "--verify", f"{commit}^", accept=frozenset({0, 1}))
        if not parent:
            return False
        git(target, "update-ref", BRANCH, parent.decode().strip(), commit)
        return True


def write_archive(tree: Path, target: Path, name: str, at: datetime) -> None:
    """Write the code below `tree` as a zip whose files lie in a folder `name`. The same code gives the same bytes."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    moment = at.timetuple()[:6]
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, (content, executable) in read_tree(tree).items():
            entry = zipfile.ZipInfo(f"{name}/{path}", (max(moment[0], 1980), *moment[1:]))
            entry.external_attr = (0o100755 if executable else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    draft.rename(target)


def git(repository: Path, *words: str, stdin: bytes = b"", accept: frozenset[int] = frozenset({0})) -> bytes:
    """Run git in a bare repository of ours, in a clean environment."""
    return run_command(("git", *words), cwd=repository, env=ENVIRONMENT, stdin=stdin, accept=accept)
