"""Votes: one an account, counted exactly, whoever clicks and however often."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlmodel import Session

from models.errors import NotAllowed, NotFound
from models.idea_ranks import IdeaRank
from models.trust import TrustLevel
from services import ideas, votes
from services.accounts import Actor
from services.ideas.feed import FeedQuery, Tab, list_ideas
from services.trust import WEIGHTS
from tests.market import publish


@pytest.fixture
def crowd(session: Session, make_user: Callable[..., Any]) -> list[Actor]:
    """An author, and five voters."""
    return [make_user(session, email=f"{n}@example.com")[1] for n in range(6)]


def rank(session: Session, idea_id: str) -> IdeaRank:
    return session.get_one(IdeaRank, idea_id, populate_existing=True)


def test_a_vote_is_counted_at_once_and_twice_is_once(session: Session, crowd: list[Actor]) -> None:
    idea = publish(session, crowd[0])
    assert votes.set_vote(session, crowd[1], idea.id, voted=True).count == 1
    assert votes.set_vote(session, crowd[1], idea.id, voted=True).count == 1
    assert votes.set_vote(session, crowd[2], idea.id, voted=True).count == 2
    assert (
        ideas.get_idea(session, crowd[1], idea.id).voted
        and not ideas.get_idea(session, crowd[3], idea.id).voted
    )
    assert votes.set_vote(session, crowd[1], idea.id, voted=False) == votes.VoteResult(1, voted=False)
    assert votes.set_vote(session, crowd[1], idea.id, voted=False).count == 1


def test_a_voter_finds_their_vote_in_lists_and_on_the_page_before_it_is_folded(
    session: Session, crowd: list[Actor]
) -> None:
    idea = publish(session, crowd[0])
    votes.set_vote(session, crowd[1], idea.id, voted=True)

    def seen(actor: Actor | None) -> set[int]:
        lists = [FeedQuery(tab=Tab.TOP), FeedQuery(tab=Tab.NEW), FeedQuery(words=idea.title)]
        cards = [card for query in lists for card in list_ideas(session, actor, query).items]
        return {ideas.get_idea(session, actor, idea.id).votes, *(card.votes for card in cards)}

    assert seen(crowd[1]) == seen(crowd[2]) == {1}
    votes.set_vote(session, crowd[1], idea.id, voted=False)
    assert seen(crowd[1]) == {0}
    votes.fold(session)
    assert seen(crowd[1]) == seen(None) == {0}


def test_nobody_votes_for_their_own_idea_or_one_that_they_cannot_see(
    session: Session, crowd: list[Actor]
) -> None:
    idea = publish(session, crowd[0])
    with pytest.raises(NotAllowed) as refused:
        votes.set_vote(session, crowd[0], idea.id, voted=True)
    assert refused.value.code == "own_idea"
    ideas.unpublish(session, crowd[0], idea.id)
    with pytest.raises(NotFound):
        votes.set_vote(session, crowd[1], idea.id, voted=True)


def test_a_vote_weighs_what_its_voter_was_trusted_with_also_when_it_is_taken_back(
    session: Session, crowd: list[Actor]
) -> None:
    idea = publish(session, crowd[0])
    session.add(TrustLevel(user_id=crowd[1].user_id, level=3))
    session.flush()
    for voter in crowd[1:3]:
        votes.set_vote(session, voter, idea.id, voted=True)
    votes.fold(session)
    assert rank(session, idea.id).weight == pytest.approx(WEIGHTS[3] + WEIGHTS[0])
    session.get_one(TrustLevel, crowd[1].user_id).level = 0
    session.flush()
    votes.set_vote(session, crowd[1], idea.id, voted=False)
    votes.fold(session)
    assert rank(session, idea.id).weight == pytest.approx(WEIGHTS[0])


@hypothesis_settings(
    max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(clicks=st.lists(st.tuples(st.integers(1, 5), st.booleans(), st.booleans()), max_size=25))
def test_the_counter_is_the_votes_whatever_is_clicked_and_folded_when(
    session: Session, crowd: list[Actor], clicks: list[tuple[int, bool, bool]]
) -> None:
    idea = publish(session, crowd[0])
    standing: set[int] = set()
    for voter, voted, folded in clicks:
        standing = standing | {voter} if voted else standing - {voter}
        assert votes.set_vote(session, crowd[voter], idea.id, voted=voted).count == len(standing)
        if folded:
            votes.fold(session)
    votes.fold(session)
    assert rank(session, idea.id).votes == len(standing)
    assert rank(session, idea.id).weight == pytest.approx(WEIGHTS[0] * len(standing))


def test_who_leaves_takes_their_votes_along(session: Session, crowd: list[Actor]) -> None:
    from services.ideas.ending import forget_voter

    idea = publish(session, crowd[0])
    votes.set_vote(session, crowd[1], idea.id, voted=True)
    forget_voter(session, crowd[1].user_id)
    votes.fold(session)
    assert rank(session, idea.id).votes == 0
