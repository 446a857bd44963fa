"""Following an author: being told when they publish."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, literal, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.accounts import User
from models.clock import now
from models.errors import LimitReached, NotAllowed
from models.follows import Follow
from models.ideas import Idea, IdeaState
from models.notifications import NotificationKind
from models.paging import Page, decode_cursor, encode_cursor, page_limit
from services import queue
from services.accounts import Actor, require_scope
from services.ideas.authors import find_author
from services.notifications.telling import notify_many
from services.profile import picture_url

MOST_FOLLOWED = 1_000
# Told in one transaction; an author may have any number of followers.
TOLD_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FollowStanding:
    """How many follow an author, and how whoever asks stands to them: `own` says that it is themselves."""

    followers: int
    following: bool
    own: bool


@dataclass(frozen=True, slots=True)
class FollowedView:
    """An author whom somebody follows. `picture` is an address on this site."""

    author_id: str
    name: str
    picture: str
    followed_at: datetime


def set_follow(session: Session, actor: Actor, author_id: str, *, followed: bool) -> FollowStanding:
    """Follow an author, or no longer; twice is once.

    Raises:
        NotFound: nobody at this address has published anything.
        NotAllowed: it is themselves.
        LimitReached: they follow a thousand already.
    """
    require_scope(actor, "ideas:vote")
    if author_id == actor.user_id:
        raise NotAllowed("These are your own ideas: others follow you.", "own_ideas")
    if followed:
        find_author(session, author_id)
        refuse_too_many(session, actor)
        row = {"author_id": author_id, "user_id": actor.user_id, "created_at": now()}
        session.execute(insert(Follow).values(row).on_conflict_do_nothing())
    else:
        mine = delete(Follow).where(col(Follow.author_id) == author_id, col(Follow.user_id) == actor.user_id)
        session.execute(mine)
    return standing_of(session, actor, author_id)


def refuse_too_many(session: Session, actor: Actor) -> None:
    """Refuse who follows more authors than anybody reads."""
    count = select(func.count()).select_from(Follow).where(col(Follow.user_id) == actor.user_id)
    if (session.scalar(count) or 0) >= MOST_FOLLOWED:
        raise LimitReached(
            f"You follow {MOST_FOLLOWED:,} authors already. Leave one first.", "too_many_followed"
        )


def standing_of(session: Session, actor: Actor | None, author_id: str) -> FollowStanding:
    """Return how many follow an author, and whether the asker does; visitors follow nobody."""
    mine = col(Follow.user_id) == actor.user_id if actor else literal(False)
    count, following = session.execute(
        select(func.count(), func.coalesce(func.bool_or(mine), False)).where(
            col(Follow.author_id) == author_id
        )
    ).one()
    return FollowStanding(int(count), bool(following), actor is not None and actor.user_id == author_id)


def list_following(session: Session, actor: Actor, cursor: str = "", limit: int = 25) -> Page[FollowedView]:
    """Return whom somebody follows, the last one first. Who has left is in it no more.

    Raises:
        InvalidInput: the cursor is not one of ours.
    """
    require_scope(actor, "ideas:read")
    size = page_limit(limit)
    statement = (
        select(Follow, User)
        .join(User, col(User.id) == col(Follow.author_id))
        .where(col(Follow.user_id) == actor.user_id, col(User.erased_at).is_(None))
        .order_by(col(Follow.created_at).desc(), col(Follow.author_id).desc())
        .limit(size + 1)
    )
    if cursor:
        statement = statement.where(
            tuple_(col(Follow.created_at), col(Follow.author_id)) < decode_cursor(cursor)
        )
    rows = session.execute(statement).all()
    shown = [FollowedView(user.id, user.name, picture_url(user), row.created_at) for row, user in rows[:size]]
    more = encode_cursor(shown[-1].followed_at, shown[-1].author_id) if len(rows) > size else None
    return Page(shown, more)


def idea_appeared(session: Session, idea: Idea) -> None:
    """Have an author's followers told, once this is committed. For who lets an idea be seen for the first time."""
    queue.enqueue(session, "tell_followers", {"idea_id": idea.id})


def tell_some(session: Session, idea_id: str, after: str = "") -> str:
    """Tell the next followers of an idea's author, and return who was last; "" when nobody is left, or nothing to see.

    Telling somebody twice is telling them once, so a worker that died is followed by one that begins anew.
    """
    idea = session.get(Idea, idea_id)
    if idea is None or idea.state != IdeaState.PUBLISHED:
        return ""
    # Who began to follow afterwards has seen it on the author's page.
    before = col(Follow.created_at) <= (idea.published_at or idea.created_at)
    statement = select(Follow.user_id).where(col(Follow.author_id) == idea.user_id, before)
    if after:
        statement = statement.where(col(Follow.user_id) > after)
    followers = list(session.scalars(statement.order_by(col(Follow.user_id)).limit(TOLD_AT_ONCE)))
    data = {"by": idea.user_id, "idea_id": idea.id}
    notify_many(session, followers, NotificationKind.PUBLISHED, idea.user_id, data)
    return followers[-1] if len(followers) == TOLD_AT_ONCE else ""


def forget_author(session: Session, user_id: str) -> None:
    """Let nobody follow somebody who has left."""
    session.execute(delete(Follow).where(col(Follow.author_id) == user_id))
