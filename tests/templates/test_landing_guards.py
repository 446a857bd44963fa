"""The landing page's own suite notices when a guard of its owner's door, or of its commands, is taken away."""

from pathlib import Path
from typing import Any

import pytest

from tests.templates.landing import LANDING
from tests.templates.made import run

LINK, NONE = {"auth": "magic_link"}, {"auth": "none"}
DOOR_TESTS, COMMAND_TESTS = "test_magic_link.py", "test_commands.py"
MUTANTS: dict[str, tuple[dict[str, Any], str, str, str, str]] = {
    "a program that asks for the head of a link uses it up": (
        LINK, "door.py", 'pressed = request.method == "POST"', 'pressed = request.method != "GET"', DOOR_TESTS,
    ),
    "a link lets in again and again": (
        LINK, "owner_links.py", '"DELETE FROM outbox WHERE id IN (SELECT mail_id FROM owner_links)"', '"SELECT 1"',
        DOOR_TESTS,
    ),
    "a link lasts for ever": (
        LINK, "owner_links.py", "token_hash = ? AND created_at >= ?", "token_hash = ? AND ? > ''", DOOR_TESTS,
    ),
    "a link is stored as it is": (
        LINK, "owner_links.py", 'return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()', "return token",
        DOOR_TESTS,
    ),
    "anybody gets a link": (
        LINK, "owner_links.py", "granted = is_owner and not waits", "granted = not waits", DOOR_TESTS,
    ),
    "the owner's inbox is filled": (
        LINK, "owner_links.py", "granted = is_owner and not waits", "granted = is_owner", DOOR_TESTS,
    ),
    "more is asked of the database for the owner": (
        LINK, "owner_links.py", "waits = sent_just_now(database)", "waits = is_owner and sent_just_now(database)",
        DOOR_TESTS,
    ),
    "sessions outlive signing out everywhere": (
        LINK, "owner.py", "DO UPDATE SET value = excluded.value", "DO NOTHING", DOOR_TESTS,
    ),
    "a second first visit takes the application over": (
        LINK, "owner.py", "ON CONFLICT (name) DO NOTHING", "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        DOOR_TESTS,
    ),
    "a session is kept when somebody signs in": (LINK, "admin.py", "    session.clear()\n    s", "    s", DOOR_TESTS),
    "the list is written for everybody to read": (
        NONE, "__main__.py", "file.touch(mode=0o600)", "file.touch(mode=0o644)", COMMAND_TESTS,
    ),
    "a program that asks for the head of a link confirms an address": (
        {}, "pages.py", 'pending" and request.method != "POST"', 'pending" and request.method == "GET"',
        "test_confirm.py",
    ),
    "who is forgotten is still in the outbox": (
        NONE, "entries.py", 'mail.forget(database, entry["email"])', "pass", COMMAND_TESTS,
    ),
}  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_guard_that_is_gone_is_noticed(tmp_path: Path, mutant: str) -> None:
    options, file, guard, without, suite = MUTANTS[mutant]
    LANDING.make({"app_name": "Brühwerk", **options}, tmp_path / "tree")
    path = tmp_path / "tree" / "waitlist" / file
    text = path.read_text()
    assert text.count(guard) == 1
    path.write_text(text.replace(guard, without))
    words = [LANDING.python, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/{suite}"]
    code, said = run(words, tmp_path / "tree")
    assert code == 1, said[-2000:]
    assert " failed" in said
