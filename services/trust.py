"""How far an account is trusted: a level from 0 to 4, and what a vote of that level weighs."""

from sqlmodel import Session, col, select

from models.trust import TrustLevel

# A new account's vote counts in the number, and hardly in the score.
WEIGHTS = (0.1, 0.4, 0.7, 1.0, 1.0)


def level_of(session: Session, user_id: str) -> int:
    """Return the level of an account, 0 before anything was computed."""
    return session.scalar(select(TrustLevel.level).where(col(TrustLevel.user_id) == user_id)) or 0


def weight_of(session: Session, user_id: str) -> float:
    """Return what a vote of an account weighs, from 0 to 1."""
    return WEIGHTS[level_of(session, user_id)]
