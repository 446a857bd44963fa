"""The landing template as the tests see it."""

from tests.templates.made import Row, Subject

TEXTS = (
    "app_name",
    "tagline",
    "description",
    "benefits",
    "questions",
    "quotes",
    "offer",
    "contact_name",
    "contact_note",
)


def complete(row: Row) -> Row:
    """Return a row with a name and with what its choices need."""
    config = {"app_name": "Brühwerk", **row}
    if row["email"] == "smtp":
        config["sender_email"] = "hello@example.org"
    if row["social_proof"] == "quotes":
        config["quotes"] = "Better than the last one | Ada\nI kept it"
    if "offer" in row["sections"]:
        config["offer"] = "Half price for a year."
    if "contact" in row["sections"]:
        config |= {"contact_name": "Ada", "contact_email": "ada@example.org"}
    return config


LANDING = Subject(
    slug="landing",
    factors={
        "theme": ["auto", "light", "dark"],
        "hero": ["split", "center", "poster", "banner"],
        "artwork": ["tiles", "ridges", "orbits"],
        "typeface": ["modern", "editorial"],
        "locale": ["en", "de", "fr", "es"],
        "sections": [
            [],
            ["features", "steps", "faq"],
            ["steps", "contact"],
            ["features", "offer", "faq", "contact"],
        ],
        "social_proof": ["none", "count", "quotes"],
        "double_optin": [True, False],
        "referral": [True, False],
        "auth": ["password", "magic_link", "none"],
        "email": ["console", "smtp"],
        "analytics": ["none", "builtin"],
        "seed_data": [False, True],
    },
    complete=complete,
    full={
        "sections": ["features", "steps", "offer", "faq", "contact"],
        "social_proof": "quotes",
        "auth": "magic_link",
        "email": "smtp",
        "sender_email": "hello@example.org",
        "contact_email": "ada@example.org",
        "seed_data": True,
    }
    | dict.fromkeys(TEXTS, "words"),
    texts=TEXTS,
)
