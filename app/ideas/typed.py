"""What a form or a page sends of an idea, as a draft keeps it; and what a draft keeps, as a form shows it."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from services.ideas.drafts import NAMES

# What has a control; a draft may hold more than that.
CONTROLS = NAMES - {"template_settings"}
MOST_PRICE = 1_000_000


def fields_of(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a form. A price that is no number stays as it was typed, for `checked` to name it."""
    fields: dict[str, Any] = {
        name: str(form[name]).replace("\r\n", "\n") for name in sorted(CONTROLS) if name in form
    }
    if "price_cents" in fields:
        fields["price_cents"] = cents_of(fields["price_cents"])
    return fields


def cents_of(typed: str) -> int | str:
    """Return dollars as they are typed ("3", "2.50", "$4") in cents; what is no amount is returned as it is."""
    try:
        cents = Decimal(typed.strip().lstrip("$").replace(",", ".")) * 100
    except InvalidOperation:
        return typed
    return int(cents) if cents.is_finite() and cents == int(cents) and abs(cents) < MOST_PRICE else typed


def shown(fields: Mapping[str, Any], name: str) -> str:
    """Return what the control of a field begins with."""
    value = fields.get(name, "")
    if name == "price_cents" and isinstance(value, int):
        return f"{value / 100:.2f}".removesuffix(".00")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
