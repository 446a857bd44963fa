"""The shop's own suite notices when a guard of its money or of its stock is taken away."""

from pathlib import Path
from typing import Any

import pytest

from tests.templates.made import run
from tests.templates.shop import SHOP

STRIPE = {"payment": "stripe"}
MUTANTS: dict[str, tuple[dict[str, Any], str, str, str, str]] = {
    "the stock is not asked": (
        {}, "placing.py", "if article := stock.missing(database, charges):", "if article := '':", "test_stock.py",
    ),
    "buyers do not wait for each other": (
        {}, "database.py", 'database.execute("BEGIN IMMEDIATE")', 'database.execute("BEGIN")', "test_stock.py",
    ),
    "what is paid too late is taken from others": (
        {}, "stock.py", 'row["stock" if holds else "available"] < number', "False", "test_stock.py",
    ),
    "more is given back than was paid": (
        {}, "refunds.py", 'if cents > order["paid_cents"] - refunded(database, order_id):', "if False:",
        "test_refunds.py",
    ),
    "a payment counts twice": (
        {}, "fulfilment.py", "AND paid_cents = 0 AND state IN ('placed', 'cancelled')", "", "test_orders.py",
    ),
    "any state may follow any": (
        {}, "orders.py", "if state in following]", "]", "test_orders.py",
    ),
    "a changed sum is not shown first": (
        {}, "checkout.py", 'if rows and forms.whole("total", 2**31 - 1) != total(charges):', "if False:",
        "test_checkout.py",
    ),
    "a number that nobody wrote is one": (
        {}, "basket.py", 'quantity = forms.whole("quantity", carts.MOST_OF_ONE)',
        'quantity = forms.whole("quantity", carts.MOST_OF_ONE) or 1', "test_cart.py",
    ),
    "pressing twice orders twice": (
        {}, "placing.py", '"SELECT * FROM orders WHERE attempt = ?"', '"SELECT * FROM orders WHERE token = ?"',
        "test_checkout.py",
    ),
    "anybody sends large files": (
        {}, "photos.py", "and let_only_the_owner_in() is None", "", "test_goods.py",
    ),
    "a picture is believed by its name": (
        {}, "photos.py", "if not ending or", "ending = ending or '.png'\n    if", "test_goods.py",
    ),
    "any message is Stripe's": (
        STRIPE, "hook.py", "if not stripe.is_signed(", "if not stripe.is_signed and (", "test_payment.py",
    ),
    "any payment settles any order": (
        STRIPE, "payment.py", 'and session.get("amount_total") == order["total_cents"]', "", "test_payment.py",
    ),
    "real orders are paid at the test till": (
        STRIPE, "till.py", 'if not order["is_trial"]:', "if False:", "test_payment.py",
    ),
    "a link to one's orders works twice": (
        {"auth": "magic_link"}, "accounts.py",
        '"DELETE FROM sign_ins WHERE token_hash = ? AND created_at >= ? RETURNING email"',
        '"SELECT email FROM sign_ins WHERE token_hash = ? AND created_at >= ?"', "test_accounts.py",
    ),
    "a session outlives its password": (
        {"auth": "password"}, "passwords.py", "hmac.compare_digest(session_key(database, email), key)", "True",
        "test_passwords.py",
    ),
    "anybody's password is right for strangers": (
        {"auth": "password"}, "passwords.py", "return bool(known) and fits", "return fits or not known",
        "test_passwords.py",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_guard_that_is_gone_is_noticed(tmp_path: Path, mutant: str) -> None:
    options, file, guard, without, suite = MUTANTS[mutant]
    SHOP.make({"app_name": "Brühwerk", **options}, tmp_path / "tree")
    path = tmp_path / "tree" / "shop" / file
    text = path.read_text()
    assert text.count(guard) == 1
    path.write_text(text.replace(guard, without))
    words = [SHOP.python, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/{suite}"]
    code, said = run(words, tmp_path / "tree")
    assert code == 1, said[-2000:]
    assert " failed" in said
