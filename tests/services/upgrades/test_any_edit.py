"""Whatever an owner has edited in a real application: it is merged, or it is told; nothing of it is lost in silence."""

import pytest

from services.provenance.trees import Files
from services.upgrades.merging import Merged, merge
from tests.editing import Edits, edited, lost
from tests.moving_on import both

SEEDS = range(1, 31)


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Files, Files]:
    """The landing page in its version of the house and the next one."""
    return both(tmp_path_factory.mktemp("next"), {})


def upgraded(versions: tuple[Files, Files], seed: int) -> tuple[Edits, Merged]:
    """Edit an application and merge the next version into it."""
    edits = edited(versions[0], seed)
    return edits, merge(versions[0], edits.tree, versions[1])


def test_no_edit_is_lost_in_silence_and_a_second_upgrade_has_nothing_to_do(
    versions: tuple[Files, Files],
) -> None:
    clean = 0
    for seed in SEEDS:
        edits, merged = upgraded(versions, seed)
        if merged.open:
            named = {path for one in merged.open for path in one.paths}
            assert named & (edits.tree.keys() | set(edits.gone)), (seed, named)
            mine = merge(versions[0], edits.tree, versions[1], {one.path: "ours" for one in merged.open})
            assert not mine.open and lost(edits, mine.files) == [], seed
            continue
        clean += 1
        assert lost(edits, merged.files) == [], (seed, edits.kinds)
        again = merge(versions[1], merged.files, versions[1])
        assert (again.files, again.open) == (merged.files, []), seed
    assert clean >= 0.9 * len(SEEDS)


def test_an_application_that_nobody_edited_becomes_what_the_new_version_renders(
    versions: tuple[Files, Files],
) -> None:
    merged = merge(versions[0], versions[0], versions[1])
    assert (merged.files, merged.conflicts) == (versions[1], ())


def test_a_file_that_may_be_run_stays_so_and_the_bit_alone_is_an_edit() -> None:
    base = {"run.sh": (b"echo one\n" * 9, False)}
    merged = merge(
        base, {"run.sh": (b"echo one\n" * 9, True)}, {"run.sh": (b"echo one\n" * 9 + b"echo two\n", False)}
    )
    assert merged.files == {"run.sh": (b"echo one\n" * 9 + b"echo two\n", True)} and not merged.conflicts


def test_what_is_no_text_is_taken_from_one_side_whole() -> None:
    base, ours, theirs = ({"a.bin": (bytes([0, number]) * 50, False)} for number in (1, 2, 3))
    merged = merge(base, ours, theirs)
    assert [(one.path, one.kind) for one in merged.conflicts] == [("a.bin", "binary")]
    for side, wanted in (("ours", ours), ("theirs", theirs)):
        assert merge(base, ours, theirs, {"a.bin": side}).files == wanted


def test_names_that_belong_to_one_conflict_are_decided_together() -> None:
    long = (b"".join(b"line %d\n" % number for number in range(30)), False)
    base, ours, theirs = {"a": long, "k": long}, {"mine": long, "k": long}, {"other": long, "k": long}
    found = merge(base, ours, theirs).conflicts
    assert [(one.path, one.kind, one.paths) for one in found] == [
        ("mine", "rename/rename", ("a", "mine", "other"))
    ]
    assert merge(base, ours, theirs, {"mine": "ours"}).files == ours
    assert merge(base, ours, theirs, {"other": "theirs"}).files == theirs


def test_a_file_in_the_place_of_a_folder_is_decided_too() -> None:
    keep = {"k": (b"k\n", False)}
    ours, theirs = {"new": (b"mine\n", False), **keep}, {"new/x": (b"1\n", False), **keep}
    (one,) = merge(keep, ours, theirs).conflicts
    assert (one.path, one.kind) == ("new", "file/directory")
    assert merge(keep, ours, theirs, {"new": "ours"}).files == ours
    assert merge(keep, ours, theirs, {"new": "theirs"}).files == theirs


def test_an_attribute_of_the_owner_decides_nothing() -> None:
    lines = "".join(f"{number}\n" for number in range(9))
    base = {"a": (lines.encode(), False)}
    ours = {"a": (lines.replace("4", "mine").encode(), False), ".gitattributes": (b"* merge=union\n", False)}
    theirs = {"a": (lines.replace("4", "their").encode(), False)}
    merged = merge(base, ours, theirs)
    assert [one.path for one in merged.conflicts] == ["a"]
    assert b"<<<<<<< yours" in merged.files["a"][0] and b">>>>>>> template" in merged.files["a"][0]
