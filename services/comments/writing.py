"""Writing a comment or an answer, and changing its words."""

from datetime import timedelta

from sqlmodel import Session, col, select

from models.clock import now
from models.comments import Comment, CommentVersion
from models.errors import Conflict, FieldError, InvalidInput, NotAllowed, NotFound
from models.ideas import Idea
from models.ids import decode_id
from services import rate_limits
from services.accounts import Actor, require_scope
from services.comments.counting import count, is_shown, locked
from services.comments.limits import take_turn, use_one
from services.comments.reading import CommentView, one_view
from services.crashpoints import AFTER_EFFECT, crashpoint
from services.ideas.fields import TextField, checked_text
from services.ideas.reading import find_idea
from services.telling import tell_of_comment

WORDS = TextField("words", "Your comment", "What you want to say.", 1, 4_000)
# A change within this is nobody's business.
UNMARKED_FOR = timedelta(minutes=15)
# The same words again within this are the same press of a button.
SAME_WITHIN = timedelta(minutes=2)


def write_comment(
    session: Session, actor: Actor, idea_id: str, words: str, answer_to: str | None = None
) -> CommentView:
    """Say something below an idea, or in answer to a comment. The same words again at once are said once.

    An answer to an answer stands beside it: threads are one deep.

    Raises:
        NotFound: there is no such idea for them to see, or no such comment below it.
        InvalidInput: no words, or too many.
        LimitReached: too many within a day, or too fast.
    """
    require_scope(actor, "ideas:vote")
    said = checked_words(words)
    idea = find_idea(session, actor, idea_id)
    take_turn(session, actor.user_id)
    parent, answered = parent_of(session, idea, answer_to)
    parent_id = parent.id if parent else None
    if before := said_already(session, actor, idea, parent_id, said):
        return one_view(session, actor, idea, before)
    use_one(session, actor.user_id)
    row = Comment(idea_id=idea.id, parent_id=parent_id, user_id=actor.user_id, words=said)
    session.add(row)
    session.flush()
    count(session, row, 1)
    tell_of_comment(session, idea, row, answered)
    crashpoint(AFTER_EFFECT, "comment")
    return one_view(session, actor, idea, row)


def checked_words(words: object) -> str:
    """Return the words to store, or raise what is wrong with them."""
    problems: list[FieldError] = []
    said = checked_text(WORDS, words, problems)
    if problems:
        raise InvalidInput(problems[0].message, "invalid_comment", fields=problems)
    return said


def parent_of(session: Session, idea: Idea, answer_to: str | None) -> tuple[Comment | None, tuple[str, ...]]:
    """Return the comment that an answer stands below, locked, and who is answered, by user id."""
    if not answer_to:
        return None, ()
    decode_id("cmnt", answer_to)
    asked = session.get(Comment, answer_to)
    if asked is None or asked.idea_id != idea.id:
        raise gone()
    parent = locked(session, asked.parent_id or asked.id)
    if asked is not parent:
        session.refresh(asked)
    if not is_shown(asked) or not is_shown(parent):
        raise gone()
    return parent, tuple(dict.fromkeys((asked.user_id, parent.user_id)))


def gone() -> NotFound:
    """Return the refusal to answer what is not there."""
    return NotFound("The comment that you answer is not there any more. Say it below the idea instead.")


def said_already(
    session: Session, actor: Actor, idea: Idea, parent_id: str | None, said: str
) -> Comment | None:
    """Return the same comment, written a moment ago."""
    statement = (
        select(Comment)
        .where(
            col(Comment.user_id) == actor.user_id,
            col(Comment.created_at) > now() - SAME_WITHIN,
            col(Comment.idea_id) == idea.id,
            col(Comment.parent_id).is_not_distinct_from(parent_id),
            col(Comment.words) == said,
            col(Comment.deleted_at).is_(None),
        )
        .limit(1)
    )
    return session.scalars(statement).first()


def change_comment(session: Session, actor: Actor, comment_id: str, words: str) -> CommentView:
    """Change the words of one's own comment; the same again changes nothing.

    Within 15 minutes it is not marked; what it said before is kept for moderators either way.

    Raises:
        NotFound: there is no such comment for them to see.
        NotAllowed: it is somebody else's.
        InvalidInput: no words, or too many.
        Conflict: it was deleted, or a moderator has hidden it.
        LimitReached: too fast.
    """
    said = checked_words(words)
    row, idea = own_comment(session, actor, comment_id)
    if not is_shown(row):
        raise Conflict("This comment was deleted, or a moderator has hidden it.", "comment_gone")
    if row.words != said:
        rate_limits.use_comment(actor.user_id)
        session.add(CommentVersion(comment_id=row.id, words=row.words))
        row.words = said
        if now() - row.created_at > UNMARKED_FOR:
            row.edited_at = now()
        session.flush()
    return one_view(session, actor, idea, row)


def own_comment(session: Session, actor: Actor, comment_id: str) -> tuple[Comment, Idea]:
    """Return a comment of somebody's own, locked, and its idea.

    Raises:
        NotFound: there is no such comment for them to see.
        NotAllowed: it is somebody else's.
    """
    require_scope(actor, "ideas:vote")
    row = locked(session, comment_id)
    idea = find_idea(session, actor, row.idea_id)
    if row.user_id != actor.user_id:
        raise NotAllowed("Only who wrote a comment changes or deletes it.", "not_yours")
    return row, idea
