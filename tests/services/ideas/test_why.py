"""Why an idea is where it is: nothing that moves it is left out."""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from models.clock import now
from models.errors import NotFound
from models.idea_ranks import IdeaRank
from services import ideas, votes
from services.ideas.feed import Slot
from services.ideas.ranking import Counts, quality
from services.ideas.why import explain
from tests.market import publish

# What is counted, and the factor that shows it.
SHOWN = {
    "weight": "Votes by trust",
    "fresh_weight": "Votes by trust",
    "qualified_views": "Readers",
    "buyers": "Buyers",
    "rating_for": "Ratings by buyers",
    "rating_against": "Ratings by buyers",
    "comments": "Heat",
    "reviews": "Heat",
}


def test_every_count_that_moves_an_idea_is_shown(session: Session, make_user: Callable[..., Any]) -> None:
    assert {one.name for one in fields(Counts)} == SHOWN.keys()
    idea = publish(session, make_user(session)[1])
    before = {one.name: one for one in explain(session, None, idea.id).factors}
    assert set(SHOWN.values()) <= before.keys()
    rank = session.get_one(IdeaRank, idea.id)
    for name, factor in SHOWN.items():
        setattr(rank, name, 7)
        after = {one.name: one for one in explain(session, None, idea.id).factors}
        assert after[factor] != before[factor], name
        before = after


def test_the_scores_are_those_that_the_lists_are_ordered_by(
    session: Session, make_user: Callable[..., Any]
) -> None:
    idea = publish(session, make_user(session)[1])
    votes.set_vote(session, make_user(session, email="b@example.com")[1], idea.id, voted=True)
    votes.fold(session)
    told, kept = explain(session, None, idea.id), session.get_one(IdeaRank, idea.id, populate_existing=True)
    assert told.quality == pytest.approx(kept.quality) and told.quality > quality(Counts())


def test_a_drawn_and_a_paid_place_say_so(session: Session, make_user: Callable[..., Any]) -> None:
    idea = publish(session, make_user(session)[1])
    assert explain(session, None, idea.id, Slot.EXPLORING).slot == Slot.EXPLORING
    assert explain(session, None, idea.id, Slot.FEATURED).slot == Slot.ORGANIC
    session.get_one(IdeaRank, idea.id).featured_until = now() + timedelta(days=1)
    told = explain(session, None, idea.id, Slot.FEATURED)
    assert told.slot == Slot.FEATURED and "pays" in told.sentence


def test_what_cannot_be_seen_is_not_explained(session: Session, make_user: Callable[..., Any]) -> None:
    _, author = make_user(session)
    idea = publish(session, author)
    ideas.unpublish(session, author, idea.id)
    with pytest.raises(NotFound):
        explain(session, None, idea.id)
