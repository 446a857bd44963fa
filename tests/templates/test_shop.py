"""The shop template: what its own options do."""

import importlib.util
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import InvalidInput
from services.catalog import validate_config
from tests.templates.shop import SHOP


@pytest.mark.parametrize(
    ("chosen", "gone"),
    [
        ({"payment": "test"}, r"stripe|bank_details|by_hand"),
        (
            {"payment": "invoice", "bank_details": "x"},
            r"stripe|\btill\.(show|till|html|py)|payment_url|till_limit",
        ),
        ({"shipping": "pickup", "pickup_place": "x"}, r"parcel|free_from|street|shipping\.price"),
        ({"shipping": "flat"}, r"pickup_place|site\.places|place_of"),
        ({"tax": "none"}, r"tax_cents|tax_rate|half_up\(.*rate|tax_percent"),
        ({"stock": False}, r"held_until|restock|sold_out|available"),
        ({"variants": False}, r"is_offered|highest_cents|label-|kinds"),
        ({"auth": "none"}, r"sign_ins|accounts\.|magic|BUYERS|passwords"),
        ({"auth": "magic_link"}, r"BUYERS|passwords|buyer_key"),
        ({"email": "console"}, r"smtp|courier"),
        ({"analytics": "none"}, r"visits|count_visit"),
        ({"seed_data": False}, r"add_examples|is_example|sample\."),
        ({"seed_data": False, "payment": "test"}, r"is_trial"),
        ({"theme": "light"}, r"def dark|data-theme|chosen_theme|theme\.choose"),
        ({"layout": "grid"}, r"\.looks\b|\.counter\b"),
        ({"layout": "list"}, r"\.looks\b|\.opening\b"),
    ],
)
def test_no_trace_is_left_of_what_was_not_chosen(tmp_path: Path, chosen: dict[str, Any], gone: str) -> None:
    files = SHOP.make({"app_name": "Brühwerk", **chosen}, tmp_path / "a")
    pattern = re.compile(gone.encode())
    code = {path: text for path, text in files.items() if not path.startswith(("tests/", "requirements"))}
    found = {path: pattern.findall(text)[:3] for path, text in code.items() if pattern.search(text)}
    assert found == {}


def test_the_words_of_the_form_are_in_the_words_file(tmp_path: Path) -> None:
    long = ("owner_address", "terms", "withdrawal", "bank_details")
    typed = {name: f"some {name}\nagain" for name in long}
    site = json.loads(SHOP.make({**SHOP.full, **typed}, tmp_path / "a")["site.json"])
    assert site["owner"]["address"] == ["some owner_address", "again"]
    assert site["bank_details"] == ["some bank_details", "again"]
    assert site["terms"] == ["some terms", "again"]


@pytest.mark.parametrize(
    ("bad", "path"),
    [
        ({"payment": "invoice"}, "/bank_details"),
        ({"payment": "invoice", "bank_details": " "}, "/bank_details"),
        ({"shipping": "pickup"}, "/pickup_place"),
        ({"shipping": "flat", "shipping_price": "much"}, "/shipping_price"),
        ({"shipping": "flat", "shipping_price": "-1"}, "/shipping_price"),
        ({"shipping": "table", "shipping_table": "Europe"}, "/shipping_table"),
        ({"shipping": "table", "shipping_table": "Europe | 9.90\nWorld | much"}, "/shipping_table"),
        ({"shipping": "flat", "free_from": "x"}, "/free_from"),
        ({"tax": "incl", "tax_percent": "190"}, "/tax_percent"),
        ({"tax": "none", "tax_percent": "19"}, "/tax_percent"),
        ({"email": "smtp"}, "/sender_email"),
        ({"owner_email": "nobody"}, "/owner_email"),
        ({"currency": "jpy"}, "/currency"),
        ({"pickup_place": "here"}, "/pickup_place"),
        ({"brand_color": "red"}, "/brand_color"),
    ],
)
def test_options_that_do_not_fit_are_refused_at_their_field(bad: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        validate_config(SHOP.template.schema, {"app_name": "Brühwerk", **bad})
    assert path in [field.path for field in refusal.value.fields]


@pytest.mark.parametrize("table", ["Here | 4", "Here | 4.9\nThere|10,00", "A b c | 0\nD | 1.50\n"])
def test_a_table_of_prices_is_taken(table: str) -> None:
    config = {"app_name": "Brühwerk", "shipping": "table", "shipping_table": table}
    assert validate_config(SHOP.template.schema, config)["shipping_table"] == table


@pytest.fixture(scope="module", params=["incl", "excl"])
def charges(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated application's own arithmetic."""
    tree = tmp_path_factory.mktemp("charges") / "a"
    SHOP.make({"app_name": "Brühwerk", "tax": request.param}, tree)
    loaded = {}
    for name in ("shop", "shop.charges"):
        path = tree / "shop" / f"{name.partition('.')[2] or '__init__'}.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec and spec.loader
        sys.modules[name] = loaded[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded[name])
    yield loaded["shop.charges"]
    for name in loaded:
        del sys.modules[name]


cents = st.integers(1, 10**7)
quantities = st.integers(1, 99)


@settings(max_examples=200, deadline=None)
@given(lines=st.lists(st.tuples(cents, quantities), min_size=1, max_size=8), rate=st.integers(0, 5000))
def test_the_lines_are_the_order_and_their_tax_is_right(
    charges: ModuleType, lines: list[tuple[int, int]], rate: int
) -> None:
    every = [charges.charge(1, "x", unit, quantity, rate) for unit, quantity in lines]
    assert charges.total(every) == sum(line.total_cents for line in every)
    for line in every:
        net = line.total_cents - line.tax_cents
        # Within half a cent of the exact tax, in whole numbers.
        assert abs(2 * (line.tax_cents * 10_000 - net * rate)) <= 10_000 + rate


@settings(max_examples=200, deadline=None)
@given(total=st.integers(0, 10**9), steps=st.lists(st.integers(1, 20), min_size=1, max_size=20))
def test_whatever_the_steps_a_line_given_back_is_the_line(
    charges: ModuleType, total: int, steps: list[int]
) -> None:
    quantity, done, back = sum(steps), 0, 0
    for step in steps:
        back += charges.share(total, quantity, done, step)
        done += step
        assert 0 <= back <= total
    assert back == total
