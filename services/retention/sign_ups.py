"""Sign-ups that nobody has finished in time."""

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from models.accounts import SignUp
from models.clock import now
from services.retention.candidates import Candidate, Outcome

ALL = "all"


def find(session: Session) -> list[Candidate]:
    """Return all of them as one candidate."""
    count = (
        session.scalar(select(func.count()).select_from(SignUp).where(col(SignUp.expires_at) < now())) or 0
    )
    return [Candidate(ALL, 0, count)] if count else []


def remove(session: Session, _: str) -> Outcome:
    """Remove them: rows of three days at most."""
    gone = delete(SignUp).where(col(SignUp.expires_at) < now()).returning(col(SignUp.id))
    return Outcome.REMOVED if session.scalars(gone).all() else Outcome.KEPT
