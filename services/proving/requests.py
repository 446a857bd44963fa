"""Asking for a proof: the operator does, because it keeps a worker busy for minutes."""

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.errors import NotAllowed
from models.proofs import OPEN_PROOFS, Proof
from models.templates import TemplateVersion
from services import audit, queue
from services.accounts import Actor
from services.catalog import find_template

TOPIC = "prove"


def may_prove(actor: Actor | None) -> bool:
    """Whether somebody may start a proof."""
    return actor is not None and actor.is_operator


def start_proof(session: Session, actor: Actor, slug: str) -> Proof:
    """Ask for a proof of a template's present version and return it. While one is open, that one is returned.

    Raises:
        NotAllowed: only the operator of this installation may.
        NotFound: there is no such template.
    """
    if not may_prove(actor):
        raise NotAllowed("Only the operator of this installation may start a proof.", "operator_only")
    template = find_template(session, slug)
    version = session.get_one(TemplateVersion, template.version_id)
    proof = Proof(team_id=version.team_id, template_version_id=version.id, content_hash=version.content_hash)
    # Two clicks at the same moment: the index lets one of them in.
    values = proof.model_dump()
    made = session.execute(insert(Proof).values(**values).on_conflict_do_nothing().returning(col(Proof.id)))
    if made.one_or_none() is None:
        return session.scalars(open_proofs(version.id)).one()
    queue.enqueue(session, TOPIC, {"proof_id": proof.id})
    audit.record(session, actor, "proof.started", proof.id, version.team_id, {"template": slug})
    return session.get_one(Proof, proof.id)


def open_proofs(version_id: str) -> SelectOfScalar[Proof]:
    """Return the query for the proof of a version that has not ended."""
    return select(Proof).where(
        col(Proof.template_version_id) == version_id, col(Proof.state).in_(OPEN_PROOFS)
    )
