"""A lock file gives the same bits again, and is refused in a sentence when it cannot."""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.db import transaction
from models.errors import Conflict, InvalidInput, NotFound
from models.provenance import ArtefactName
from services.accounts import Actor
from services.catalog import load_folder
from services.provenance import views
from services.provenance.lock import make_lock, read_lock
from services.provenance.rerun import differences, rerun
from services.provenance.trees import git_tree, tree_sha256
from services.provenance.wheels import wheels
from services.repositories import read_tree, tree_of
from services.steps.base import workspace_of
from tests.note import person, tiny_catalogue
from tests.product import ROOT
from tests.services.provenance.made import executed

LANDING = ROOT / "templates" / "landing"


@pytest.fixture
def ada(clean: object, tmp_path: Path) -> Iterator[Actor]:
    """Somebody who can launch the tiny template, which lies in the folder of the test."""
    with tiny_catalogue(tmp_path / "templates"):
        yield person("ada@example.com")


def lock_of(actor: Actor, execution_id: str) -> dict[str, object]:
    with transaction() as session:
        return read_lock(views.get_document(session, actor, execution_id, ArtefactName.LOCK))


def test_it_names_everything_that_went_in_and_what_came_out(ada: Actor, tmp_path: Path) -> None:
    execution_id = executed(ada, tmp_path / "traces", tone="loud")
    lock = lock_of(ada, execution_id)
    files = read_tree(workspace_of(execution_id) / "tree")
    assert lock["options"] == {"app_name": "Note", "tone": "loud"}
    assert lock["result"] == {
        "files": len(files),
        "tree_sha256": tree_sha256(files),
        "git_tree": tree_of(workspace_of(execution_id) / "repository.git", "main"),
    }
    assert lock["template"]["content_sha256"] == load_folder(tmp_path / "templates" / "note").content_hash  # type: ignore[index]
    assert lock_of(ada, executed(ada, tmp_path / "again", tone="loud")) == lock


def test_the_packages_are_those_of_the_environments_lock_with_their_hashes() -> None:
    template = load_folder(LANDING)
    lock = read_lock(make_lock(template, {}, {}))
    text = template.lock.read_text()
    found = list(wheels(text))
    assert lock["environment"]["lock_sha256"] == template.lock_hash
    assert [one["name"] for one in lock["environment"]["wheels"]] == [wheel.name for wheel in found]
    assert sum(len(wheel.sha256) for wheel in found) == text.count("--hash=sha256:") > 100
    assert [wheel.name for wheel in found if wheel.elsewhere] == ["colorama"]


def test_a_rerun_gives_the_same_bits(ada: Actor, tmp_path: Path) -> None:
    execution_id = executed(ada, tmp_path / "traces")
    with transaction() as session:
        found = views.rerun_execution(session, ada, execution_id)
    assert found.identical and found.differences == []
    assert rerun(lock_of(ada, execution_id)).identical


def test_a_template_that_has_changed_since_is_refused(ada: Actor, tmp_path: Path) -> None:
    lock = lock_of(ada, executed(ada, tmp_path / "traces"))
    folder = tmp_path / "templates" / "note"
    (folder / "skeleton" / "serve.py").write_text("print('other')\n")
    with pytest.raises(Conflict, match=r"note 1\.0\.0 has changed since it was locked.*Nothing was rendered"):
        rerun(lock)
    manifest = folder / "template.toml"
    manifest.write_text(manifest.read_text().replace("1.0.0", "1.1.0"))
    with pytest.raises(Conflict, match=r"names note 1\.0\.0, and version 1\.1\.0 is here"):
        rerun(lock)
    with pytest.raises(NotFound, match="not on this installation"):
        rerun({**lock, "template": {**lock["template"], "slug": "elsewhere"}})  # type: ignore[dict-item]


def test_a_lock_that_promises_something_else_is_told_apart(ada: Actor, tmp_path: Path) -> None:
    execution_id = executed(ada, tmp_path / "traces")
    lock = lock_of(ada, execution_id)
    promised = {**lock, "result": {**lock["result"], "git_tree": "0" * 40}}  # type: ignore[dict-item]
    assert not rerun(promised).identical
    files = read_tree(workspace_of(execution_id) / "tree")
    other = {**files, "serve.py": (b"x", False), "new.py": (b"", True)}
    assert differences(other, files) == ["new.py: not made again", "serve.py: other bytes"]


@pytest.mark.parametrize(
    "change",
    [
        {"format": "ideasmith.lock/2"},
        {"options": []},
        {"template": {"slug": "../../etc", "version": "1", "content_sha256": "0" * 64}},
        {"more": 1},
    ],
)
def test_what_is_no_lock_file_is_refused_by_name(change: dict[str, object]) -> None:
    lock = json.loads(make_lock(load_folder(LANDING), {}, {}))
    with pytest.raises(InvalidInput, match="no lock file") as refusal:
        rerun({**lock, **change})
    assert refusal.value.fields


def test_options_of_a_lock_are_checked_before_anything_is_rendered(ada: Actor, tmp_path: Path) -> None:
    lock = lock_of(ada, executed(ada, tmp_path / "traces"))
    with pytest.raises(InvalidInput):
        rerun({**lock, "options": {"app_name": "Note", "tone": "shrill"}})


def test_the_tree_hashes_are_those_that_others_would_make(tmp_path: Path) -> None:
    files = {
        "a/b.txt": (b"1\n", False),
        "a.txt": (b"2\n", True),
        "a/c/d": (b"", False),
        "ü": (b"\xff", False),
    }
    for path, (content, executable) in files.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(0o755 if executable else 0o644)
    names = sorted(files)
    lines = subprocess.run(["sha256sum", *names], cwd=tmp_path, capture_output=True, check=True).stdout
    assert tree_sha256(files) == hashlib.sha256(lines).hexdigest()
    for words in (["init", "-q"], ["-c", "core.fileMode=true", "add", "-A"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    made = subprocess.run(["git", "write-tree"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert git_tree(files) == made.stdout.strip()
