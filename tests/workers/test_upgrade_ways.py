"""The ways of an upgrade: over versions that were skipped, and with other options than before."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from models.errors import Conflict, InvalidInput
from models.settings import reset_settings
from services.deployments.places import data_folder
from tests.parts import eventually
from tests.town import Town
from tests.upgrading import FIRST, PAGE, SCHEMA, Shop, versions_of

TONED = PAGE.replace(" | e", "").replace("The end.", "The end, <$ tone $>.")
OLD = FIRST["skeleton/old.txt"]


@pytest.fixture
def shop(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """An application of the first version, live."""
    monkeypatch.setenv("APPS_PORT", str(town.door.port))
    reset_settings()
    with versions_of(tmp_path / "templates", town.actor) as made:
        made.launch()
        yield made
    monkeypatch.undo()
    reset_settings()


def schema(**more: Any) -> str:
    """The options, with more of them."""
    return json.dumps({**SCHEMA, "properties": {**SCHEMA["properties"], **more}})


def serve(migrate: str) -> str:
    """The server of a version that migrates."""
    return FIRST["skeleton/serve.py"].replace('MIGRATE = ""', f'MIGRATE = "{migrate}"')


def rows(shop: Shop) -> dict[str, int]:
    """How many rows the tables of the application have."""
    with closing(sqlite3.connect(data_folder(shop.deployment_id) / "diary.db")) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for (name,) in tables}


def page(town: Town) -> str:
    """What a visitor sees."""
    return town.door.get("diary.localhost")[2].decode()


def test_from_the_first_version_to_the_third_nothing_is_lost_and_both_migrations_are_done(
    shop: Shop, town: Town
) -> None:
    with closing(sqlite3.connect(data_folder(shop.deployment_id) / "diary.db")) as database, database:
        database.execute("INSERT INTO notes (words) VALUES ('of a visitor')")
    mine = shop.files()["page.html"].decode().replace("<li>B</li>", "<li>B of mine</li>")
    shop.push({"page.html": mine, "mine.txt": "mine\n", "old.txt": None})

    tags = "CREATE TABLE IF NOT EXISTS tags (x);"
    second = {
        "skeleton/page.html.jinja": TONED.replace("Version one", "Version two"),
        "skeleton/serve.py": serve(tags),
        "skeleton/old.txt": OLD + "and more\n",
        "skeleton/only-in-two.txt": "for a while\n",
        "CHANGELOG.md": "## 2.0.0\n\nTags.\n\n## 1.0.0\n",
    }
    shop.version("2.0.0", second)
    moods = "INSERT INTO tags SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM tags); CREATE TABLE IF NOT EXISTS moods (y);"
    third = {
        **second,
        "skeleton/page.html.jinja": TONED.replace("Version one", "Version three"),
        "skeleton/serve.py": serve(f"{tags} {moods}"),
        "skeleton/old.txt": None,
        "skeleton/older.txt": OLD + "and much more\n",
        "skeleton/only-in-two.txt": None,
        "CHANGELOG.md": "## 3.0.0\n\nMoods.\n\n## 2.0.0\n\nTags.\n\n## 1.0.0\n",
    }
    shop.version("3.0.0", third)

    seen = shop.preview()
    assert (seen.from_version, seen.to_version, seen.refusal) == ("1.0.0", "3.0.0", "")
    assert "Moods." in seen.changelog and "Tags." in seen.changelog
    assert [(one.path, one.settled) for one in seen.conflicts] == [("older.txt", True)]
    done = shop.upgrade(head=seen.head, to_version="3.0.0")
    assert done.state == "succeeded", (done.error_message, shop.steps(done.id))

    eventually(lambda: "Version three" in page(town))
    assert "B of mine" in page(town) and "The end, calm." in page(town)
    files = shop.files()
    assert files["mine.txt"] == b"mine\n" and not {"old.txt", "older.txt", "only-in-two.txt"} & files.keys()
    eventually(lambda: rows(shop) == {"notes": 2, "tags": 1, "moods": 0})
    assert shop.preview().up_to_date


def test_options_are_changed_on_the_way_and_stay_for_the_next_one(shop: Shop, town: Town) -> None:
    mine = shop.files()["page.html"].decode().replace("<li>B</li>", "<li>B of mine</li>")
    shop.push({"page.html": mine})
    mood = {"type": "string", "title": "Mood", "enum": ["grey", "blue"]}
    asked = json.loads(schema(mood=mood)) | {"required": ["mood"]}
    second = {
        "schema.json": json.dumps(asked),
        "skeleton/page.html.jinja": TONED.replace("Version one", "Version two in <$ mood $>"),
    }
    shop.version("2.0.0", second)
    before = shop.untouched()
    seen = shop.preview()
    assert "(mood)" in seen.refusal and [one.path for one in seen.refused_options] == ["/mood"]
    for wrong, words in (({"mood": "red"}, "grey"), ({"mood": "grey", "tone": "shrill"}, "loud")):
        with pytest.raises(InvalidInput, match=words):
            shop.upgrade(options=wrong)
    with pytest.raises(Conflict, match=r"went on to 2\.0\.0"):
        shop.upgrade(options={"mood": "grey"}, to_version="1.5.0")
    assert shop.untouched() == before

    chosen = {"mood": "grey", "tone": "loud"}
    seen = shop.preview(options=chosen)
    assert (seen.refusal, seen.new_options) == ("", {"mood": "grey"})
    assert [(one.name, one.before, one.after) for one in seen.changed_options] == [("tone", "calm", "loud")]
    changed = {one.path: "\n".join(one.lines) for one in seen.changes}
    assert "The end, loud." in changed["page.html"] and '"loud"' in changed["words.json"]
    done = shop.upgrade(options=chosen, head=seen.head, to_version="2.0.0")
    assert done.state == "succeeded", (done.error_message, shop.steps(done.id))
    eventually(lambda: "Version two in grey" in page(town))
    assert "B of mine" in page(town) and "The end, loud." in page(town)
    assert done.config == {"app_name": "Diary", "tone": "loud", "mood": "grey"}

    shop.version("3.0.0", {**second, "skeleton/new.txt.jinja": "<$ mood $> <$ tone $>\n"})
    last = shop.preview()
    assert (last.refusal, last.new_options, last.changed_options) == ("", {}, [])
    assert last.changes[0].lines[-1] == "+grey loud"
