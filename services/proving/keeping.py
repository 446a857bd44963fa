"""Who works on a proof, and what they store of it: every write belongs to the one owner of the lease."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Update, func, or_, select, text, update
from sqlmodel import Session, col

from models.clock import now
from models.errors import Conflict
from models.journal import OutboxRow
from models.proofs import OPEN_PROOFS, Proof, ProofRow, ProofState
from models.templates import Template, TemplateVersion
from services import queue
from services.catalog import TemplateFolder
from services.catalog.pictures import drop_older, keep_pictures
from services.proving.requests import TOPIC

# The clock imports this module, and needs nothing of what a proof is made of.
if TYPE_CHECKING:
    from services.proving.prove import RowResult
    from services.proving.rows import Rows

LEASE_S = 30
BEAT_S = 5
RING_PATIENCE_S = 30


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a proof, as long as no higher epoch exists. `done` are the rows that are stored already."""

    proof_id: str
    team_id: str
    epoch: int
    slug: str
    content_hash: str
    done: frozenset[int]


class TakenOver(Conflict):
    """Another worker has this proof by now. Nothing of this one is kept."""

    default_code = "fenced"


def until(count: float) -> Any:
    """Return the moment that many seconds from now, by the database's clock."""
    return func.clock_timestamp() + text(f"interval '{count} seconds'")


def free() -> Any:
    """Return the condition that nobody holds the lease."""
    return or_(col(Proof.lease_until).is_(None), col(Proof.lease_until) < func.clock_timestamp())


def claim(session: Session, proof_id: str) -> Claim | None:
    """Take a proof, or return None: it has ended, or somebody works on it."""
    statement = (
        update(Proof)
        .where(col(Proof.id) == proof_id, col(Proof.state).in_(OPEN_PROOFS), free())
        .values(
            epoch=Proof.epoch + 1,
            lease_until=until(LEASE_S),
            state=ProofState.RUNNING,
            started_at=func.coalesce(Proof.started_at, func.clock_timestamp()),
        )
        .returning(
            col(Proof.team_id), col(Proof.epoch), col(Proof.content_hash), col(Proof.template_version_id)
        )
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    version = session.get_one(TemplateVersion, row[3])
    slug = session.get_one(Template, version.template_id).slug
    done = session.scalars(select(col(ProofRow.number)).where(col(ProofRow.proof_id) == proof_id))
    return Claim(proof_id, row[0], row[1], slug, row[2], frozenset(done))


def owned(claim: Claim) -> Update:
    """Return the update of a proof that only its owner can make."""
    return update(Proof).where(
        col(Proof.id) == claim.proof_id,
        col(Proof.epoch) == claim.epoch,
        col(Proof.state) == ProofState.RUNNING,
    )


def change(session: Session, claim: Claim, **values: Any) -> None:
    """Write something of a proof, and hold its lease for longer.

    Raises:
        TakenOver: it belongs to another worker by now.
    """
    values.setdefault("lease_until", until(LEASE_S))
    found = session.execute(owned(claim).values(**values).returning(col(Proof.id)))
    if found.one_or_none() is None:
        raise TakenOver("Another worker has taken this proof over.")


def begin(session: Session, claim: Claim, rows: "Rows", tools: dict[str, str]) -> None:
    """Store what is going to be proven."""
    change(
        session,
        claim,
        row_count=len(rows.rows),
        pairs_covered=rows.pairs_covered,
        pairs_possible=rows.pairs_possible,
        tools=tools,
    )


def keep_row(session: Session, claim: Claim, result: "RowResult") -> None:
    """Store one row, and the pictures of one that is good."""
    change(session, claim, **({"bill": result.bill} if result.bill else {}))
    for preset, drawings in result.pictures.items() if result.ok else ():
        keep_pictures(session, version_of(session, claim), preset, drawings)
    session.add(
        ProofRow(
            team_id=claim.team_id,
            proof_id=claim.proof_id,
            number=result.row.number,
            title=result.row.title[:120],
            config=result.row.config,
            in_browser=result.row.in_browser,
            ok=result.ok,
            checks={name: check.as_data() for name, check in result.checks.items()},
            seconds=result.seconds,
            log=result.log.replace("\x00", ""),
        )
    )


def version_of(session: Session, claim: Claim) -> TemplateVersion:
    """Return the version that is proven."""
    proof = session.get_one(Proof, claim.proof_id)
    return session.get_one(TemplateVersion, proof.template_version_id)


def finish(session: Session, claim: Claim, error: str = "") -> None:
    """End a proof: passed when every row is there and ok. Pictures of older versions are of no more use then."""
    rows = select(func.count().filter(col(ProofRow.ok)), func.count())
    ok, count = session.execute(rows.where(col(ProofRow.proof_id) == claim.proof_id)).one()
    expected = session.scalars(select(col(Proof.row_count)).where(col(Proof.id) == claim.proof_id)).one()
    good = not error and 0 < count == expected == ok
    if good:
        drop_older(session, version_of(session, claim))
    change(
        session,
        claim,
        state=ProofState.PASSED if good else ProofState.FAILED,
        error=error,
        finished_at=now(),
        lease_until=None,
    )


def hand_back(session: Session, claim: Claim) -> None:
    """Give the lease up and ring for the next owner, who goes on behind the rows that are stored."""
    change(session, claim, lease_until=None)
    queue.enqueue(session, TOPIC, {"proof_id": claim.proof_id})


def reap(session: Session) -> int:
    """Ring for every open proof that nobody works on and nobody rang for lately. Returns how many."""
    rung = select(col(OutboxRow.payload)["proof_id"].astext).where(
        col(OutboxRow.topic) == TOPIC,
        col(OutboxRow.created_at) > func.clock_timestamp() - text(f"interval '{RING_PATIENCE_S} seconds'"),
    )
    lately = set(session.scalars(rung))
    open_and_free = select(col(Proof.id)).where(col(Proof.state).in_(OPEN_PROOFS), free())
    found = [
        one for one in session.scalars(open_and_free.with_for_update(skip_locked=True)) if one not in lately
    ]
    for proof_id in found:
        queue.enqueue(session, TOPIC, {"proof_id": proof_id})
    return len(found)


def keep_whole(
    session: Session,
    template: TemplateFolder,
    rows: "Rows",
    results: "list[RowResult]",
    tools: dict[str, str],
) -> bool:
    """Store a proof that was made elsewhere at once. False: this version of the template is not in the gallery."""
    version = session.scalars(
        select(TemplateVersion)
        .join(Template, col(Template.current_version_id) == col(TemplateVersion.id))
        .where(
            col(Template.slug) == template.slug, col(TemplateVersion.content_hash) == template.content_hash
        )
    ).one_or_none()
    if version is None:
        return False
    proof = Proof(team_id=version.team_id, template_version_id=version.id, content_hash=version.content_hash)
    session.add(proof)
    session.flush()
    taken = claim(session, proof.id)
    assert taken is not None  # noqa: S101 - nobody else can see it yet
    begin(session, taken, rows, tools)
    for result in results:
        keep_row(session, taken, result)
    finish(session, taken)
    return True
