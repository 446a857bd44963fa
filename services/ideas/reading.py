"""Ideas as everybody reads them. Nothing here touches a paid part."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.accounts import User
from models.errors import NotFound
from models.idea_ranks import IdeaRank, Vote
from models.ideas import Idea, IdeaVersion
from services.accounts import Actor
from services.ideas.access import has_bought, is_authors_side, may_read_teaser
from services.ideas.standing import votes_of

ERASED_AUTHOR = "Deleted account"


@dataclass(frozen=True, slots=True)
class IdeaView:
    """An idea, and how it stands to whoever asks.

    `sections` are the headings of the paid part with their words, `opening` the first words of one of them.
    `owns` says that the paid part may be read, `mine` that it is the asker's own or their team's, `voted` that they
    voted for it.
    """

    id: str
    state: str
    title: str
    promise: str
    problem: str
    audience: str
    category: str
    tags: list[str]
    language: str
    price_cents: int
    version_number: int
    sections: list[dict[str, Any]]
    opening: str
    author_id: str
    author_name: str
    votes: int
    buyers: int
    comments: int
    reviews: int
    built: bool
    featured_until: datetime | None
    published_at: datetime | None
    changed_at: datetime
    voted: bool
    owns: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class VersionView:
    """One published state of an idea: what it was called, what it cost, and what was said of the change."""

    id: str
    number: int
    title: str
    price_cents: int
    content_hash: str
    note: str
    created_at: datetime


def find_idea(session: Session, actor: Actor | None, idea_id: str, *, locked: bool = False) -> Idea:
    """Return an idea that somebody may see.

    Raises:
        NotFound: there is none, or none for them to see.
    """
    statement = select(Idea).where(col(Idea.id) == idea_id).execution_options(populate_existing=True)
    idea = session.scalars(statement.with_for_update(key_share=True) if locked else statement).one_or_none()
    if idea is None or not may_read_teaser(session, actor, idea):
        raise NotFound("There is no idea with that id, or it is not published.")
    return idea


def get_idea(session: Session, actor: Actor | None, idea_id: str) -> IdeaView:
    """Return an idea as it is shown.

    Raises:
        NotFound: there is none, or none for them to see.
    """
    idea = find_idea(session, actor, idea_id)
    rank = session.get_one(IdeaRank, idea.id)
    author = session.scalar(
        select(User.name).where(col(User.id) == idea.user_id, col(User.erased_at).is_(None))
    )
    voted = actor is not None and session.get(Vote, (idea.id, actor.user_id)) is not None
    mine = is_authors_side(actor, idea)
    return view_of(
        idea,
        rank,
        author or ERASED_AUTHOR,
        # A visitor is told what was counted half a second ago; a voter has to see their own vote.
        votes=rank.votes if actor is None else votes_of(session, idea.id),
        voted=voted,
        mine=mine,
        owns=mine or has_bought(session, actor, idea.id),
    )


def view_of(
    idea: Idea, rank: IdeaRank, author: str, *, votes: int, voted: bool, owns: bool, mine: bool
) -> IdeaView:
    """Return what is shown of the rows of an idea."""
    return IdeaView(
        id=idea.id, state=idea.state, title=idea.title, promise=idea.promise, problem=idea.problem,
        audience=idea.audience, category=idea.category, tags=list(idea.tags), language=idea.language,
        price_cents=idea.price_cents, version_number=idea.version_number, sections=list(idea.sections),
        opening=idea.opening, author_id=idea.user_id, author_name=author, votes=votes, buyers=rank.buyers,
        comments=rank.comments, reviews=rank.reviews, built=rank.built, featured_until=rank.featured_until,
        published_at=idea.published_at, changed_at=idea.changed_at, voted=voted, owns=owns, mine=mine,
    )  # fmt: skip


def list_versions(session: Session, actor: Actor | None, idea_id: str) -> list[VersionView]:
    """Return the history of an idea, newest first.

    Raises:
        NotFound: there is none, or none for them to see.
    """
    idea = find_idea(session, actor, idea_id)
    rows = session.scalars(
        select(IdeaVersion)
        .where(col(IdeaVersion.idea_id) == idea.id)
        .order_by(col(IdeaVersion.number).desc())
    )
    return [
        VersionView(
            row.id,
            row.number,
            str(row.teaser["title"]),
            row.price_cents,
            row.content_hash,
            row.note,
            row.created_at,
        )
        for row in rows
    ]
