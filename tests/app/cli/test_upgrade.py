"""`ideasmith deployments upgrade`, typed as a person does."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models.db import transaction
from services import keys
from services.accounts import actor_for_user
from tests.upgrading import PAGE, Shop, versions_of

Say = Callable[..., Any]


@pytest.fixture
def shop(here: Path, tmp_path: Path) -> Iterator[Shop]:
    """An application of this machine's account whose template moved on, with a conflict."""
    with transaction() as session:
        user, _ = keys.ensure_local_account(session)
        actor = actor_for_user(session, user, via="local")
    with versions_of(tmp_path / "diaries", actor) as made:
        made.released()
        page = made.files()["page.html"].decode()
        made.push({"page.html": page.replace("Version one", "My version"), "mine.txt": "mine\n"})
        made.version(
            "2.0.0",
            {"skeleton/page.html.jinja": PAGE.replace(" | e", "").replace("Version one", "Version two")},
        )
        yield made


def test_an_upgrade_is_shown_decided_and_started(shop: Shop, say: Say) -> None:
    shown = say("deployments upgrade diary --preview").out
    assert "1.0.0 → 2.0.0" in shown and "conflict  page.html" in shown and "yours, kept  mine.txt" in shown
    refused = say("deployments upgrade diary --yes --json")
    assert (refused.code, refused.document["code"]) == (1, "upgrade_conflict")
    asked = say("deployments upgrade diary --take ours:page.html")
    assert asked.code == 2 and "Say --yes" in asked.err
    assert say("deployments upgrade diary --take page.html").code == 2
    seen = say("deployments upgrade diary --take ours:page.html --preview --json").document
    assert (seen["refusal"], seen["kept"]) == ("", ["mine.txt", "page.html"])
    told = say("deployments upgrade diary --take ours:page.html --set tone=loud --preview").out
    assert "option tone: calm → loud" in told and "words.json" in told
    started = say("deployments upgrade diary --take ours:page.html --set tone=loud --yes --json")
    assert started.document["state"] == "queued"
