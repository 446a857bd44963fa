"""A worker that is killed while it proves is followed by another, which goes on behind the rows that are stored."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import select

from models.clock import now
from models.db import transaction
from models.proofs import Proof, ProofRow, ProofState
from models.settings import Settings
from services import catalog
from services.accounts import Actor
from services.crashpoints import AFTER_CLAIM, AFTER_COMMIT, AFTER_EFFECT, VARIABLE
from services.proving import keeping
from services.proving.requests import start_proof
from tests.services.proving.guest import guestbook

ROOT = Path(__file__).parents[3]
MakeUser = Callable[..., tuple[Any, Actor]]


def worker(proof_id: str, templates: Path, crash_at: str = "") -> int:
    """Let a process of its own work on a proof, and return how it ended."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), VARIABLE: crash_at}
    command = [sys.executable, "-m", "tests.services.proving.killed", proof_id, str(templates)]
    return subprocess.run(command, env=environment, cwd=ROOT, timeout=60).returncode


def stored(proof_id: str) -> list[int]:
    """Return the numbers of the rows that are kept."""
    with transaction() as session:
        return sorted(session.scalars(select(ProofRow.number).where(ProofRow.proof_id == proof_id)))


@pytest.mark.parametrize(("place", "kept"), [(AFTER_CLAIM, 0), (AFTER_EFFECT, 0), (AFTER_COMMIT, 1)])
def test_a_killed_worker_is_followed_by_another(
    clean: Settings, tmp_path: Path, make_user: MakeUser, place: str, kept: int
) -> None:
    guestbook(tmp_path)
    with transaction() as session:
        catalog.sync(session, tmp_path)
        proof = start_proof(session, make_user(session)[1], "guestbook")
    assert worker(proof.id, tmp_path, f"{place}:proof") == -signal.SIGKILL
    assert len(stored(proof.id)) == kept
    with transaction() as session:
        session.execute(update(Proof).where(Proof.id == proof.id).values(lease_until=now()))
        session.execute(update(keeping.OutboxRow).values(created_at=now().replace(year=2000)))
    with transaction() as session:
        assert keeping.reap(session) == 1
    assert worker(proof.id, tmp_path) == 0
    with transaction() as session:
        found = session.get_one(Proof, proof.id)
        assert (found.state, found.epoch) == (ProofState.PASSED, 2)
        assert stored(proof.id) == list(range(1, found.row_count + 1))
