"""What git takes for a conflict and is none merges by itself; nothing that anybody wrote is lost or comes back."""

import json
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.provenance.trees import Files
from services.upgrades import lines
from services.upgrades.finer import merged_finer
from services.upgrades.matching import matched
from services.upgrades.merging import merge

CSS = "".join(f".c{number} {{ gap: {number}px; }}\n" for number in range(9))
PYTHON = "".join(f"VALUE_{number} = {number}\n" for number in range(9))
LOCK = "".join(
    f"{name}==1.0 \\\n    --hash=sha256:{name * 8}\n    # via {via}\n"
    for name, via in (("click", "flask"), ("flask", "-r requirements.in"), ("jinja", "flask"))
)
TOML = '[page]\ntitle = "Tea"\nlead = "Hot."\nend = "Bye."\n'


def merged(path: str, base: str, ours: str, theirs: str) -> str | None:
    """Merge one text."""
    found = merged_finer(path, base.encode(), ours.encode(), theirs.encode())
    return None if found is None else found.decode()


def test_two_lines_side_by_side_are_two_changes() -> None:
    ours, theirs = CSS.replace("gap: 4px", "gap: 4px; --mine: 1"), CSS.replace("gap: 5px", "gap: 50px")
    assert merged("a.css", CSS, ours, theirs) == ours.replace("gap: 5px", "gap: 50px")
    both = CSS.replace("gap: 4px", "gap: 40px")
    assert merged("a.css", CSS, both.replace("gap: 3px", "x"), both.replace("gap: 5px", "y")) == both.replace(
        "gap: 3px", "x"
    ).replace("gap: 5px", "y"), "what both have done alike is one change"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (CSS.replace("gap: 4px", "a"), CSS.replace("gap: 4px", "b")),  # one line
        (CSS.replace(".c4", "new\n.c4"), CSS.replace(".c4", "other\n.c4")),  # which is first?
        (CSS.replace(".c4", "new\n.c4"), CSS.replace("gap: 4px", "b")),  # is it about what comes below?
        (CSS.replace(".c4 { gap: 4px; }\n", ""), CSS.replace("gap: 5px", "b")),
        (CSS.replace("gap: 8px; }\n", "end"), CSS.replace("gap: 7px", "b")),  # the last line has no end
    ],
)
def test_what_is_not_certain_is_left_to_a_person(ours: str, theirs: str) -> None:
    assert merged("a.css", CSS, ours, theirs) is None


def test_python_that_would_not_be_python_is_left_to_a_person() -> None:
    ours, theirs = (
        PYTHON.replace("VALUE_4 = 4", "VALUE_4 = (4,"),
        PYTHON.replace("VALUE_5 = 5", "VALUE_5 = 50"),
    )
    assert merged("a.css", PYTHON, ours, theirs) is not None
    assert merged("a.py", PYTHON, ours, theirs) is None
    whole = PYTHON.replace("VALUE_4 = 4", "VALUE_4 = 40")
    assert "VALUE_4 = 40\nVALUE_5 = 50\n" in str(merged("a.py", PYTHON, whole, theirs))


def test_tables_are_merged_by_their_keys() -> None:
    ours = TOML.replace('end = "Bye."\n', 'end = "Bye."\nmine = "Yes."\n')
    theirs = TOML.replace('end = "Bye."\n', 'end = "Good bye."\nnew = "No."\n')
    found = merged("a.toml", TOML, TOML + 'mine = "Yes."\n', TOML + 'new = "No."\n')
    assert found == TOML + 'mine = "Yes."\nnew = "No."\n'
    wanted = TOML.replace("Bye.", "Good bye.") + 'new = "No."\nmine = "Yes."\n'
    assert merged("a.toml", TOML, ours, theirs) == wanted
    assert merged("a.toml", TOML, TOML + "new = 1\n", TOML + "new = 2\n") is None
    assert merged("a.toml", TOML, TOML + "[a]\nx = 1\n", TOML + "y = 1\n") is None, "y would be in [a]"


def test_objects_are_merged_by_their_keys_when_they_are_written_in_one_way() -> None:
    base = {"name": "Tea", "colours": {"a": 1, "b": 2}, "list": [1]}
    ours = {"name": "Mine", "colours": {"a": 1, "b": 3}, "list": [1], "mine": True}
    theirs = {"name": "Tea", "colours": {"a": 9, "b": 2, "c": 3}, "list": [1, 2]}
    for indent in (2, None):
        texts = [json.dumps(one, indent=indent) + "\n" for one in (base, ours, theirs)]
        assert json.loads(str(merged("a.json", *texts))) == {
            "name": "Mine", "colours": {"a": 9, "b": 3, "c": 3}, "list": [1, 2], "mine": True,
        }  # fmt: skip
    texts[1] = texts[1].replace(",", " ,")
    assert merged("a.json", *texts) is None, "how it was written would be lost"
    theirs["name"] = "Other"
    assert merged("a.json", *(json.dumps(one) + "\n" for one in (base, ours, theirs))) is None


def test_locks_are_merged_by_package() -> None:
    mine = "colour==2.0 \\\n    --hash=sha256:mine\n    # via -r requirements.in\n"
    at = LOCK.index("flask==")
    ours = LOCK[:at].replace("# via flask", "# via\n    #   colour\n    #   flask") + mine + LOCK[at:]
    theirs = LOCK.replace("click==1.0", "click==1.1").replace("click" * 8, "new").replace("jinja", "jinja2")
    found = str(merged("requirements.lock", LOCK, ours, theirs))
    assert "click==1.1 \\\n    --hash=sha256:new\n    # via\n    #   colour\n    #   flask\n" in found
    assert mine in found and "jinja2==1.0" in found and "jinja==" not in found
    assert merged("requirements.lock", LOCK, theirs, theirs.replace("1.1", "1.2")) is None
    assert merged("requirements.lock", LOCK, "--index-url x\n" + ours, theirs) is not None
    assert merged("requirements.lock", LOCK, ours + "-r more.txt\n", theirs) is None, "not a list of packages"
    assert (
        merged("requirements.in", "flask\n", "flask\ncolour\n", "flask\njinja\n") == "flask\ncolour\njinja\n"
    )


BASE = [f"line {number}" for number in range(8)]
Lines = list[str]


@st.composite
def side(draw: st.DrawFn, name: str) -> Lines:
    """Change some lines, delete some, add some; now and then as the other side does."""
    result: Lines = []
    for number, line in enumerate(BASE):
        what = draw(st.sampled_from("kkkkrRdba"))
        who = draw(st.sampled_from([name, name, name, "both"]))
        if what in "ab":
            result.append(f"{who} adds before {number}")
        if what != "d":
            result.append({"r": f"{who} changes {number}", "R": f"{who} rewrites {number}"}.get(what, line))
    return result


def nothing_lost(result: Lines, ours: Lines, theirs: Lines, doubled: bool = False) -> None:
    """Every line that a side has written is there, none that it has removed, all in its order."""
    for mine in (ours, theirs):
        written = [line for line in mine if line not in BASE]
        assert all(line in result for line in written), (mine, result)
        assert not [line for line in BASE if line not in mine and line in result], (mine, result)
        kept = [line for line in result if line in mine]
        if doubled:  # what both have added in one place, which is looked at again
            kept = list(dict.fromkeys(kept))
        assert doubled or len(set(result)) == len(result)
        assert kept == [line for line in mine if line in kept]


def joined(some: Lines) -> str:
    """Return lines as a text."""
    return "".join(f"{line}\n" for line in some)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_the_lines_that_stay_are_as_many_as_can_be(before: Lines, after: Lines) -> None:
    pairs = matched(before, after) or []
    assert all(before[one] == after[other] for one, other in pairs)
    assert all(one < two and other < next_ for (one, other), (two, next_) in pairwise(pairs))
    longest = [[0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for one, line in enumerate(before):
        for other, same in enumerate(after):
            longest[one + 1][other + 1] = (
                longest[one][other] + 1
                if line == same
                else max(longest[one][other + 1], longest[one + 1][other])
            )
    assert len(pairs) == longest[-1][-1]


def test_texts_that_differ_in_too_much_are_not_looked_at_without_an_end() -> None:
    assert matched(["x", "y"] * 2000, ["y", "y", "x"] * 1300) is None
    assert merged("a.css", "x\n" * 3000, "y\n" * 3000, "z\n" * 3000) is None
    assert merged("a.py", *("(" * number + "\n" for number in (100_000, 100_001, 100_002))) is None


@settings(max_examples=200, deadline=None)
@given(ours=side("mine"), theirs=side("theirs"), added=st.booleans())
def test_no_line_is_ever_lost_and_none_comes_back(ours: Lines, theirs: Lines, added: bool) -> None:
    found = lines.merged((joined(BASE), joined(ours), joined(theirs)), both_added=added)
    if found is not None:
        nothing_lost(found.splitlines(), ours, theirs, doubled=added)


def test_a_merge_that_does_not_look_whether_changes_overlap_would_be_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lines, "go_together", lambda one, other, both_added: True)
    ours, theirs = [*BASE[:2], "mine", *BASE[6:]], [*BASE[:3], "theirs", *BASE[4:]]
    found = str(lines.merged((joined(BASE), joined(ours), joined(theirs))))
    with pytest.raises(AssertionError):
        nothing_lost(found.splitlines(), ours, theirs)


def kept_or_told(path: str, base: Files, ours: Files, theirs: Files, check: Callable[[Lines], None]) -> None:
    """Merge whole trees: it is merged and passes, or it waits for a person, and taking ours gives ours."""
    found = merge(base, ours, theirs)
    if found.open:
        assert [one.path for one in found.open] == [path]
        assert merge(base, ours, theirs, {path: "ours"}).files[path] == ours[path]
    else:
        check(found.files[path][0].decode().splitlines())


@settings(max_examples=12, deadline=None)
@given(ours=side("mine"), theirs=side("theirs"), path=st.sampled_from(["a.css", "a.txt", "b/a.html"]))
def test_whatever_both_have_done_to_a_file_is_merged_or_told(ours: Lines, theirs: Lines, path: str) -> None:
    base, mine, other = ({path: (joined(some).encode(), False)} for some in (BASE, ours, theirs))
    kept_or_told(path, base, mine, other, lambda result: nothing_lost(result, ours, theirs))


def test_what_the_owner_has_deleted_stays_deleted_and_they_may_say_otherwise() -> None:
    base = {"a.css": (CSS.encode(), False), "k": (b"k\n", False)}
    ours = {"k": (b"k\n", False)}
    changed = {**base, "a.css": (CSS.replace("4px", "5px").encode(), False)}
    renamed = {"k": (b"k\n", False), "new.css": (CSS.encode(), False)}
    for theirs in (changed, renamed):
        found = merge(base, ours, theirs)
        (one,) = found.conflicts
        assert (found.open, one.settled, one.take, found.files) == ([], True, "ours", ours)
        other = merge(base, ours, theirs, {one.path: "theirs"})
        assert (other.conflicts[0].settled, other.files) == (False, theirs)
    told = merge(base, changed, ours)
    assert [one.kind for one in told.open] == ["modify/delete"], "what they have edited waits for them"
