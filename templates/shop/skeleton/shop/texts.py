"""The longer texts of the shop, which its owner writes; until then, those of `site.json`."""

import sqlite3

from flask import current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from shop import forms
from shop.admin import area
from shop.database import get_database, transaction

NAMES = ("announcement", "delivery", "imprint", "terms", "withdrawal", "privacy")

texts = area("texts", __name__)
texts.url_value_preprocessor(forms.let_owner_send_more)


@texts.app_template_global()
def text(name: str) -> str:
    """Return a text, or nothing where nobody has written it."""
    row = get_database().execute("SELECT text FROM texts WHERE name = ?", (name,)).fetchone()
    return row["text"] if row else from_the_start(name)


def from_the_start(name: str) -> str:
    """Return what `site.json` says."""
    site = current_app.extensions["site"]
    lines = {"terms": site.terms, "withdrawal": site.withdrawal, "imprint": site.owner["address"]}
    return "\n".join(lines.get(name, ())).strip()


def write(database: sqlite3.Connection, name: str, words: str) -> None:
    """Keep a text in the place of the one before."""
    database.execute(
        "INSERT INTO texts (name, text) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET text = excluded.text",
        (name, words),
    )


@texts.get("/texts")
def show() -> str:
    """All texts, to be changed."""
    return render_template("admin/texts.html", names=NAMES)


@texts.post("/texts")
def save() -> Answer:
    """Keep what was written."""
    database = get_database()
    with transaction(database):
        for name in NAMES:
            write(database, name, forms.paragraphs(name, 20_000))
    return redirect(url_for("texts.show", saved=1), 303)
