"""Counts how often each public page is opened on a day: no cookie, no address, nothing about the visitor."""

import sqlite3
from datetime import timedelta

from flask import Response, request

from waitlist.database import get_database, now

COUNTED = {"pages.home": "home", "pages.privacy": "privacy"}
# Every browser calls itself Mozilla first, for reasons of history; well-behaved programs add what they are.
PROGRAMS = ("bot", "crawl", "spider", "preview", "monitor", "headlesschrome")


def count_visit(response: Response) -> Response:
    """Count the page that was just shown, if a person opened it."""
    page = COUNTED.get(request.endpoint or "")
    agent = request.headers.get("User-Agent", "").lower()
    if page and request.method == "GET" and response.status_code == 200 and is_person(agent):
        get_database().execute(
            "INSERT INTO visits (day, page, views) VALUES (?, ?, 1)"
            " ON CONFLICT (day, page) DO UPDATE SET views = views + 1",
            (now().date().isoformat(), page),
        )
    return response


def is_person(agent: str) -> bool:
    """Whether a browser's name looks like one that a person uses."""
    return agent.startswith("mozilla/") and not any(word in agent for word in PROGRAMS)


def views_since(database: sqlite3.Connection, days: int) -> int:
    """Return how often the landing page was opened in the last days, today included."""
    first = (now() - timedelta(days=days - 1)).date().isoformat()
    return database.execute(
        "SELECT COALESCE(SUM(views), 0) FROM visits WHERE page = 'home' AND day >= ?", (first,)
    ).fetchone()[0]
