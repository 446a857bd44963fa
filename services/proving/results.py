"""What is known of the proof of a template's present version: for badges, the grid, the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.errors import NotFound
from models.proofs import Proof, ProofRow, ProofState
from models.templates import Template
from services.catalog import find_template


@dataclass(frozen=True, slots=True)
class Badge:
    """How far the present version of a template is proven. `state` is "none" where it never was."""

    state: str = "none"
    rows_ok: int = 0
    rows_done: int = 0
    row_count: int = 0

    @property
    def words(self) -> str:
        """The badge in words."""
        if self.state == "none":
            return "Not proven"
        if self.state == ProofState.QUEUED:
            return "Proof queued"
        if self.state == ProofState.RUNNING:
            return f"Proving: {self.rows_done} of {self.row_count} rows" if self.row_count else "Proving"
        if self.state == ProofState.PASSED:
            return f"Proven: {self.rows_ok} of {self.row_count} rows"
        return (
            f"Proof failed: {self.rows_ok} of {self.row_count} rows passed"
            if self.row_count
            else "Proof failed"
        )


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of a proof without its log. `checks` maps check ids to outcome, summary, partly, findings, seconds."""

    number: int
    title: str
    config: dict[str, Any]
    in_browser: bool
    ok: bool
    seconds: float
    checks: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ProofView:
    """A proof with its rows, in order."""

    id: str
    badge: Badge
    content_hash: str
    pairs_covered: int
    pairs_possible: int
    tools: dict[str, Any]
    error: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    rows: tuple[RowView, ...]


def badges(session: Session, slugs: Sequence[str]) -> dict[str, Badge]:
    """Return the badge of each of these templates, by its newest proof of the present version."""
    newest = (
        select(Proof, col(Template.slug))
        .join(Template, col(Template.current_version_id) == col(Proof.template_version_id))
        .where(col(Template.slug).in_(slugs))
        .order_by(col(Proof.template_version_id), col(Proof.created_at).desc(), col(Proof.id).desc())
        .distinct(col(Proof.template_version_id))
    )
    found = [(proof, slug) for proof, slug in session.execute(newest)]
    counts = row_counts(session, [proof.id for proof, _ in found])
    known = {slug: badge_of(proof, *counts.get(proof.id, (0, 0))) for proof, slug in found}
    return {slug: known.get(slug, Badge()) for slug in slugs}


def row_counts(session: Session, proof_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return for each proof how many rows are good, and how many are done."""
    good = func.count().filter(col(ProofRow.ok))
    statement = select(col(ProofRow.proof_id), good, func.count()).group_by(col(ProofRow.proof_id))
    return {
        row[0]: (row[1], row[2])
        for row in session.execute(statement.where(col(ProofRow.proof_id).in_(proof_ids)))
    }


def badge_of(proof: Proof, rows_ok: int, rows_done: int) -> Badge:
    """Return the badge of one proof."""
    return Badge(proof.state, rows_ok, rows_done, proof.row_count)


def find_proof(session: Session, slug: str) -> ProofView | None:
    """Return the newest proof of a template's present version; None when that was never proven here.

    Raises:
        NotFound: there is no such template.
    """
    template = find_template(session, slug)
    statement = (
        select(Proof)
        .where(col(Proof.template_version_id) == template.version_id)
        .order_by(col(Proof.created_at).desc(), col(Proof.id).desc())
        .limit(1)
    )
    proof = session.scalars(statement).one_or_none()
    return proof_view(session, proof) if proof else None


def proof_view(session: Session, proof: Proof) -> ProofView:
    """Return a proof with its rows."""
    columns = (
        ProofRow.number,
        ProofRow.title,
        ProofRow.config,
        ProofRow.in_browser,
        ProofRow.ok,
        ProofRow.seconds,
        ProofRow.checks,
    )
    statement = (
        select(*map(col, columns)).where(col(ProofRow.proof_id) == proof.id).order_by(col(ProofRow.number))
    )
    rows = tuple(RowView(*row) for row in session.execute(statement))
    badge = badge_of(proof, sum(row.ok for row in rows), len(rows))
    return ProofView(
        proof.id,
        badge,
        proof.content_hash,
        proof.pairs_covered,
        proof.pairs_possible,
        proof.tools,
        proof.error,
        proof.created_at,
        proof.started_at,
        proof.finished_at,
        rows,
    )  # fmt: skip


def find_row(session: Session, slug: str, number: int) -> tuple[RowView, str]:
    """Return one row of the newest proof of a template's present version, and its log.

    Raises:
        NotFound: there is no such template, proof or row.
    """
    proof = find_proof(session, slug)
    row = next((row for row in proof.rows if row.number == number), None) if proof else None
    if proof is None or row is None:
        raise NotFound(f"The proof of {slug[:60]!r} has no row {number}.", "no_such_row")
    statement = select(col(ProofRow.log)).where(
        col(ProofRow.proof_id) == proof.id, col(ProofRow.number) == number
    )
    return row, session.scalars(statement).one()


def find_bill(session: Session, slug: str) -> dict[str, Any]:
    """Return the bill of materials that the newest proof of a template's present version has written.

    Raises:
        NotFound: there is no such template, or it was not proven here.
    """
    proof = find_proof(session, slug)
    found = session.get_one(Proof, proof.id).bill if proof else {}
    if not found:
        raise NotFound(
            f"There is no bill of materials of {slug[:60]!r} yet. A proof writes it.", "not_proven"
        )
    return found
