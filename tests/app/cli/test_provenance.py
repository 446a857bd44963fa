"""`ideasmith executions verify|bundle|rerun` and `signing-keys`, as a person types them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from models.db import transaction
from models.executions import Execution
from models.provenance import ArtefactName
from services.accounts import actor_for_user
from services.catalog import load_folder, validate_config
from services.keys import ensure_local_account
from services.provenance import artefacts
from services.provenance.lock import make_lock
from services.provenance.rerun import rendered
from tests.app.cli.conftest import Said
from tests.note import tiny_catalogue
from tests.product import ROOT
from tests.services.provenance.made import executed

Say = Callable[..., Said]


@pytest.fixture
def made(here: Path, tmp_path: Path) -> Iterator[str]:
    """An execution of this machine's account that has ended."""
    with tiny_catalogue(tmp_path / "notes"):
        with transaction() as session:
            user, _ = ensure_local_account(session)
            actor = actor_for_user(session, user, via="local")
        yield executed(actor, tmp_path / "traces")


def test_an_execution_verifies_and_one_that_was_changed_ends_with_1(made: str, say: Say) -> None:
    found = say("executions verify last --json")
    assert (found.code, found.document["verified"], found.document["execution_id"]) == (0, True, made)
    told = say(f"executions verify {made}")
    assert told.out.count("✓") == 7 and "Verified: signed with the key" in told.out
    with transaction() as session:
        session.execute(text("UPDATE events SET text = 'nothing to see' WHERE seq = 7"))
    spoilt = say(f"executions verify {made}")
    assert spoilt.code == 1 and "Event 7 is not what was stored" in spoilt.out
    assert not say(f"executions verify {made} --json").document["ok"]


def test_a_bundle_is_verified_without_a_server(
    made: str, say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, key = tmp_path / "a.zip", tmp_path / "key.pem"
    assert say(f"executions bundle last --out {file}").code == 0
    key.write_text(say("signing-keys show").out)
    monkeypatch.setenv("IDEASMITH_URL", "http://127.0.0.1:9")  # nobody is there
    found = say(f"executions verify --bundle {file} --key {key} --json")
    assert (found.code, found.document["verified"], len(found.document["checks"])) == (0, True, 8)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)
    assert say(f"executions verify --bundle {file} --key {key}").code == 1
    missing = say(f"executions verify --bundle {file}")
    assert missing.code == 2 and "--key FILE" in missing.err
    file.write_text("no zip")
    assert say(f"executions verify --bundle {file} --key {key}").code == 2
    assert say("executions verify").code == 2


def test_the_code_is_made_again_or_refused(made: str, say: Say, tmp_path: Path) -> None:
    # A template of ours: the server of these tests does not see the folder of a test.
    template = load_folder(ROOT / "templates" / "landing")
    options = validate_config(template.schema, {"app_name": "Tea Corner", "slug": "tea-corner"})
    lock = tmp_path / "ideasmith.lock.json"
    lock.write_bytes(make_lock(template, options, rendered(template, options)))
    found = say(f"executions rerun --lock {lock} --json")
    assert found.code == 0 and found.document["identical"]
    assert say(f"executions rerun --lock {lock}").out.startswith(
        f"Identical: landing {template.manifest['version']}"
    )
    with transaction() as session:
        artefacts.keep(session, session.get_one(Execution, made), {ArtefactName.LOCK: lock.read_bytes()})
    of_one = say(f"executions rerun {made}")
    assert of_one.code == 0 and of_one.out.startswith("Identical")
    document = json.loads(lock.read_text())
    document["result"]["git_tree"] = "0" * 40
    lock.write_text(json.dumps(document))
    other = say(f"executions rerun --lock {lock}")
    assert other.code == 1 and other.out.startswith("Different") and "0" * 40 in other.out
    document["template"]["content_sha256"] = "0" * 64
    lock.write_text(json.dumps(document))
    refused = say(f"executions rerun --lock {lock}")
    assert refused.code == 1 and "has changed since it was locked" in refused.err
    assert say("executions rerun --lock nowhere.json").code == 2


def test_the_keys_are_listed_and_replaced(made: str, say: Say) -> None:
    before = say("signing-keys list --json").document["items"]
    assert say("signing-keys rotate").code == 0
    after = say("signing-keys list --json").document["items"]
    assert len(before) == 1 and len(after) == 2 and after[1]["retired_at"] and not after[0]["retired_at"]
    assert say("signing-keys show").out.count("BEGIN PUBLIC KEY") == 2
