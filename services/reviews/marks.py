"""Marks on reviews: who found one helpful, once each."""

from sqlalchemy import bindparam, text
from sqlmodel import Session

from models.errors import NotAllowed
from models.ids import Id
from services.accounts import Actor, require_scope
from services.reviews.reading import ReviewState, ReviewView, get_review, missing

WHO = (bindparam("review_id", type_=Id("revw")), bindparam("user_id", type_=Id("user")))
# One statement each: the mark and what it changes, or neither. Twice is once.
MARK = text("""
WITH made AS (
    INSERT INTO review_marks (review_id, user_id, created_at) VALUES (:review_id, :user_id, clock_timestamp())
    ON CONFLICT DO NOTHING RETURNING review_id
)
UPDATE reviews SET helpful = helpful + 1 FROM made WHERE reviews.id = made.review_id
""").bindparams(*WHO)
TAKE_BACK = text("""
WITH gone AS (
    DELETE FROM review_marks WHERE review_id = :review_id AND user_id = :user_id RETURNING review_id
)
UPDATE reviews SET helpful = helpful - 1 FROM gone WHERE reviews.id = gone.review_id
""").bindparams(*WHO)


def set_helpful(session: Session, actor: Actor, review_id: str, *, helpful: bool) -> ReviewView:
    """Say that a review helped, or take that back; twice is once.

    Raises:
        NotFound: there is no such review for them to see.
        NotAllowed: it is their own.
    """
    require_scope(actor, "ideas:vote")
    found = get_review(session, actor, review_id)
    if found.mine:
        raise NotAllowed("This review is yours: others say whether it helped.", "own_review")
    if found.state != ReviewState.SHOWN:
        raise missing()
    session.execute(MARK if helpful else TAKE_BACK, {"review_id": found.id, "user_id": actor.user_id})
    return get_review(session, actor, found.id)
