"""Backups by command: what people read, one JSON document, and exit codes; the keeper's part is done by the test."""

from collections.abc import Callable
from pathlib import Path

from models.db import transaction
from services.deployment_backups import keeping
from tests.app.api.backed_up import taken
from tests.app.api.conftest import Caller, deployed
from tests.app.cli.conftest import Said
from tests.app.cli.test_commands import machine

Say = Callable[..., Said]


def test_backups_are_made_listed_saved_and_deleted(here: Path, say: Say, tmp_path: Path) -> None:
    caller: Caller = machine(here)
    made = deployed(caller)
    assert say("deployments backups northwind").out.startswith("There is none.")
    assert say("deployments backup northwind --json").document["state"] == "wanted"
    backup = taken(caller, made)
    listed = say("deployments backups northwind").out.splitlines()
    assert listed[0].split() == ["BACKUP", "KIND", "STATE", "SIZE", "RELEASE", "MADE"]
    assert listed[1].startswith(backup) and listed[2] == "One is made every night: yes."
    file = tmp_path / "saved.tar.gz"
    assert say(f"deployments backup-save {backup} --to {file}").code == 0
    assert file.read_bytes()[:2] == b"\x1f\x8b"
    assert say(f"deployments backup-save {backup} --to {file} --json").code == 2
    assert say("deployments nightly northwind off --json").document == {"on": False}
    assert say("deployments nightly northwind maybe").code == 2
    assert say(f"deployments backup-delete {backup}").code == 2, "nobody can be asked here"
    assert say(f"deployments backup-delete {backup} --yes --json").document["deleted"]


def test_a_restore_shows_what_changes_and_tells_how_it_ended(here: Path, say: Say) -> None:
    caller: Caller = machine(here)
    made = deployed(caller)
    assert say("deployments restore northwind --backup latest --yes").code == 2, "there is none"
    backup = taken(caller, made)
    asked = say("deployments restore northwind --backup latest --yes")
    assert asked.code == 0 and "entries" in asked.out and "It is being restored. To undo it:" in asked.out
    with transaction() as session:
        order = keeping.next_order(session, urgent=False)
        assert order is not None
        keeping.record_failed(session, order.backup_id, "The disk is full.")
    again = say(f"deployments restore northwind --backup {backup} --yes --json")
    assert (again.code, again.document["state"]) == (0, "wanted")
    refused = say(f"deployments restore northwind --backup {backup} --yes --json")
    assert (refused.code, refused.document["code"]) == (1, "restore_open")
