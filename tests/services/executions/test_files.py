"""What an execution has written: its files, and how they differ from another's."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from models.db import transaction
from models.errors import NotFound
from services.accounts import Actor
from services.executions import comparing, files
from tests.note import launch, person, tiny_catalogue


@pytest.fixture
def ada(clean: object, tmp_path: Path) -> Iterator[Actor]:
    """Somebody with a template."""
    with tiny_catalogue(tmp_path / "templates"):
        yield person("ada@example.com")


def written(actor: Actor, **contents: bytes) -> str:
    """Launch, and write files as the render step does. A double underscore in a name is a slash."""
    execution_id = launch(actor)
    for name, content in contents.items():
        path = files.workspace(execution_id) / "tree" / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return execution_id


def test_every_file_is_listed_with_its_hash(ada: Actor) -> None:
    execution_id = written(ada, readme=b"# Tea\n", app__main=b"print()\n")
    (files.workspace(execution_id) / "app.zip").write_bytes(b"PK")
    with transaction() as session:
        found = files.list_files(session, ada, execution_id)
        made = files.list_artefacts(session, ada, execution_id)
    assert [(one.path, one.size_bytes) for one in found] == [("app/main", 8), ("readme", 6)]
    assert found[1].sha256 == sha256(b"# Tea\n").hexdigest()
    assert [one.path for one in made] == ["app.zip"]


def test_a_file_is_read_as_text_or_said_to_be_none(ada: Actor) -> None:
    execution_id = written(ada, text="Café".encode(), picture=b"\x89PNG\x00", long=b"x" * (files.LONGEST + 1))
    with transaction() as session:
        text, picture, long = (
            files.read_file(session, ada, execution_id, name) for name in ("text", "picture", "long")
        )
    assert (text.text, text.binary, text.cut) == ("Café", False, False)
    assert picture.binary and not picture.text
    assert long.cut and len(long.text) == files.LONGEST


@pytest.mark.parametrize(
    "path", ["../../other", "/etc/passwd", "app/../../app.zip", "secret", "folder/inside", ""]
)
def test_no_path_leads_out_of_the_code(ada: Actor, path: str, tmp_path: Path) -> None:
    execution_id = written(ada, readme=b"# Tea\n")
    root = files.workspace(execution_id)
    (root / "app.zip").write_bytes(b"PK")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "inside").write_text("hush")
    (root / "tree" / "secret").symlink_to(tmp_path / "outside" / "inside")
    (root / "tree" / "folder").symlink_to(tmp_path / "outside")
    with transaction() as session, pytest.raises(NotFound):
        files.read_file(session, ada, execution_id, path)


def test_files_that_were_cleaned_up_are_none(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        assert files.list_files(session, ada, execution_id) == []
        assert comparing.list_others(session, ada, execution_id) == []
        with pytest.raises(NotFound, match="not here"):
            comparing.compare(session, ada, execution_id, execution_id)


def test_two_executions_are_compared_file_by_file(ada: Actor) -> None:
    before = written(ada, same=b"1\n", old=b"gone\n", edited=b"a\nb\nc\n", picture=b"\x00")
    after = written(ada, same=b"1\n", new=b"here\n", edited=b"a\nB\nc\n", picture=b"\x00\x01")
    with transaction() as session:
        others = comparing.list_others(session, ada, after)
        found = comparing.compare(session, ada, after, before)
    assert [(one.id, one.version, one.same_deployment) for one in others] == [(before, "1.0.0", False)]
    assert [(one.path, one.kind, one.added, one.removed) for one in found] == [
        ("edited", "changed", 1, 1), ("new", "added", 1, 0), ("old", "removed", 0, 1), ("picture", "changed", 0, 0),
    ]  # fmt: skip
    assert found[0].lines == ["@@ -1,3 +1,3 @@", " a", "-b", "+B", " c"]
    assert found[3].note == "Not text."


def test_one_file_is_compared_with_all_its_lines_and_white_space_can_be_left_out(ada: Actor) -> None:
    lines = [f"line {n}" for n in range(5_000)]
    before = written(
        ada, long="\n".join(lines).encode(), spaced=b"a b\n", huge=b"x" * (comparing.MOST_BYTES + 1)
    )
    after = written(ada, long=b"", spaced=b"a  b\n", huge=b"x")
    with transaction() as session:
        cut = {one.path: one for one in comparing.compare(session, ada, after, before)}
        bare = comparing.compare(session, ada, after, before, most_lines=0)
        spaced = comparing.compare(session, ada, after, before, ignore_space=True)
        whole = comparing.compare_file(session, ada, after, before, "long")
        same = comparing.compare_file(session, ada, after, before, "spaced", ignore_space=True)
        with pytest.raises(NotFound, match="no file of that name"):
            comparing.compare_file(session, ada, after, before, "../app.zip")
    assert (len(cut["long"].lines), cut["long"].note) == (comparing.LONGEST_DIFF, "3,001 more lines.")
    assert cut["huge"].note == "Too long to be compared here."
    assert [(one.added, one.removed, one.lines) for one in bare] == [(0, 0, []), (0, 5_000, []), (1, 1, [])]
    assert (len(whole.lines), whole.removed, whole.note) == (5_001, 5_000, "")
    assert (same.lines, same.note) == ([], "Only white space or the ends of its lines differ.")
    assert [(one.path, one.added) for one in spaced] == [("huge", 0), ("long", 0), ("spaced", 0)]


def test_what_belongs_to_others_is_not_compared(ada: Actor) -> None:
    mine, eve = written(ada, readme=b"1"), person("eve@example.com")
    hers = written(eve, readme=b"2")
    with transaction() as session:
        assert comparing.list_others(session, ada, mine) == []
        with pytest.raises(NotFound):
            comparing.compare(session, ada, mine, hers)
        with pytest.raises(NotFound):
            comparing.compare_file(session, ada, mine, hers, "readme")
