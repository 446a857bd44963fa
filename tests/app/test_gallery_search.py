"""The search of the gallery stands twice: in the database for the API, in the browser. Both find the same."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from sqlmodel import Session

from app.pages import templates as gallery
from services.catalog import TemplateCard, list_templates, sync
from services.registries import npm_environment
from tests.services.catalog.folders import MANIFEST, write_template

RULE = Path(__file__).parents[2] / "app" / "components" / "fits.js"
NAMES = {
    "alpha": "Café Ärger",
    "beta": "100% largest_thing",
    "gamma": "Back\\slash 'quoted' \"double\"",
    "delta": "ＷＩＤＥ Größe",
}
QUERIES = (
    "", " ", "tiny", "TINY", "café", "CAFÉ", "ärger", "ÄRGER caf", "arger", "%", "_", "100%", "\\", "'", '"',
    "größe", "GRÖSSE", "back slash", "slash\tback", "back\u00a0slash", "back\u2003slash", "back\u200bslash",
    "back\ufeffslash", "back\x1cslash", "ta\x00sks", "\x00", ".*", "(", "tasks alpha", "alpha beta", "alpha" * 21,
    "a " * 12 + "nowhere", "a " * 7 + "nowhere", "x" * 99 + "a", "ｗｉｄｅ", "\u2028alpha", "al\npha", "al\u0085pha",
    "🍵", "ma\u0301",
)  # fmt: skip
SCRIPT = """
import { readFileSync } from "node:fs";
const { fits, wordsOf } = await import(process.argv[1]);
const { queries, cards } = JSON.parse(readFileSync(0, "utf8"));
const found = queries.map((query) => cards.filter((card) => fits(wordsOf(query), card.text)).map((card) => card.slug));
process.stdout.write(JSON.stringify(found));
"""


def card_text(card: TemplateCard) -> str:
    """What the page lets a search read of a card."""
    return gallery.searched(card.name, card.promise, card.category, card.stack, card.slug)


def in_the_browser(cards: list[TemplateCard]) -> list[list[str]]:
    environment = npm_environment(os.environ)
    node = shutil.which("node", path=environment["PATH"]) or "node"
    asked = {"queries": QUERIES, "cards": [{"slug": one.slug, "text": card_text(one)} for one in cards]}
    done = subprocess.run(
        [node, "--no-warnings", "--input-type=module", "--eval", SCRIPT, RULE.as_uri()],
        env=environment, input=json.dumps(asked), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_the_page_and_the_database_find_the_same_templates(session: Session, tmp_path: Path) -> None:
    write_template(tmp_path)
    for slug, name in NAMES.items():
        quoted = json.dumps(name, ensure_ascii=False)[1:-1]
        write_template(tmp_path, slug, **{"template.toml": MANIFEST.replace("Tiny", quoted)})
    sync(session, tmp_path)
    cards = list_templates(session)
    assert len(cards) == len(NAMES) + 1
    stored = [sorted(one.slug for one in list_templates(session, query=query)) for query in QUERIES]
    shown = [sorted(slugs) for slugs in in_the_browser(cards)]
    assert dict(zip(QUERIES, shown, strict=True)) == dict(zip(QUERIES, stored, strict=True))
    assert any(stored) and not all(stored)
