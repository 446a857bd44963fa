"""The shop template as the tests see it."""

from tests.templates.made import Row, Subject

TEXTS = (
    "app_name",
    "tagline",
    "description",
    "owner_name",
    "owner_address",
    "terms",
    "withdrawal",
    "bank_details",
)


def complete(row: Row) -> Row:
    """Return a row with a name and with what its choices need."""
    config = {"app_name": "Brühwerk", **row}
    if row["email"] == "smtp":
        config["sender_email"] = "hello@example.org"
    if row["payment"] == "invoice":
        config["bank_details"] = "Ada\nDE00 0000"
    if row["shipping"] == "pickup":
        config["pickup_place"] = "At the gate"
    if row["tax"] == "excl":
        config["tax_percent"] = "7.7"
    return config


SHOP = Subject(
    slug="shop",
    factors={
        "theme": ["auto", "light", "dark"],
        "layout": ["grid", "lookbook", "list"],
        "typeface": ["modern", "editorial"],
        "locale": ["en", "de", "fr", "es"],
        "currency": ["usd", "eur", "gbp", "chf"],
        "tax": ["none", "incl", "excl"],
        "shipping": ["flat", "table", "pickup"],
        "payment": ["test", "invoice", "stripe"],
        "variants": [True, False],
        "stock": [True, False],
        "auth": ["none", "magic_link", "password"],
        "email": ["console", "smtp"],
        "owner_email": ["", "ada@example.org"],
        "analytics": ["none", "builtin"],
        "seed_data": [False, True],
    },
    complete=complete,
    full={
        "payment": "invoice",
        "email": "smtp",
        "auth": "magic_link",
        "owner_email": "ada@example.org",
        "sender_email": "hello@example.org",
        "seed_data": True,
    }
    | dict.fromkeys(TEXTS, "words"),
    texts=TEXTS,
)
