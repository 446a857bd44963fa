"""What a page reads of the discussion of an idea, for the server's drawing and for State alike."""

from dataclasses import dataclass, field

from sqlmodel import Session

from app.ideas.talk import (
    Mark,
    Opinion,
    Thread,
    averages_told,
    opinion_of,
    reviews_told,
    thread_row,
    threads_of,
)
from models.errors import NotFound
from services import comments, ideas, reviews
from services.accounts import Actor

ROWS = 25
# How many answers of the thread are shown that somebody was sent to.
PINNED = 100


@dataclass
class Talk:
    """Comments on an idea. `pinned` is the thread that the address leads to, if it does; `more` a cursor or ""."""

    count: int = 0
    signed_in: bool = False
    pinned: list[Thread] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    more: str = ""


@dataclass
class Verdict:
    """Reviews of an idea. `mine` is the reader's own, whether it counts or not; `may` says that they may give one."""

    told: str = ""
    averages: list[Mark] = field(default_factory=list)
    opinions: list[Opinion] = field(default_factory=list)
    mine: list[Opinion] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    may: bool = False
    replies: bool = False
    signed_in: bool = False
    more: str = ""


def read_talk(
    session: Session, actor: Actor | None, idea_id: str, linked: str = "", cursor: str = "", rows: int = ROWS
) -> Talk:
    """Return what was said about an idea, behind a cursor, with the thread of the comment `linked` above it.

    Raises:
        NotFound: there is no such idea for them to see.
        InvalidInput: the cursor is not one of ours.
    """
    idea = ideas.get_idea(session, actor, idea_id)
    page = comments.list_comments(session, actor, idea_id, cursor, rows)
    pinned = pinned_thread(session, actor, idea_id, linked)
    without = pinned[0].id if pinned else ""
    return Talk(
        idea.comments, actor is not None, pinned, threads_of(page.items, without), page.next_cursor or ""
    )


def pinned_thread(session: Session, actor: Actor | None, idea_id: str, linked: str) -> list[Thread]:
    """Return the thread of a comment, or nothing where there is none to see below this idea."""
    if not linked:
        return []
    try:
        found = comments.thread_of(session, actor, linked, PINNED)
    except NotFound:
        return []
    return [thread_row(found)] if found.idea_id == idea_id else []


def read_verdict(
    session: Session, actor: Actor | None, idea_id: str, cursor: str = "", rows: int = ROWS
) -> Verdict:
    """Return what buyers say of an idea, behind a cursor.

    Raises:
        NotFound: there is no such idea for them to see.
        InvalidInput: the cursor is not one of ours.
    """
    idea = ideas.find_idea(session, actor, idea_id)
    page = reviews.list_reviews(session, actor, idea_id, cursor, rows)
    averages = reviews.averages_of(session, actor, idea_id)
    own = reviews.my_review(session, actor, idea_id) if actor is not None else None
    return Verdict(
        told=reviews_told(averages.count),
        averages=averages_told(averages),
        opinions=[opinion_of(one) for one in page.items if not one.mine],
        mine=[opinion_of(own)] if own else [],
        given=given_in(own),
        may=reviews.may_review(session, actor, idea),
        replies=actor is not None and actor.user_id == idea.user_id,
        signed_in=actor is not None,
        more=page.next_cursor or "",
    )


def given_in(own: reviews.ReviewView | None) -> dict[str, str]:
    """Return what a form of one's own review begins with."""
    if own is None:
        return {"clarity": "", "novelty": "", "feasibility": "", "build": "", "words": ""}
    return {
        "clarity": str(own.clarity), "novelty": str(own.novelty), "feasibility": str(own.feasibility),
        "build": "yes" if own.would_build else "no", "words": own.words,
    }  # fmt: skip
