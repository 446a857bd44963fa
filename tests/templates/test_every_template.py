"""What holds for every template: what comes out of it for every option and whatever is typed.

A new template is named in `SUBJECTS` and has all of this asked of it.
"""

import hashlib
import importlib.util
import itertools
import json
import re
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruff import find_ruff_bin

from services import scanner
from services.catalog import validate_config
from services.catalog.index import template_paths
from services.scanner import Outcome
from tests.templates.landing import LANDING
from tests.templates.made import TEMPLATES, Subject, run
from tests.templates.rest_api import REST_API
from tests.templates.shop import SHOP

SUBJECTS = (LANDING, REST_API, SHOP)
MARKERS = re.compile(rb"<%|%>|<\$|\$>|<#|#>")
HOSTILE = [
    "\"'><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}<% if true %><$ name $>",
    "'; DROP TABLE entries; --",
    "a\\nb\\\"\"\"'''",
    "\u202etrof\u2066\u200f",
    "import os; os.system('x')  # \ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "=cmd|'/c calc'!A1",
]
LOCALES = ("en", "de", "fr", "es")


@pytest.fixture(scope="module", params=SUBJECTS, ids=[subject.slug for subject in SUBJECTS])
def subject(request: pytest.FixtureRequest) -> Subject:
    return request.param


@pytest.fixture(scope="module")
def rendered(subject: Subject, tmp_path_factory: pytest.TempPathFactory) -> dict[Path, dict[str, bytes]]:
    """Rows in which each pair of options meets, rendered."""
    folder = tmp_path_factory.mktemp(subject.slug)
    return {folder / str(n): subject.make(row, folder / str(n)) for n, row in enumerate(subject.rows(2))}


def test_every_template_of_the_house_is_tested() -> None:
    assert {subject.slug for subject in SUBJECTS} == {path.name for path in template_paths(TEMPLATES)}


def test_every_pair_of_options_gives_clean_formatted_code(rendered: dict[Path, dict[str, bytes]]) -> None:
    folder = next(iter(rendered)).parent
    assert run([find_ruff_bin(), "check", "--no-cache", "."], folder) == (0, "All checks passed!\n")
    code, said = run([find_ruff_bin(), "format", "--no-cache", "--check", "."], folder)
    assert code == 0, said


def test_nothing_of_the_template_is_left_in_any_result(rendered: dict[Path, dict[str, bytes]]) -> None:
    for tree, files in rendered.items():
        for path, content in files.items():
            assert not MARKERS.search(content), (tree, path)
            assert not path.endswith(".jinja") and "_package_" not in path
            assert b"deasmith" not in content, path
            if path.endswith(".py"):
                compile(content, path, "exec")
        json.loads(files["site.json"])
        assert sentences(files)


def test_the_product_s_own_scan_finds_nothing(rendered: dict[Path, dict[str, bytes]]) -> None:
    for tree in list(rendered)[::12]:
        assert scanner.check_code(tree, trusted=True).outcome is Outcome.PASSED


def test_no_file_of_any_row_looks_like_a_secret(
    rendered: dict[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    for files in rendered.values():
        for path, content in files.items():
            # A file that several rows share is looked at once.
            target = tmp_path / hashlib.sha256(content).hexdigest()[:12] / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    found = scanner.check_secrets(tmp_path)
    assert found.outcome is Outcome.PASSED, found.findings


def test_the_applications_own_suites_pass_with_each_option(subject: Subject, tmp_path: Path) -> None:
    rows = subject.rows(1)
    trees = [tmp_path / str(number) for number in range(len(rows))]
    for row, tree in zip(rows, trees, strict=True):
        subject.make(row, tree)
    command = subject.test_command()
    with ThreadPoolExecutor(2) as pool:
        for row, (code, said) in zip(rows, pool.map(lambda tree: run(command, tree), trees), strict=True):
            assert code == 0, f"{row}\n{said[-3000:]}"


def test_the_same_options_give_the_same_bytes(subject: Subject, tmp_path: Path) -> None:
    config = subject.rows(1)[0]
    assert subject.make(config, tmp_path / "a") == subject.make(config, tmp_path / "b")


texts = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60
).filter(str.strip)


@pytest.fixture(scope="module")
def benign(subject: Subject, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """All options on, with harmless words."""
    return subject.make(subject.full, tmp_path_factory.mktemp("benign") / "a")


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_what_is_typed_never_changes_code(
    subject: Subject,
    benign: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
    data: st.DataObject,
) -> None:
    typed = data.draw(st.fixed_dictionaries(dict.fromkeys(subject.texts, texts)))
    if data.draw(st.booleans(), label="many lines"):
        rules = dict(properties(subject.template.schema))
        longer = [name for name in typed if rules[name].get("x-widget") == "textarea"]
        typed |= {name: f"{typed[name]} | {typed[name]}\n{typed[name]}" for name in longer}
    files = subject.make({**subject.full, **typed}, tmp_path_factory.mktemp("typed") / "a")
    assert {path: text for path, text in files.items() if path != "site.json"} == {
        path: text for path, text in benign.items() if path != "site.json"
    }
    assert json.loads(files["site.json"])["name"] == typed["app_name"]


def test_every_preset_and_the_bare_defaults_are_good(subject: Subject) -> None:
    presets = subject.template.manifest["presets"]
    assert len(presets) >= 2
    for config in ({}, *(preset["config"] for preset in presets)):
        validate_config(subject.template.schema, config)


def properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every option of a schema, those that only exist with others too."""
    parts = [schema, *(part["then"] for part in schema.get("allOf", ()))]
    yield from itertools.chain.from_iterable(
        reversed(part.get("properties", {}).items()) for part in reversed(parts)
    )


def test_every_text_has_a_limit(subject: Subject) -> None:
    rules = [rule for _, rule in properties(subject.template.schema)]
    assert all("maxLength" in rule for rule in rules if rule.get("type") == "string")


def test_the_four_languages_say_the_same_things(subject: Subject, tmp_path: Path) -> None:
    spoken = {
        locale: sentences(subject.make({**subject.full, "locale": locale}, tmp_path / locale))
        for locale in LOCALES
    }
    english = spoken.pop("en")
    for locale, strings in spoken.items():
        assert list(strings) == list(english), locale
        for name, text in strings.items():
            assert fields(text) == fields(english[name]), (locale, name)
        same = [name for name, text in strings.items() if text == english[name] and len(text) > 12]
        assert same == [], locale


def sentences(files: dict[str, bytes]) -> dict[str, str]:
    """Return the sentences of an application by their dotted names, in the order of its files."""
    trees = [tomllib.loads(text.decode()) for path, text in files.items() if path.startswith("strings/")]
    return dict(pair for tree in trees for pair in leaves(tree))


def leaves(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Return nested tables as dotted names with their texts."""
    return [
        pair
        for key, value in tree.items()
        for pair in (leaves(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)])
    ]


def fields(text: str) -> set[str]:
    """Return what is filled into a text."""
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.fixture(scope="module")
def colors(subject: Subject, tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The generated application's own computation of colours."""
    tree = tmp_path_factory.mktemp("colors") / "a"
    subject.make({"app_name": "Brühwerk"}, tree)
    spec = importlib.util.spec_from_file_location("colors", tree / subject.template.package / "colors.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@settings(max_examples=60, deadline=None)
@given(brand=st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
def test_any_brand_colour_gives_a_page_that_can_be_read(colors: ModuleType, brand: str) -> None:
    for palette in (colors.light(brand), colors.dark(brand)):
        for behind in ("paper", "surface", "sunken", "tint"):
            for text in ("ink", "muted", "link", "danger"):
                assert colors.contrast(palette[text], palette[behind]) >= 4.5, (text, behind)
            assert colors.contrast(palette["control"], palette[behind]) >= 3
        # The opening and the closing run from `brand` to `brand-far`, with text all over.
        for area in ("brand", "brand-far"):
            assert colors.contrast(palette["on-brand"], palette[area]) >= 4.5
        assert colors.contrast(palette["edge"], palette["paper"]) >= 3
