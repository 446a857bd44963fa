"""A whole execution verifies; with one byte of anything changed it does not, and the check says what."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import col, select

from models.db import transaction
from models.executions import Execution
from models.provenance import Artefact, ArtefactName, SigningKey
from models.settings import settings as config
from services import retention
from services.accounts import Actor
from services.crashpoints import VARIABLE
from services.events.reader import chain_end
from services.events.view import EventView
from services.executions import cancel, retry
from services.provenance import dsse, keys
from services.provenance.artefacts import Document
from services.provenance.encoding import sha256
from services.provenance.evidence import Evidence, gather, stored_log
from services.provenance.log import Stored
from services.provenance.repository import raw_commit
from services.provenance.sealing import seal
from services.provenance.verifying import verify_evidence
from services.repositories import head_of
from services.retention import logs
from services.steps.base import workspace_of
from tests import aged
from tests.note import launch, person, tiny_catalogue, traces
from tests.product import ROOT
from tests.services.provenance.made import REAL, broken, executed, outcomes, verified
from workers.walk import walk

ALL = ["signature", "statement", "events", "lock", "sbom", "archive", "repository"]
bounded = settings(
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)


@pytest.fixture
def ada(clean: object, tmp_path: Path) -> Iterator[Actor]:
    """Somebody who can launch the tiny template."""
    with tiny_catalogue(tmp_path / "templates"):
        yield person("ada@example.com")


@dataclass(frozen=True)
class Whole:
    """Everything about one execution, in memory."""

    evidence: Evidence
    events: list[Stored]


@pytest.fixture(scope="module")
def whole(database: object, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """One execution, walked once for all that only look at it."""
    with tiny_catalogue(tmp_path_factory.mktemp("templates") / "templates"):
        execution_id = executed(person("grace@example.com"), tmp_path_factory.mktemp("traces"))
    with transaction() as session:
        evidence = gather(session, session.get_one(Execution, execution_id))
        found = Whole(evidence, list(stored_log(session, execution_id)))
    kept = tmp_path_factory.mktemp("kept") / "repository.git"
    shutil.copytree(evidence.repositories[0], kept)
    return Whole(replace(evidence, repositories=(kept,)), found.events)


def without_git(whole: Whole) -> Evidence:
    """The same with the raw commit in the place of the repository, which needs no program to look at."""
    commit = raw_commit(whole.evidence.repositories[0], commit_of(whole))
    return replace(whole.evidence, repositories=(), commit=commit)


def commit_of(whole: Whole) -> str:
    return head_of(whole.evidence.repositories[0])


def flipped(content: bytes, data: st.DataObject) -> bytes:
    """One bit of one byte changed."""
    at = data.draw(st.integers(0, len(content) - 1))
    return content[:at] + bytes([content[at] ^ 1 << data.draw(st.integers(0, 7))]) + content[at + 1 :]


def test_a_whole_execution_verifies_with_every_check(whole: Whole) -> None:
    found = verify_evidence(whole.evidence, whole.events)
    assert [check.name for check in found.checks] == ALL
    assert set(outcomes(found).values()) == {"ok"}, found
    assert found.verified and len(found.key_id) == 64
    assert set(outcomes(verify_evidence(without_git(whole), whole.events)).values()) == {"ok"}


@given(st.data())
@bounded
def test_one_flipped_bit_of_a_document_is_seen(whole: Whole, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(ArtefactName)))
    content = flipped(whole.evidence.documents[name].content, data)
    # Whoever changes a document may well change the hash that is stored beside it.
    stored = data.draw(st.sampled_from([sha256(content), whole.evidence.documents[name].sha256]))
    documents = {**whole.evidence.documents, name: replace(whole.evidence.documents[name], content=content)}
    documents[name] = replace(documents[name], sha256=stored)
    found = verify_evidence(replace(without_git(whole), documents=documents), whole.events)
    named = {"ideasmith.lock.json": "lock", "sbom.cdx.json": "sbom", "provenance.dsse.json": "signature"}
    assert named[name] in broken(found) and not found.verified


@given(st.data())
@bounded
def test_one_flipped_bit_of_archive_or_commit_is_seen(whole: Whole, data: st.DataObject) -> None:
    evidence = without_git(whole)
    assert evidence.archive and evidence.commit
    archive = replace(evidence, archive=flipped(evidence.archive, data))
    assert broken(verify_evidence(archive, whole.events)) == {"archive"}
    commit = replace(evidence, commit=flipped(evidence.commit, data))
    assert broken(verify_evidence(commit, whole.events)) == {"repository"}


@given(st.data())
@bounded
def test_one_changed_field_of_an_event_is_seen(whole: Whole, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole.events) - 1))
    event, stored = whole.events[at]
    changed: Stored = data.draw(st.sampled_from(other_events(event, stored or "")))
    events = [*whole.events[:at], changed, *whole.events[at + 1 :]]
    assert broken(verify_evidence(without_git(whole), events)) == {"events"}


def other_events(event: EventView, stored: str) -> list[Stored]:
    return [
        (replace(event, text=event.text + " "), stored),
        (replace(event, kind=event.kind[:-1] + "x"), stored),
        (replace(event, epoch=event.epoch + 1), stored),
        (replace(event, data={**event.data, "x": 1}), stored),
        (event, stored[:-1] + ("0" if stored[-1] != "0" else "1")),
    ]


@given(st.data())
@settings(bounded, max_examples=12)
def test_one_flipped_bit_of_any_object_of_the_repository_is_seen(
    whole: Whole, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    repository = tmp_path_factory.mktemp("flipped") / "repository.git"
    shutil.copytree(whole.evidence.repositories[0], repository)
    objects = sorted(path for path in (repository / "objects").rglob("*") if path.is_file())
    file = data.draw(st.sampled_from(objects))
    file.chmod(0o600)
    file.write_bytes(flipped(file.read_bytes(), data))
    found = verify_evidence(replace(whole.evidence, repositories=(repository,)), whole.events)
    assert broken(found) == {"repository"}, (file.name, found)


def test_a_statement_of_another_key_is_not_taken(whole: Whole) -> None:
    envelope = whole.evidence.documents[ArtefactName.STATEMENT].content
    payload = dsse.unseal(envelope, whole.evidence.keys).payload
    stranger = keys.load(private_key())
    forged = dsse.seal(payload, stranger.key_id, stranger.sign)
    assert "not known here" in reason(with_statement(whole, forged), "signature")
    claimed = dsse.seal(payload, next(iter(whole.evidence.keys)), stranger.sign)
    assert "does not fit" in reason(with_statement(whole, claimed), "signature")


def private_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
    )


def with_statement(whole: Whole, content: bytes) -> Any:
    """Verify with another statement."""
    document = Document(content, sha256(content), aged.now())
    documents = {**whole.evidence.documents, ArtefactName.STATEMENT: document}
    return verify_evidence(replace(without_git(whole), documents=documents), whole.events)


def reason(found: Any, name: str) -> str:
    return next(check.reason for check in found.checks if check.name == name)


def test_the_statement_of_another_execution_is_not_taken(whole: Whole) -> None:
    other = replace(without_git(whole), execution_id="exec_00000000000000000000000000")
    assert {"statement"} <= broken(verify_evidence(other, whole.events))


def test_what_is_missing_and_was_removed_by_nobody_fails(whole: Whole) -> None:
    bare = replace(whole.evidence, documents={}, archive=None, repositories=())
    assert {"signature", "lock", "sbom"} <= broken(verify_evidence(bare, whole.events))
    signed = {ArtefactName.STATEMENT: whole.evidence.documents[ArtefactName.STATEMENT]}
    found = verify_evidence(replace(bare, documents=signed), whole.events)
    assert broken(found) == {"lock", "sbom", "archive", "repository"}


OTHER = "UPDATE artefacts SET {0} = set_byte({0}, 9, get_byte({0}, 9) # 1) WHERE name LIKE '{1}'"
SPOILS = {
    "events": "UPDATE events SET text = text || '.' WHERE seq = 40",
    "signature": OTHER.format("content", "prov%"),
    "statement": OTHER.format("sha256", "prov%"),
    "lock": OTHER.format("content", "%lock%"),
    "sbom": "DELETE FROM artefacts WHERE name LIKE 'sbom%'",
}


def test_a_change_in_the_database_is_seen_and_named(ada: Actor, tmp_path: Path) -> None:
    execution_id = executed(ada, tmp_path / "traces")
    for name, statement in SPOILS.items():
        with pytest.raises(InterruptedError), transaction() as session:
            assert session.execute(text(statement)).rowcount == 1  # type: ignore[attr-defined]
            evidence = gather(session, session.get_one(Execution, execution_id))
            assert name in broken(verify_evidence(evidence, stored_log(session, execution_id)))
            raise InterruptedError("and back")
    assert verified(execution_id).verified


def test_a_failed_execution_signs_its_log_and_a_retry_signs_anew(ada: Actor, tmp_path: Path) -> None:
    execution_id = executed(ada, tmp_path / "traces", fails="scan")
    found = verified(execution_id)
    assert found.verified and outcomes(found)["lock"] == outcomes(found)["archive"] == "not_checked"
    with transaction() as session:
        retry(session, ada, execution_id)
    assert outcomes(verified(execution_id))["signature"] == "ok"
    walk(execution_id, {**traces(tmp_path / "traces"), **REAL})
    assert set(outcomes(verified(execution_id)).values()) == {"ok"}


def test_what_is_cancelled_before_anybody_worked_on_it_is_signed_as_well(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        cancel(session, ada, execution_id)
    found = verified(execution_id)
    assert found.verified and outcomes(found)["events"] == "ok"


def test_before_its_end_an_execution_is_said_to_be_on_its_way(ada: Actor) -> None:
    found = verified(launch(ada))
    assert found.ok and not found.verified
    assert "not come so far" in reason(found, "signature")


def test_an_execution_from_before_says_so_and_nothing_is_held_against_it(clean: object) -> None:
    found = verified(aged.ended(aged.person(), days_ago=3))
    assert found.ok and not found.verified
    assert set(outcomes(found).values()) == {"not_checked"}
    assert reason(found, "events") == "All events were stored before events were chained."
    assert reason(found, "signature") == "It ended before executions were signed."


def test_sealing_again_changes_nothing(ada: Actor, tmp_path: Path) -> None:
    execution_id = executed(ada, tmp_path / "traces")

    def stored() -> list[Any]:
        with transaction() as session:
            return [(row.name, row.sha256, row.created_at) for row in session.scalars(select(Artefact))]

    before = stored()
    with transaction() as session:
        seal(session, execution_id, chain_end(session, execution_id))
    assert stored() == before


def test_an_execution_that_cannot_be_signed_ends_all_the_same_and_says_so(
    ada: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setattr("services.provenance.keys.private_file", lambda: blocked / "signing.pem")
    execution_id = executed(ada, tmp_path / "traces")
    with transaction() as session:
        assert session.get_one(Execution, execution_id).state == "succeeded"
    assert broken(verified(execution_id)) == {"signature"}


def test_what_the_retention_removed_is_not_held_against_an_execution(ada: Actor, tmp_path: Path) -> None:
    execution_id = executed(ada, tmp_path / "traces")
    with aged.days_later(100), transaction() as session:
        assert logs.remove(session, execution_id) == retention.Outcome.REMOVED
        retention.workspaces.remove(session, execution_id)
    found = verified(execution_id)
    assert found.verified
    assert reason(found, "events").startswith("Log cleaned")
    assert outcomes(found)["archive"] == outcomes(found)["repository"] == "not_checked"
    assert outcomes(found)["lock"] == outcomes(found)["sbom"] == "ok"


def test_a_folder_that_is_gone_without_a_word_is_held_against_it(ada: Actor, tmp_path: Path) -> None:
    execution_id = executed(ada, tmp_path / "traces")
    shutil.rmtree(workspace_of(execution_id))
    assert broken(verified(execution_id)) == {"archive", "repository"}


def test_the_key_is_made_once_and_nobody_else_can_read_it(ada: Actor) -> None:
    with transaction() as session:
        first = keys.signer(session)
    file = keys.private_file()
    assert file.stat().st_mode & 0o777 == 0o600 and file.is_relative_to(config().data)
    assert file.parent.stat().st_mode & 0o077 == 0
    keys.write_key(file, replace=False)  # two at once leave one
    with transaction() as session:
        assert keys.signer(session).key_id == first.key_id
        assert [one.id for one in keys.list_keys(session)] == [first.key_id]
    names = {path.name for path in file.parent.iterdir() if path.is_file()}
    assert names - {"sketches.key"} == {"signing.pem"}, "nothing half-written is left"


def test_after_a_rotation_what_was_signed_before_still_verifies(ada: Actor, tmp_path: Path) -> None:
    before = executed(ada, tmp_path / "one")
    with transaction() as session:
        made = keys.rotate(session, ada)
    after = executed(ada, tmp_path / "two")
    assert verified(before).verified and verified(after).verified
    assert verified(before).key_id != verified(after).key_id == made.id
    with transaction() as session:
        known = {one.id: one.retired_at is None for one in keys.list_keys(session)}
        assert known == {verified(before).key_id: False, made.id: True}
        other = session.scalars(select(SigningKey).where(col(SigningKey.id) == made.id)).one()
        session.delete(other)
    assert broken(verified(after)) == {"signature"}


@pytest.mark.parametrize(
    ("place", "signed"), [("after_effect_before_commit:package", False), ("after_commit:package", True)]
)
def test_killed_around_its_signature_an_execution_is_signed_by_the_next_owner(
    ada: Actor, tmp_path: Path, place: str, signed: bool
) -> None:
    execution_id, folder = launch(ada), tmp_path / "traces"
    folder.mkdir()
    words = ["-m", "tests.services.provenance.made", execution_id, str(folder), str(tmp_path / "templates")]
    killed = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env={**os.environ, VARIABLE: place}, timeout=90, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    found = verified(execution_id)
    assert found.ok and found.verified == signed
    with transaction() as session:
        session.execute(text("UPDATE executions SET lease_until = NULL"))
    walk(execution_id, {**traces(folder), **REAL})
    assert set(outcomes(verified(execution_id)).values()) == {"ok"}
