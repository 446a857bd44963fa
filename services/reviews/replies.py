"""What the author of an idea says to a review of it."""

from sqlmodel import Session

from models.clock import now
from models.errors import FieldError, InvalidInput, NotAllowed
from models.ideas import Idea
from models.reviews import Review, ReviewReply
from services import rate_limits
from services.accounts import Actor, require_scope
from services.ideas.fields import TextField, checked_text
from services.ideas.reading import find_idea
from services.reviews.reading import ReviewState, ReviewView, get_review, missing
from services.telling import tell_of_reply

WORDS = TextField("words", "Your reply", "What you want to say to this buyer.", 1, 4_000)


def write_reply(session: Session, actor: Actor, review_id: str, words: str) -> ReviewView:
    """Reply to a review of one's own idea, or change the reply; the same again changes nothing.

    Raises:
        NotFound: there is no such review for them to see.
        NotAllowed: they are not the author of the idea.
        InvalidInput: no words, or too many.
        LimitReached: too fast.
    """
    review, idea = reviewed(session, actor, review_id)
    problems: list[FieldError] = []
    said = checked_text(WORDS, words, problems)
    if problems:
        raise InvalidInput(problems[0].message, "invalid_reply", fields=problems)
    row = session.get(ReviewReply, review.id)
    if row is None:
        rate_limits.use_comment(actor.user_id)
        session.add(ReviewReply(review_id=review.id, user_id=actor.user_id, words=said))
        tell_of_reply(session, idea, review)
    elif row.words != said:
        rate_limits.use_comment(actor.user_id)
        row.words, row.edited_at = said, now()
    session.flush()
    return get_review(session, actor, review.id)


def delete_reply(session: Session, actor: Actor, review_id: str) -> None:
    """Delete one's reply; twice is once.

    Raises:
        NotFound: there is no such review for them to see.
        NotAllowed: they are not the author of the idea.
    """
    review, _ = reviewed(session, actor, review_id)
    if (row := session.get(ReviewReply, review.id)) is not None:
        session.delete(row)
        session.flush()


def reviewed(session: Session, actor: Actor, review_id: str) -> tuple[Review, Idea]:
    """Return a review of one's own idea, locked, and the idea."""
    require_scope(actor, "ideas:vote")
    if get_review(session, actor, review_id).state != ReviewState.SHOWN:
        raise missing()
    review = session.get_one(Review, review_id, populate_existing=True, with_for_update={"key_share": True})
    idea = find_idea(session, actor, review.idea_id)
    if idea.user_id != actor.user_id:
        raise NotAllowed("The author of an idea replies to its reviews.", "not_the_author")
    return review, idea
