"""A buyer's review of an idea: given, changed, withdrawn, given again. One a buyer and idea."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from models.clock import now
from models.errors import Conflict, FieldError, InvalidInput, NotAllowed, NotFound
from models.ideas import Idea
from models.reviews import LEAST, MOST, Review
from services import rate_limits, trust
from services.accounts import Actor, require_scope
from services.crashpoints import AFTER_EFFECT, crashpoint
from services.ideas.access import has_bought
from services.ideas.fields import TextField, checked_text
from services.ideas.reading import find_idea
from services.reviews.counting import SCALES, recount, take_turn
from services.reviews.reading import ReviewView, get_review, is_own
from services.telling import tell_of_review

WORDS = TextField("words", "Your words", "What you would tell its author, or the next buyer.", 0, 4_000)


@dataclass(frozen=True, slots=True)
class ReviewFields:
    """What a buyer fills in, as it was sent. Scales go from 1 to 5."""

    clarity: object
    novelty: object
    feasibility: object
    would_build: object
    words: object = ""


def write_review(session: Session, actor: Actor, idea_id: str, fields: ReviewFields) -> ReviewView:
    """Give one's review of an idea, or change it; the same again changes nothing.

    Raises:
        NotFound: there is no such idea for them to see.
        NotAllowed: they have not bought it, or it is their own.
        InvalidInput: one line for every field that cannot be used.
        Conflict: a moderator has hidden it.
        LimitReached: too many within a day, or too fast.
    """
    require_scope(actor, "ideas:vote")
    idea = find_idea(session, actor, idea_id)
    if is_own(actor, idea):
        raise NotAllowed("This idea is yours: its buyers review it.", "own_idea")
    if not has_bought(session, actor, idea.id):
        raise NotAllowed("Whoever has bought an idea reviews it.", "not_bought")
    given = checked(fields)
    take_turn(session, idea.id)
    row = find_row(session, actor, idea.id)
    if row is not None and row.hidden_at is not None:
        raise Conflict("A moderator has hidden your review, so it stays as it is.", "review_hidden")
    if row is None:
        trust.require_room(session, actor, "reviews")
    if row is None or row.withdrawn_at is not None or differs(row, given):
        rate_limits.use_comment(actor.user_id)
        row = stored(session, actor, idea, row, given)
        crashpoint(AFTER_EFFECT, "review")
    return get_review(session, actor, row.id)


def checked(fields: ReviewFields) -> dict[str, Any]:
    """Return what to store of a review.

    Raises:
        InvalidInput: one line for every field that cannot be used.
    """
    problems: list[FieldError] = []
    for name in SCALES:
        value = getattr(fields, name)
        if not isinstance(value, int) or isinstance(value, bool) or not LEAST <= value <= MOST:
            problems.append(
                FieldError(f"/{name}", f"{name.capitalize()} is a number from {LEAST} to {MOST}.")
            )
    if not isinstance(fields.would_build, bool):
        problems.append(FieldError("/would_build", "Say whether you would build it: yes or no."))
    words = checked_text(WORDS, fields.words, problems)
    if problems:
        many = f"{len(problems)} fields need another look."
        message = problems[0].message if len(problems) == 1 else many
        raise InvalidInput(message, "invalid_review", fields=problems)
    scales = {name: getattr(fields, name) for name in SCALES}
    return {**scales, "would_build": fields.would_build, "words": words}


def find_row(session: Session, actor: Actor, idea_id: str) -> Review | None:
    """Return somebody's review of an idea, as it is stored now."""
    mine = select(Review).where(col(Review.idea_id) == idea_id, col(Review.user_id) == actor.user_id)
    return session.scalars(mine.execution_options(populate_existing=True)).one_or_none()


def differs(row: Review, given: dict[str, Any]) -> bool:
    """Whether a review would say something else."""
    return any(getattr(row, name) != value for name, value in given.items())


def stored(session: Session, actor: Actor, idea: Idea, row: Review | None, given: dict[str, Any]) -> Review:
    """Store what was given, count it, and tell the author of a review that is new. The idea's turn is taken."""
    fresh = row is None
    if row is None:
        row = Review(idea_id=idea.id, user_id=actor.user_id, version_number=idea.version_number, **given)
        session.add(row)
    else:
        for name, value in given.items():
            setattr(row, name, value)
        row.version_number, row.withdrawn_at, row.edited_at = idea.version_number, None, now()
    session.flush()
    recount(session, idea.id)
    if fresh:
        tell_of_review(session, idea, row)
    return row


def withdraw_review(session: Session, actor: Actor, idea_id: str) -> None:
    """Take one's review back; twice is once. It counts no more, and nobody else reads it.

    Raises:
        NotFound: there is no such idea for them to see, or they have not reviewed it.
    """
    require_scope(actor, "ideas:vote")
    idea = find_idea(session, actor, idea_id)
    take_turn(session, idea.id)
    row = find_row(session, actor, idea.id)
    if row is None:
        raise NotFound("You have not reviewed this idea.")
    if row.withdrawn_at is None:
        row.withdrawn_at = now()
        session.flush()
        recount(session, idea.id)
