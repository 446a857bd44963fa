"""What is kept of a proof: asked for by the operator, proven by one worker, shown until the template changes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from models.db import transaction
from models.errors import NotAllowed, NotFound
from models.journal import AuditEntry, OutboxRow
from models.proofs import Proof, ProofState
from models.settings import Settings
from services import catalog
from services.accounts import Actor
from services.catalog import load_folder
from services.catalog.pictures import pictures_of
from services.catalog.shipped_pictures import Drawing
from services.proving import keeping, results
from services.proving.checks.result import CheckResult, Outcome, failed, passed
from services.proving.keeping import TakenOver
from services.proving.prove import RowResult
from services.proving.requests import start_proof
from services.proving.rows import Rows, rows_of
from tests.browser import find_browser
from tests.services.proving.guest import guestbook
from workers import prover

MakeUser = Callable[..., tuple[Any, Actor]]


@pytest.fixture
def folder(session: Session, tmp_path: Path) -> Path:
    """The guestbook, in the gallery."""
    folder = guestbook(tmp_path)
    catalog.sync(session, tmp_path)
    return folder


@pytest.fixture
def operator(session: Session, make_user: MakeUser) -> Actor:
    """The first account, which is the operator's."""
    return make_user(session)[1]


def row_results(rows: Rows, check: CheckResult) -> list[RowResult]:
    """Return a result for every row, all with this check."""
    return [
        RowResult(row, {"C3": check}, 1.5, f"log of {row.number}", {"components": [1]}) for row in rows.rows
    ]


def store(session: Session, proof_id: str, folder: Path, check: CheckResult, *, leave_out: int = 0) -> None:
    """Do what a worker does with a proof."""
    claim = keeping.claim(session, proof_id)
    assert claim is not None
    rows = rows_of(load_folder(folder))
    keeping.begin(session, claim, rows, {"python": "3.11"})
    for result in row_results(rows, check)[leave_out:]:
        keeping.keep_row(session, claim, result)
    keeping.finish(session, claim)


def test_only_the_operator_may_start_a_proof(
    session: Session, folder: Path, operator: Actor, make_user: MakeUser
) -> None:
    other = make_user(session, "ben@example.com")[1]
    with pytest.raises(NotAllowed):
        start_proof(session, other, "guestbook")
    proof = start_proof(session, operator, "guestbook")
    assert session.scalars(select(OutboxRow.payload).where(OutboxRow.topic == "prove")).one() == {
        "proof_id": proof.id
    }
    assert "proof.started" in session.scalars(select(AuditEntry.action)).all()


def test_a_second_click_finds_the_proof_that_is_open(session: Session, folder: Path, operator: Actor) -> None:
    first, second = (start_proof(session, operator, "guestbook") for _ in range(2))
    assert first.id == second.id
    assert len(session.scalars(select(Proof)).all()) == 1


def test_an_unknown_template_has_no_proof(session: Session, folder: Path, operator: Actor) -> None:
    with pytest.raises(NotFound):
        start_proof(session, operator, "nothing")
    with pytest.raises(NotFound):
        results.find_proof(session, "nothing")


def test_the_badge_follows_the_proof(session: Session, folder: Path, operator: Actor) -> None:
    def words() -> str:
        return results.badges(session, ["guestbook"])["guestbook"].words

    assert words() == "Not proven"
    proof = start_proof(session, operator, "guestbook")
    assert words() == "Proof queued"
    count = len(rows_of(load_folder(folder)).rows)
    store(session, proof.id, folder, passed("well"))
    assert words() == f"Proven: {count} of {count} rows"
    assert results.find_row(session, "guestbook", 2)[1] == "log of 2"
    assert results.find_bill(session, "guestbook") == {"components": [1]}


def test_a_check_that_failed_in_one_row_fails_the_proof(
    session: Session, folder: Path, operator: Actor
) -> None:
    proof = start_proof(session, operator, "guestbook")
    store(session, proof.id, folder, failed(["It is slow."]))
    found = results.find_proof(session, "guestbook")
    assert found is not None
    assert found.badge.state == ProofState.FAILED
    assert found.rows[0].checks["C3"]["findings"] == ["It is slow."]


@pytest.mark.parametrize(("check", "shown"), [(passed("well"), True), (failed(["no"]), False)])
def test_pictures_of_a_row_that_failed_are_not_shown(
    session: Session, folder: Path, operator: Actor, check: CheckResult, shown: bool
) -> None:
    proof = start_proof(session, operator, "guestbook")
    claim = keeping.claim(session, proof.id)
    assert claim is not None
    seen = {"": [Drawing("desktop", "light", 640, 400, b"RIFF")]}
    row = rows_of(load_folder(folder)).rows[0]
    keeping.keep_row(session, claim, RowResult(row, {"C3": check}, 0.1, "", pictures=seen))
    assert bool(pictures_of(session, ["guestbook"])["guestbook"].files) is shown


def test_a_proof_with_a_row_missing_is_none(session: Session, folder: Path, operator: Actor) -> None:
    proof = start_proof(session, operator, "guestbook")
    store(session, proof.id, folder, passed("well"), leave_out=1)
    assert results.badges(session, ["guestbook"])["guestbook"].state == ProofState.FAILED


def test_nothing_looked_at_is_not_ok(tmp_path: Path) -> None:
    row = rows_of(load_folder(guestbook(tmp_path))).rows[0]
    assert not RowResult(row, {"C4": CheckResult(Outcome.NOT_CHECKED, "no")}, 0.1, "").ok


def test_a_changed_template_is_not_proven_any_more(session: Session, folder: Path, operator: Actor) -> None:
    proof = start_proof(session, operator, "guestbook")
    store(session, proof.id, folder, passed("well"))
    (folder / "skeleton" / "book" / "style.css").write_text("body { margin: 0 }\n")
    catalog.sync(session, folder.parent)
    assert results.badges(session, ["guestbook"])["guestbook"].words == "Not proven"
    assert results.find_proof(session, "guestbook") is None


def test_a_proof_made_elsewhere_is_kept_for_the_version_it_was_made_of(
    session: Session, folder: Path
) -> None:
    template = load_folder(folder)
    rows = rows_of(template)
    assert keeping.keep_whole(session, template, rows, row_results(rows, passed("well")), {})
    assert results.badges(session, ["guestbook"])["guestbook"].state == ProofState.PASSED
    (folder / "README.md").write_text("# Guestbook\n\nAnother one.\n")
    assert not keeping.keep_whole(session, load_folder(folder), rows, [], {})


def test_one_worker_owns_a_proof_and_who_lost_it_writes_nothing(
    session: Session, folder: Path, operator: Actor
) -> None:
    proof = start_proof(session, operator, "guestbook")
    first = keeping.claim(session, proof.id)
    assert first is not None
    assert keeping.claim(session, proof.id) is None
    session.execute(text("UPDATE proofs SET lease_until = clock_timestamp() - interval '1 second'"))
    session.execute(text("UPDATE outbox SET created_at = created_at - interval '1 minute'"))
    assert keeping.reap(session) == 1
    assert keeping.reap(session) == 0  # rung a moment ago
    second = keeping.claim(session, proof.id)
    assert second is not None and second.epoch == first.epoch + 1
    with pytest.raises(TakenOver):
        keeping.finish(session, first)


def test_a_worker_proves_what_is_left_and_ends_the_proof(
    clean: Settings, tmp_path: Path, make_user: MakeUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = find_browser()["executable_path"]
    monkeypatch.setattr("services.proving.browser.find_program", lambda: program)
    folder = guestbook(tmp_path)
    with transaction() as session:
        catalog.sync(session, tmp_path)
        proof = start_proof(session, make_user(session)[1], "guestbook")
    rows = rows_of(load_folder(folder))
    with transaction() as session:
        claim = keeping.claim(session, proof.id)
        assert claim is not None
        keeping.begin(session, claim, rows, {})
        for result in row_results(rows, passed("well"))[1:]:
            keeping.keep_row(session, claim, result)
        keeping.hand_back(session, claim)
    token = catalog.templates_folder.set(tmp_path)
    try:
        assert prover.work_on(proof.id)
        assert not prover.work_on(proof.id)  # it has ended
    finally:
        catalog.templates_folder.reset(token)
    with transaction() as session:
        found = results.find_proof(session, "guestbook")
        assert found is not None
        assert found.badge.state == ProofState.PASSED, results.find_row(session, "guestbook", 1)[1]
        # Row 1 was proven now, by all checks; the others are as they were.
        assert len(found.rows[0].checks) > 10
        assert found.rows[1].checks.keys() == {"C3"}
        assert found.tools["python"]
        pictures = pictures_of(session, ["guestbook"])["guestbook"]
        assert {(one.preset, one.screen, one.scheme) for one in pictures.files} == {
            ("", screen, scheme) for screen in ("desktop", "phone") for scheme in ("light", "dark")
        }


def test_a_template_that_changed_meanwhile_ends_its_proof_with_a_sentence(
    clean: Settings, tmp_path: Path, make_user: MakeUser
) -> None:
    folder = guestbook(tmp_path)
    with transaction() as session:
        catalog.sync(session, tmp_path)
        proof = start_proof(session, make_user(session)[1], "guestbook")
    (folder / "README.md").write_text("# Guestbook\n\nAnother one.\n")
    token = catalog.templates_folder.set(tmp_path)
    try:
        assert prover.work_on(proof.id)
    finally:
        catalog.templates_folder.reset(token)
    with transaction() as session:
        assert session.get_one(Proof, proof.id).error == prover.CHANGED
