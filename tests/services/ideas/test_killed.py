"""Whoever is killed in the middle has done nothing, and doing it again does it once."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func
from sqlmodel import Session, col, select

from models.accounts import User
from models.clock import clock, now
from models.comments import Comment
from models.db import close_engine, transaction
from models.errors import NotFound
from models.idea_ranks import IdeaRank, Vote, VoteDelta
from models.ideas import Idea, IdeaDraft, IdeaVersion, PaidPart
from models.journal import AuditEntry, OutboxRow
from models.notifications import Notification
from models.purchases import Purchase
from models.receipts import Receipt, ReceiptDay
from models.reviews import Review
from models.settings import Settings
from services import accounts, comments, ideas, purchases, reviews, votes
from services.accounts import Actor
from services.crashpoints import AFTER_EFFECT, VARIABLE
from services.ideas.receipts import days
from tests.market import buy, fields, publish, review_fields

Work = Callable[[Session], object]
COUNTED = (
    Idea, IdeaVersion, PaidPart, IdeaDraft, IdeaRank, Vote, VoteDelta, Purchase, Comment, Review, AuditEntry, Receipt,
    ReceiptDay, Notification, OutboxRow,
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """An author with an idea and a draft, and somebody who buys and votes."""

    author: Actor
    buyer: Actor
    idea: str
    draft: str


@pytest.fixture
def scene(clean: Settings) -> Scene:
    with transaction() as session:
        author, buyer = (person(session, name) for name in ("author", "buyer"))
        idea = publish(session, author)
        draft = ideas.save_draft(session, author, fields("Another"))
        return Scene(author, buyer, idea.id, draft.id)


def person(session: Session, name: str) -> Actor:
    user = User(email=f"{name}@example.com", name=name, is_operator=name == "author")
    accounts.add_with_team(session, user, f"{name}'s team")
    return accounts.actor_for_user(session, user, via="session")


def works(scene: Scene) -> dict[str, Work]:
    """What is killed, by the subject of its crash point."""
    return {
        "idea": lambda session: ideas.submit_idea(
            session, scene.author, fields("Another"), draft_id=scene.draft
        ),
        "idea_change": lambda session: ideas.change_idea(
            session, scene.author, scene.idea, fields("Menu translator, again")
        ),
        "vote": lambda session: votes.set_vote(session, scene.buyer, scene.idea, voted=True),
        "fold": votes.fold,
        "grant": lambda session: purchases.grant(session, scene.author, scene.buyer.user_id, scene.idea),
        "receipt_day": closed_tomorrow,
        "comment": lambda session: comments.write_comment(
            session, scene.buyer, scene.idea, "Does it read PDFs?"
        ),
        "review": lambda session: reviews.write_review(session, scene.buyer, scene.idea, review_fields()),
    }


def closed_tomorrow(session: Session) -> None:
    """Close the day of the receipts, as the clock does after midnight."""
    moment = now() + timedelta(days=1)
    token = clock.set(lambda: moment)
    days.close_day(session)
    clock.reset(token)


def ended(place: str, work: Work) -> int:
    """Do something in a process of its own that is killed at a place, and return the signal that ended it."""
    close_engine()  # two processes on one connection would read each other's answers
    if (child := os.fork()) == 0:
        os.environ[VARIABLE] = place
        with transaction() as session:
            work(session)
        os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


def stored() -> dict[str, object]:
    """How many rows there are, and how the ideas stand."""
    with transaction() as session:
        found: dict[str, object] = {
            table.__name__: session.scalar(select(func.count()).select_from(table)) for table in COUNTED
        }
        ranks = select(
            IdeaRank.idea_id, IdeaRank.votes, IdeaRank.buyers, IdeaRank.comments, IdeaRank.reviews
        ).order_by(col(IdeaRank.idea_id))
        versions = select(Idea.id, Idea.version_number, Idea.title).order_by(col(Idea.id))
        found["stand"] = [tuple(row) for row in [*session.execute(ranks), *session.execute(versions)]]
        return found


@pytest.mark.parametrize(
    "subject", ["idea", "idea_change", "vote", "fold", "grant", "receipt_day", "comment", "review"]
)
def test_a_process_that_is_killed_before_its_commit_has_done_nothing_and_its_repeat_does_it_once(
    subject: str, scene: Scene
) -> None:
    work = works(scene)[subject]
    if subject == "fold":
        with transaction() as session:
            votes.set_vote(session, scene.buyer, scene.idea, voted=True)
    if subject == "review":
        with transaction() as session:
            buy(session, scene.buyer, scene.idea)
    before = stored()
    assert ended(f"{AFTER_EFFECT}:{subject}", work) == signal.SIGKILL
    assert stored() == before
    with transaction() as session:
        work(session)
    once = stored()
    assert once != before
    try:
        with transaction() as session:
            work(session)
    except NotFound:  # the draft is gone: it was published
        assert subject == "idea"
    assert stored() == once
