"""From a draft to an idea that is sold, and the states after that."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from models.clock import now
from models.errors import Conflict, FieldError, InvalidInput, NotFound
from models.idea_ranks import IdeaRank
from models.ideas import Idea, IdeaState, IdeaVersion
from models.ids import new_id
from services import audit, follows, queue, trust
from services.accounts import Actor, require
from services.crashpoints import AFTER_EFFECT, crashpoint
from services.ideas.access import is_authors_side
from services.ideas.drafts import own_draft
from services.ideas.fields import Submission, Teaser, checked, content_hash
from services.ideas.likeness.candidates import Submitter
from services.ideas.likeness.judging import is_resold
from services.ideas.likeness.keeping import TOPIC
from services.ideas.listing import refresh_listing
from services.ideas.paid import opening_of, sections_of, store, stored
from services.ideas.ranking import Counts, quality
from services.ideas.reading import IdeaView, find_idea, get_idea
from services.ideas.receipts.making import make_receipt
from services.ideas.screening import has_passed, screen

LONGEST_NOTE = 200


def submit_idea(
    session: Session, actor: Actor, fields: Mapping[str, Any], *, draft_id: str | None = None
) -> IdeaView:
    """Publish a new idea; the draft that it was written in goes with it. Some are held for a moderator first.

    What was taken from an idea that its submitter has bought is held for a moderator instead.

    Raises:
        InvalidInput: one line for every field that cannot be used.
        NotFound: no such draft of theirs: it was published already, by a second click.
        LimitReached: no more today, at their level of trust.
    """
    require(actor, "ideas:write", actor.team_id)
    if draft_id:
        session.delete(own_draft(session, actor, draft_id))
    made = checked(fields)
    resold = is_resold(session, Submitter(actor.user_id, actor.team_id), made)
    trust.require_room(session, actor, "ideas")
    idea = Idea(
        team_id=actor.team_id, user_id=actor.user_id, state=IdeaState.HELD if resold else IdeaState.PUBLISHED,
        version_id=new_id("iver"), version_number=1, published_at=None if resold else now(), **columns_of(made),
    )  # fmt: skip
    session.add(idea)
    session.flush()
    add_version(session, idea, made, "")
    rank = IdeaRank(
        idea_id=idea.id, category=idea.category, language=idea.language, price_cents=idea.price_cents,
        quality=quality(Counts()),
    )  # fmt: skip
    session.add(rank)
    if screen(session, actor, idea, entered=True):
        idea.state, idea.published_at = IdeaState.HELD, None
    refresh_listing(session, idea)
    queue.enqueue(session, TOPIC, {"idea_id": idea.id})
    follows.idea_appeared(session, idea)
    audit.record(session, actor, "idea.submitted", idea.id, idea.team_id, {"version": 1})
    crashpoint(AFTER_EFFECT, "idea")
    return get_idea(session, actor, idea.id)


def change_idea(
    session: Session, actor: Actor, idea_id: str, fields: Mapping[str, Any], *, draft_id: str | None = None
) -> IdeaView:
    """Publish a new version of an idea; `note` among the fields says what has changed. The same again changes nothing.

    A change that has to be looked at takes the idea out of the lists until a moderator has done so.

    Raises:
        NotFound: no such idea of theirs, or no such draft.
        InvalidInput: one line for every field that cannot be used.
        Conflict: a moderator has hidden it.
    """
    idea = own_idea(session, actor, idea_id)
    if idea.state == IdeaState.HIDDEN:
        raise Conflict("A moderator has hidden this idea. Answer the decision first.", "idea_hidden")
    if draft_id:
        session.delete(own_draft(session, actor, draft_id))
    made, note = checked(fields), checked_note(fields.get("note"))
    if made == current(session, idea):
        return get_idea(session, actor, idea.id)
    before = idea.category
    for name, value in columns_of(made).items():
        setattr(idea, name, value)
    if is_resold(session, Submitter(idea.user_id, idea.team_id), made, idea.id):
        idea.state = IdeaState.HELD
    idea.version_id, idea.version_number, idea.changed_at = new_id("iver"), idea.version_number + 1, now()
    add_version(session, idea, made, note)
    if idea.state != IdeaState.UNPUBLISHED and screen(session, actor, idea, entered=idea.category != before):
        idea.state = IdeaState.HELD
    refresh_listing(session, idea)
    queue.enqueue(session, TOPIC, {"idea_id": idea.id})
    audit.record(session, actor, "idea.changed", idea.id, idea.team_id, {"version": idea.version_number})
    crashpoint(AFTER_EFFECT, "idea_change")
    return get_idea(session, actor, idea.id)


def unpublish(session: Session, actor: Actor, idea_id: str) -> IdeaView:
    """Take an idea out of every list. Its buyers keep reading it.

    Raises:
        NotFound: no such idea of theirs.
        Conflict: a moderator has hidden it.
    """
    return move(session, actor, idea_id, IdeaState.UNPUBLISHED, "idea.unpublished")


def publish_again(session: Session, actor: Actor, idea_id: str) -> IdeaView:
    """Put an idea back that its author had taken out. Its age goes on from its first day.

    What was changed meanwhile is looked at as any change is.

    Raises:
        NotFound: no such idea of theirs.
        Conflict: a moderator has hidden it, or holds it.
    """
    return move(session, actor, idea_id, IdeaState.PUBLISHED, "idea.published")


def move(session: Session, actor: Actor, idea_id: str, state: IdeaState, action: str) -> IdeaView:
    """Bring an idea from one of its author's two states to the other; twice is once."""
    idea = own_idea(session, actor, idea_id)
    if idea.state in (IdeaState.HIDDEN, IdeaState.HELD):
        raise Conflict("A moderator decides about this idea just now.", "idea_held")
    if idea.state != state:
        idea.state, idea.changed_at = state, now()
        if state == IdeaState.PUBLISHED and screen(
            session, actor, idea, entered=not has_passed(session, idea)
        ):
            idea.state = IdeaState.HELD
        session.flush()
        refresh_listing(session, idea)
        audit.record(session, actor, action, idea.id, idea.team_id)
    return get_idea(session, actor, idea.id)


def own_idea(session: Session, actor: Actor, idea_id: str) -> Idea:
    """Return an idea for its author's side to change, locked.

    Raises:
        NotFound: there is none of theirs.
        NotAllowed: their role or key only reads.
    """
    idea = find_idea(session, actor, idea_id, locked=True)
    if not is_authors_side(actor, idea):
        raise NotFound("There is no idea of yours with that id.")
    require(actor, "ideas:write", idea.team_id)
    return idea


def columns_of(made: Submission) -> dict[str, Any]:
    """Return what a submission is stored as where everybody reads."""
    return made.teaser.as_json() | {
        "price_cents": made.price_cents,
        "sections": sections_of(made.paid),
        "opening": opening_of(made.paid),
    }


def add_version(session: Session, idea: Idea, made: Submission, note: str) -> None:
    """Keep a state of an idea for good, with a receipt for its author."""
    version = IdeaVersion(
        id=idea.version_id, idea_id=idea.id, number=idea.version_number, teaser=made.teaser.as_json(),
        price_cents=made.price_cents, content_hash=content_hash(made.teaser, made.paid), note=note,
    )  # fmt: skip
    session.add(version)
    session.flush()
    store(session, version.id, made.paid)
    make_receipt(session, idea, version)


def current(session: Session, idea: Idea) -> Submission:
    """Return what is sold now, as it was submitted."""
    teaser = Teaser(**{name: getattr(idea, name) for name in Teaser.__slots__})
    return Submission(teaser, stored(session, idea), idea.price_cents)


def checked_note(note: object) -> str:
    """Return what was said of a change, one line."""
    if note is not None and not isinstance(note, str):
        raise_note("The note is a text.")
    written = " ".join(str(note or "").split())
    if len(written) > LONGEST_NOTE or not written.isprintable():
        raise_note(f"Say what has changed in at most {LONGEST_NOTE} printable characters.")
    return written


def raise_note(message: str) -> None:
    """Refuse a note."""
    raise InvalidInput(message, "invalid_idea", fields=[FieldError("/note", message)])
