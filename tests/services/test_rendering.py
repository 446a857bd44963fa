"""Turning a skeleton and a config into files."""

import json
import os
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rendering import RenderFailed, as_json, as_pairs, inside, render

HOSTILE = "\"'; import os #\n<% if true %>{{ 7 * 7 }}<$ name $></script>\u202e\u2028"


def template(
    folder: Path, skeleton: dict[str, str], rules: list[dict[str, str]] | None = None
) -> SimpleNamespace:
    """Make a template out of a few files."""
    for name, text in skeleton.items():
        path = folder / "template" / "skeleton" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return SimpleNamespace(path=folder / "template", manifest={"files": rules or []})


def rendered(
    folder: Path, skeleton: dict[str, str], config: dict[str, Any], rules: list[dict[str, str]] | None = None
) -> dict[str, str]:
    """Render a few files and return what came out."""
    target = folder / "out"
    paths = render(template(folder, skeleton, rules), config, target)
    assert paths == sorted(
        path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()
    )
    return {path: (target / path).read_text() for path in paths}


def test_only_files_with_the_suffix_are_rendered_and_lose_it(tmp_path: Path) -> None:
    text = "<% if on %>\nyes <$ word $>\n<% endif %>\n<# never seen #>\n"
    found = rendered(tmp_path, {"a.txt.jinja": text, "b.txt": text}, {"on": True, "word": "one"})
    assert found == {"a.txt": "yes one\n", "b.txt": text}


def test_an_applications_own_templates_pass_through(tmp_path: Path) -> None:
    page = "{% extends 'x' %}\n{# a note #}\n<p>{{ t('a') }}</p>\n<% if on %>\n<b>{{ b }}</b>\n<% endif %>\n"
    found = rendered(tmp_path, {"page.html.jinja": page}, {"on": True})
    assert found["page.html"] == "{% extends 'x' %}\n{# a note #}\n<p>{{ t('a') }}</p>\n<b>{{ b }}</b>\n"


def test_files_and_folders_belong_to_options_and_may_change_their_name(tmp_path: Path) -> None:
    files = {
        "a.py": "a",
        "b/one.py": "1",
        "b/two.py": "2",
        "heroes/split.html.jinja": "<$ hero $>",
        "x.html": "x",
    }
    rules = [
        {"path": "a.py", "when": "referral"},
        {"path": "b/", "when": "'b' in parts"},
        {"path": "heroes/split.html.jinja", "when": "hero == 'split'", "to": "hero.html.jinja"},
        {"path": "x.html", "when": "hero != 'split'", "to": "hero.html"},
    ]
    config = {"referral": False, "parts": ["b"], "hero": "split"}
    found = rendered(tmp_path, files, config, rules)
    assert found == {"b/one.py": "1", "b/two.py": "2", "hero.html": "split"}


def test_the_lock_goes_along(tmp_path: Path) -> None:
    made = template(tmp_path, {"a.py": "a"})
    (made.path / "requirements.lock").write_text("flask==1\n")
    assert render(made, {}, tmp_path / "out") == ["a.py", "requirements.lock"]


def test_twice_the_same_bytes_and_modes_whatever_the_umask(tmp_path: Path) -> None:
    made = template(tmp_path, {"a/b/c.txt.jinja": "<$ n $>", "run.sh": "x"})
    (made.path / "skeleton" / "run.sh").chmod(0o777)
    states = []
    for number, umask in enumerate((0o077, 0o000)):
        before = os.umask(umask)
        try:
            target = tmp_path / str(number)
            render(made, {"n": 3}, target)
        finally:
            os.umask(before)
        paths = [target, *sorted(target.rglob("*"))]
        states.append(
            [
                (p.relative_to(target), stat.S_IMODE(p.stat().st_mode), p.is_file() and p.read_bytes())
                for p in paths
            ]
        )
    assert states[0] == states[1]
    assert {mode for path, mode, _ in states[0] if path.suffix} == {0o644}


def test_it_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    made = template(tmp_path, {"a.txt": "a", "z.txt.jinja": "<$ missing $>"})
    with pytest.raises(RenderFailed, match="missing"):
        render(made, {}, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["template"]


def test_a_folder_that_holds_something_is_refused_and_an_empty_one_is_used(tmp_path: Path) -> None:
    made = template(tmp_path, {"a.txt": "a"})
    target = tmp_path / "out"
    target.mkdir()
    assert render(made, {}, target) == ["a.txt"]
    with pytest.raises(RenderFailed, match="already holds"):
        render(made, {}, target)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RenderFailed):
        render(made, {}, tmp_path / "link")


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "", ".", "a\\x", "a\x00b"])
def test_no_path_leads_out(tmp_path: Path, name: str) -> None:
    with pytest.raises(RenderFailed, match="leads out"):
        inside(name)
    made = template(tmp_path, {"a.txt": "a"}, rules=[{"path": "a.txt", "to": name}])
    with pytest.raises(RenderFailed):
        render(made, {}, tmp_path / "out")


def test_links_and_devices_in_a_skeleton_are_refused(tmp_path: Path) -> None:
    made = template(tmp_path, {"a.txt": "a"})
    for name, make in (("link", lambda path: path.symlink_to("/etc/passwd")), ("pipe", os.mkfifo)):
        odd = made.path / "skeleton" / name
        make(odd)
        with pytest.raises(RenderFailed, match="no plain file"):
            render(made, {}, tmp_path / "out")
        odd.unlink()


def test_two_files_for_one_path_are_refused(tmp_path: Path) -> None:
    rules = [{"path": "a.txt", "to": "b.txt"}]
    with pytest.raises(RenderFailed, match="both"):
        rendered(tmp_path, {"a.txt": "a", "b.txt": "b"}, {}, rules)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"path": "nothing.txt"}, "does not have"),
        ({"path": "a.txt", "when": "unknown"}, "unknown"),
        ({"path": "a.txt", "when": "1 +"}, "cannot be read"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(tmp_path: Path, rule: dict[str, str], said: str) -> None:
    with pytest.raises(RenderFailed, match=said):
        rendered(tmp_path, {"a.txt": "a"}, {}, [rule])


@pytest.mark.parametrize(
    "text",
    ["<$ unknown $>", "<% if %>", "<$ 1 / 0 $>", "<$ ''.__class__ $>", "<$ word.format(word) $>", "<$ [] $>"],
)
def test_a_broken_or_prying_expression_names_its_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(RenderFailed):
        rendered(tmp_path, {"a.txt.jinja": text}, {"word": "{0.__class__}"})


@pytest.mark.parametrize("text", ["two words", "a\nb", "x;y", "'", '"', "é", "{{", HOSTILE])
def test_free_text_is_written_through_the_json_filter_or_not_at_all(tmp_path: Path, text: str) -> None:
    with pytest.raises(RenderFailed, match="json filter"):
        rendered(tmp_path, {"a.py.jinja": "x = '<$ text $>'"}, {"text": text})
    found = rendered(tmp_path / "json", {"a.json.jinja": "<$ text | json $>"}, {"text": text})
    assert json.loads(found["a.json"]) == text


@given(st.recursive(st.text() | st.booleans() | st.integers(), lambda inner: st.lists(inner, max_size=3)))
def test_json_is_ascii_and_comes_back_the_same(value: Any) -> None:
    text = as_json(value, 4)
    assert text.isascii()
    assert json.loads(text) == value


def test_lines_become_pairs() -> None:
    assert as_pairs(" a | b|c \n\n | \n d\n", "title", "text") == [
        {"title": "a", "text": "b|c"},
        {"title": "d", "text": ""},
    ]
    assert len(as_pairs("x\n" * 50, "a", "b", 6)) == 6
