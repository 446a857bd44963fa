"""The REST API template as the tests see it."""

from tests.templates.made import Row, Subject

TEXTS = ("app_name", "tagline", "description")


def complete(row: Row) -> Row:
    """Return a row with a name and with what its choices need."""
    config = {"app_name": "Brühwerk", **row}
    if row["cors"] == "origins":
        config["cors_origins"] = "https://app.example.org\nhttps://example.org"
    if row["email"] == "smtp":
        config["sender_email"] = "api@example.org"
    if row["rate_limit"] == "per_minute":
        config["requests_per_minute"] = 1  # the application's own tests must not run into it
    return config


REST_API = Subject(
    slug="rest-api",
    factors={
        "pagination": ["page", "cursor"],
        "deletion": ["hard", "soft"],
        "auth": ["key", "jwt", "none"],
        "rate_limit": ["none", "per_minute"],
        "cors": ["none", "origins"],
        "webhooks": [True, False],
        "theme": ["auto", "light", "dark"],
        "typeface": ["modern", "editorial"],
        "locale": ["en", "de", "fr", "es"],
        "analytics": ["none", "builtin"],
        "seed_data": [False, True],
        "email": ["console", "smtp"],
    },
    complete=complete,
    full={
        "auth": "jwt",
        "deletion": "soft",
        "cors": "origins",
        "cors_origins": "https://example.org",
        "seed_data": True,
        "email": "smtp",
        "sender_email": "api@example.org",
        "owner_email": "owner@example.org",
    }
    | dict.fromkeys(TEXTS, "words"),
    texts=TEXTS,
)
