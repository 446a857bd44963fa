"""The landing template: what comes out of it, for every option and whatever is typed."""

import importlib.util
import itertools
import json
import re
import subprocess
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruff import find_ruff_bin

from models.errors import InvalidInput
from services import scanner
from services.catalog import validate_config
from services.scanner import Outcome
from tests.templates.landing import TEXTS, config_of, covering_rows, make, pairwise_rows, python, template

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
FULL = {
    "sections": ["features", "steps", "offer", "faq", "contact"],
    "social_proof": "quotes",
    "email": "smtp",
    "sender_email": "hello@example.org",
    "contact_email": "ada@example.org",
    "seed_data": True,
} | dict.fromkeys(TEXTS, "words")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, dict[str, bytes]]:
    """Every row of the pairwise array, rendered."""
    folder = tmp_path_factory.mktemp("rows")
    return {folder / str(n): make(config_of(row), folder / str(n)) for n, row in enumerate(pairwise_rows())}


def run(command: list[str], folder: Path) -> tuple[int, str]:
    """Run a command and return how it ended and what it said."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def test_every_pair_of_options_gives_clean_formatted_code(rendered: dict[Path, dict[str, bytes]]) -> None:
    folder = next(iter(rendered)).parent
    assert run([find_ruff_bin(), "check", "--no-cache", "."], folder) == (0, "All checks passed!\n")
    code, said = run([find_ruff_bin(), "format", "--no-cache", "--check", "."], folder)
    assert code == 0, said


def test_nothing_of_the_template_is_left_in_any_result(rendered: dict[Path, dict[str, bytes]]) -> None:
    for tree, files in rendered.items():
        for path, content in files.items():
            assert not MARKERS.search(content), (tree, path)
            assert not path.endswith(".jinja")
            assert b"deasmith" not in content, path
            if path.endswith(".py"):
                compile(content, path, "exec")
        json.loads(files["site.json"])
        tomllib.loads(files["strings.toml"].decode())


def test_the_product_s_own_scan_finds_nothing(rendered: dict[Path, dict[str, bytes]]) -> None:
    for tree in list(rendered)[::12]:
        assert scanner.check_code(tree, trusted=True).outcome is Outcome.PASSED
        assert scanner.check_secrets(tree).outcome is Outcome.PASSED


def test_the_applications_own_suites_pass_with_each_option(tmp_path: Path) -> None:
    rows = covering_rows()
    trees = [tmp_path / str(number) for number in range(len(rows))]
    for row, tree in zip(rows, trees, strict=True):
        make(config_of(row), tree)
    command = [python() if word == "python" else word for word in template().manifest["app"]["test"]]
    with ThreadPoolExecutor(2) as pool:
        for row, (code, said) in zip(rows, pool.map(lambda tree: run(command, tree), trees), strict=True):
            assert code == 0, f"{row}\n{said[-3000:]}"


def test_the_same_options_give_the_same_bytes(tmp_path: Path) -> None:
    config = config_of(covering_rows()[0])
    assert make(config, tmp_path / "a") == make(config, tmp_path / "b")


@pytest.mark.parametrize(
    ("chosen", "gone"),
    [
        ({"referral": False}, r"referral|invit|friend"),
        ({"referral": False, "double_optin": False}, r"unconfirmed|pages\.confirm|/confirm/<"),
        ({"analytics": "none"}, r"visits|count_visit"),
        ({"email": "console"}, r"smtp|courier"),
        ({"seed_data": False}, r"add_examples|remove_examples"),
        ({"theme": "light"}, r"def dark|data-theme|choose_theme"),
        ({"sections": []}, r"bento|site\.benefits|\.steps|site\.questions|\.letter"),
    ],
)
def test_no_trace_is_left_of_what_was_not_chosen(tmp_path: Path, chosen: dict[str, Any], gone: str) -> None:
    files = make({"app_name": "Brühwerk", **chosen}, tmp_path / "a")
    pattern = re.compile(gone.encode(), re.IGNORECASE)
    code = {path: text for path, text in files.items() if not path.startswith(("tests/", "requirements"))}
    assert [
        path for path, text in code.items() if pattern.search(text) or pattern.search(path.encode())
    ] == []


texts = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60
).filter(str.strip)


@pytest.fixture(scope="module")
def benign(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """All options on, with harmless words."""
    return make(FULL, tmp_path_factory.mktemp("benign") / "a")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.fixed_dictionaries(dict.fromkeys(TEXTS, texts)), many_lines=st.booleans())
def test_what_is_typed_never_changes_code(
    benign: dict[str, bytes],
    tmp_path_factory: pytest.TempPathFactory,
    typed: dict[str, str],
    many_lines: bool,
) -> None:
    if many_lines:
        typed = typed | {
            name: f"{typed[name]} | {typed[name]}\n{typed[name]}" for name in ("benefits", "quotes")
        }
    config = validate_config(template().schema, FULL | typed)
    files = make(config, tmp_path_factory.mktemp("typed") / "a")
    assert {path: text for path, text in files.items() if path != "site.json"} == {
        path: text for path, text in benign.items() if path != "site.json"
    }
    site = json.loads(files["site.json"])
    assert [site["name"], site["tagline"], site["description"]] == [
        config["app_name"], config["tagline"], config["description"]
    ]  # fmt: skip
    assert site["contact"] == {
        "name": config["contact_name"], "email": config["contact_email"], "note": config["contact_note"]
    }  # fmt: skip
    assert site["offer"] == config["offer"]


@pytest.mark.parametrize(
    ("bad", "path"),
    [
        ({"referral": True, "double_optin": False}, "/double_optin"),
        ({"email": "smtp"}, "/sender_email"),
        ({"email": "smtp", "sender_email": "nobody"}, "/sender_email"),
        ({"social_proof": "quotes"}, "/quotes"),
        ({"social_proof": "quotes", "quotes": " \n "}, "/quotes"),
        ({"sections": ["offer"]}, "/offer"),
        ({"sections": ["contact"], "contact_name": "Ada"}, "/contact_email"),
        ({"sections": ["news"]}, "/sections/0"),
        ({"offer": "Half price."}, "/offer"),
        ({"brand_color": "red"}, "/brand_color"),
        ({"slug": "Not A Slug"}, "/slug"),
        ({"app_name": ""}, "/app_name"),
        ({"app_name": "x" * 61}, "/app_name"),
        ({"places_per_friend": 0}, "/places_per_friend"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_options_that_do_not_fit_are_refused_at_their_field(bad: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        validate_config(template().schema, {"app_name": "Brühwerk", **bad})
    assert path in [field.path for field in refusal.value.fields]


def test_every_preset_and_the_bare_defaults_are_good() -> None:
    folder = template()
    presets = folder.manifest["presets"]  # type: ignore[typeddict-item]
    assert len(presets) >= 2
    for config in ({}, *(preset["config"] for preset in presets)):
        validate_config(folder.schema, config)


def test_every_text_has_a_limit() -> None:
    schema = template().schema
    parts = [schema, *(part["then"] for part in schema["allOf"])]
    rules = itertools.chain.from_iterable(part["properties"].values() for part in parts)
    assert all("maxLength" in rule for rule in rules if rule.get("type") == "string")


def test_the_four_languages_say_the_same_things(tmp_path: Path) -> None:
    spoken = {}
    for locale in ("en", "de", "fr", "es"):
        files = make({**FULL, "locale": locale}, tmp_path / locale)
        spoken[locale] = dict(leaves(tomllib.loads(files["strings.toml"].decode())))
    english = spoken.pop("en")
    for locale, strings in spoken.items():
        assert list(strings) == list(english), locale
        for name, text in strings.items():
            assert fields(text) == fields(english[name]), (locale, name)
        same = [name for name, text in strings.items() if text == english[name] and len(text) > 12]
        assert same == [], locale


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
def colors(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The generated application's own computation of colours."""
    tree = tmp_path_factory.mktemp("colors") / "a"
    make({"app_name": "Brühwerk"}, tree)
    spec = importlib.util.spec_from_file_location("landing_colors", tree / "waitlist" / "colors.py")
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
