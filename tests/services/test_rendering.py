"""Turning a skeleton and a config into files."""

import json
import os
import re
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rendering import RenderFailed, as_json, as_pairs, inside, read_rules, render

HOSTILE = "\"'; import os #\n<% if true %>{{ 7 * 7 }}<$ name $></script>\u202e\u2028"


def layer(path: Path, skeleton: dict[str, str], rules: list[dict[str, str]] | None = None) -> SimpleNamespace:
    """Write a few files as the skeleton of a template or part."""
    for name, text in skeleton.items():
        file = path / "skeleton" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return SimpleNamespace(name=path.name, path=path, when="true", rules=read_rules({"files": rules or []}))


def template(
    folder: Path,
    skeleton: dict[str, str],
    rules: list[dict[str, str]] | None = None,
    parts: tuple[SimpleNamespace, ...] = (),
    package: str = "",
) -> SimpleNamespace:
    """Make a template out of a few files."""
    made = layer(folder / "template", skeleton, rules)
    made.parts, made.package = parts, package
    return made


def rendered(
    folder: Path,
    skeleton: dict[str, str],
    config: dict[str, Any],
    rules: list[dict[str, str]] | None = None,
    **more: Any,
) -> dict[str, str]:
    """Render a few files and return what came out."""
    target = folder / "out"
    paths = render(template(folder, skeleton, rules, **more), config, target)
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
        {"path": "b/", "when": "'b' in areas"},
        {"path": "heroes/split.html.jinja", "when": "hero == 'split'", "to": "hero.html.jinja"},
        {"path": "x.html", "when": "hero != 'split'", "to": "hero.html"},
    ]
    config = {"referral": False, "areas": ["b"], "hero": "split"}
    found = rendered(tmp_path, files, config, rules)
    assert found == {"b/one.py": "1", "b/two.py": "2", "hero.html": "split"}


def test_a_folder_moves_with_everything_in_it(tmp_path: Path) -> None:
    files = {"old/a.txt": "a", "old/deep/b.txt.jinja": "<$ word $>", "kept.txt": "k"}
    found = rendered(tmp_path, files, {"word": "b"}, [{"path": "old/", "to": "new/place/"}])
    assert found == {"new/place/a.txt": "a", "new/place/deep/b.txt": "b", "kept.txt": "k"}


def test_of_a_folder_for_each_value_only_the_chosen_one_is_kept(tmp_path: Path) -> None:
    files = {
        "strings/en/a.toml": "yes",
        "strings/de/a.toml": "ja",
        "strings/de/sub/b.toml": "auch",
        "c.txt": "c",
    }
    by_locale = {"path": "strings/", "choose": "locale"}
    found = rendered(tmp_path / "1", files, {"locale": "de"}, [by_locale])
    assert found == {"strings/a.toml": "ja", "strings/sub/b.toml": "auch", "c.txt": "c"}
    found = rendered(tmp_path / "2", files, {"locale": "en"}, [{**by_locale, "to": "words/"}])
    assert found == {"words/a.toml": "yes", "c.txt": "c"}
    found = rendered(tmp_path / "3", files, {"locale": "it", "on": False}, [{**by_locale, "when": "on"}])
    assert found == {"c.txt": "c"}


@pytest.mark.parametrize(
    ("files", "config", "said"),
    [
        ({"strings/en/a.toml": ""}, {"locale": "it"}, "strings/ has no folder for locale = 'it'"),
        ({"strings/en/a.toml": "", "strings/b.toml": ""}, {"locale": "en"}, "lies in no folder of its own"),
        ({"strings/en/a.toml": ""}, {}, "no option of this template"),
        ({"strings/en/a.toml": ""}, {"locale": "../../etc"}, "has no folder for"),
    ],
)
def test_a_value_without_a_folder_is_named(
    tmp_path: Path, files: dict[str, str], config: dict[str, Any], said: str
) -> None:
    with pytest.raises(RenderFailed, match=re.escape(said)):
        rendered(tmp_path, files, config, [{"path": "strings/", "choose": "locale"}])


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"path": "a", "if": "b"}, "has no if"),
        ({"when": "b"}, "needs a path"),
        ({"path": "a", "when": True}, "must be texts"),
        ({"path": "a", "choose": "b"}, "can choose in folders only"),
        ({"path": "a/", "to": "b"}, 'end it with "/"'),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused_when_it_is_read(rule: dict[str, Any], said: str) -> None:
    with pytest.raises(RenderFailed, match=said):
        read_rules({"files": [rule]})


def test_a_later_part_overrides_an_earlier_one_and_the_template_overrides_all(tmp_path: Path) -> None:
    first = layer(tmp_path / "first", {"a.txt": "first", "b.txt": "first", "c.txt": "first"})
    second = layer(tmp_path / "second", {"b.txt.jinja": "<$ word $>", "c.txt": "second"})
    own = {"own.txt": "own", "c.txt.jinja": "template <$ word $>"}
    found = rendered(tmp_path, own, {"word": "second"}, parts=(first, second))
    assert found == {"a.txt": "first", "b.txt": "second", "c.txt": "template second", "own.txt": "own"}
    found = rendered(tmp_path / "turned", {"own.txt": "own"}, {"word": "second"}, parts=(second, first))
    assert found == {"a.txt": "first", "b.txt": "first", "c.txt": "first", "own.txt": "own"}


def test_it_is_the_path_in_the_result_that_overrides(tmp_path: Path) -> None:
    part = layer(
        tmp_path / "part",
        {"_package_/look/a.css": "part", "_package_/old.css": "part"},
        [{"path": "_package_/old.css", "to": "_package_/new.css"}],
    )
    own = {"shop/look/a.css.jinja": "own <$ n $>", "x.css": "own"}
    rules = [{"path": "x.css", "to": "_package_/new.css"}]
    found = rendered(tmp_path, own, {"n": 1}, rules, parts=(part,), package="shop")
    assert found == {"shop/look/a.css": "own 1", "shop/new.css": "own"}


def test_a_file_that_the_options_leave_out_overrides_nothing(tmp_path: Path) -> None:
    part = layer(tmp_path / "part", {"a.txt": "part"})
    rules = [{"path": "a.txt", "when": "own"}]
    assert (
        rendered(tmp_path, {"a.txt": "own", "b": "b"}, {"own": False}, rules, parts=(part,))["a.txt"]
        == "part"
    )


def test_the_package_has_its_name_in_paths_files_and_conditions(tmp_path: Path) -> None:
    part = layer(
        tmp_path / "mail",
        {
            "_package_/deep/_package_/a.py.jinja": "from <$ package $> import b\n",
            "my_package_.txt": "kept",
            "shop.txt.jinja": "<$ parts | join('-') $>",
        },
        [{"path": "shop.txt.jinja", "when": "package == 'shop' and 'mail' in parts"}],
    )
    found = rendered(tmp_path, {"b.txt.jinja": "<$ package $>"}, {}, parts=(part,), package="shop")
    assert found == {
        "shop/deep/shop/a.py": "from shop import b\n",
        "my_package_.txt": "kept",
        "shop.txt": "mail",
        "b.txt": "shop",
    }


def test_a_package_folder_without_a_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RenderFailed, match="names none in template"):
        rendered(tmp_path, {"_package_/a.py": ""}, {})


def test_free_text_is_refused_in_parts_as_well(tmp_path: Path) -> None:
    part = layer(tmp_path / "part", {"a.py.jinja": "x = '<$ text $>'"})
    with pytest.raises(RenderFailed, match="json filter"):
        rendered(tmp_path, {"b.txt": ""}, {"text": "two words"}, parts=(part,))


def test_the_lock_goes_along(tmp_path: Path) -> None:
    made = template(tmp_path, {"a.py": "a"})
    (made.path / "requirements.lock").write_text("flask==1\n")
    assert render(made, {}, tmp_path / "out") == ["a.py", "requirements.lock"]


def test_twice_the_same_bytes_and_modes_whatever_the_umask(tmp_path: Path) -> None:
    part = layer(tmp_path / "part", {"a/b/c.txt": "part", "_package_/d.txt.jinja": "<$ package $>"})
    made = template(tmp_path, {"a/b/c.txt.jinja": "<$ n $>", "run.sh": "x"}, parts=(part,), package="shop")
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
