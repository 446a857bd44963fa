"""An application is upgraded while it runs: what its owner wrote stays, and a refusal leaves everything as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.errors import Conflict, InvalidInput
from models.settings import reset_settings
from tests.parts import eventually
from tests.town import Town
from tests.upgrading import FIRST, PAGE, Shop, versions_of

SECOND = PAGE.replace(" | e", "").replace("Version one", "Version two")


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


def page(town: Town) -> str:
    """What a visitor sees."""
    return town.door.get("diary.localhost")[2].decode()


def test_an_upgrade_brings_the_new_version_and_keeps_what_its_owner_wrote(shop: Shop, town: Town) -> None:
    mine = shop.files()["page.html"].decode().replace("The end.", "My own end.")
    shop.push({"page.html": mine, "mine.txt": "a note of mine\n"})
    shop.version("2.0.0", {"skeleton/page.html.jinja": SECOND})

    seen = shop.preview()
    assert (seen.from_version, seen.to_version, seen.refusal) == ("1.0.0", "2.0.0", "")
    assert [change.path for change in seen.changes] == ["page.html"]
    assert seen.kept == ["mine.txt", "page.html"]

    done = shop.upgrade()
    assert done.state == "succeeded", (done.error_message, shop.steps(done.id))
    eventually(lambda: "Version two" in page(town))
    assert "My own end." in page(town)
    assert shop.files()["mine.txt"] == b"a note of mine\n"
    assert shop.preview().up_to_date
    with pytest.raises(Conflict, match="Nothing to upgrade"):
        shop.upgrade()
