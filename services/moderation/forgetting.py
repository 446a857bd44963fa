"""What moderation keeps of a deleted account: that something was reported and decided, not the person's words."""

from sqlalchemy import delete, update
from sqlmodel import Session, col

from models.moderation import Appeal, Report
from models.trust import TrustDay


def forget_person_in_cases(session: Session, user_id: str) -> None:
    """Take somebody's own words out of reports and appeals, and the days that their trust came from."""
    session.execute(update(Report).where(col(Report.user_id) == user_id).values(words=""))
    session.execute(update(Appeal).where(col(Appeal.user_id) == user_id).values(words=""))
    session.execute(delete(TrustDay).where(col(TrustDay.user_id) == user_id))
