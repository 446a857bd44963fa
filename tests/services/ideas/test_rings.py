"""Rings of 20 among honest voters: they gain nothing, honest people lose nothing, and the counter stays true."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from models.clock import now
from models.errors import NotAllowed, NotFound
from models.ids import encode_id, new_id
from models.installation import Fact
from models.journal import AuditEntry, OutboxRow
from models.rings import RingState, RingVote, VoteRing
from services import votes
from services.accounts import Actor
from services.ideas.ending import forget_voter
from services.ideas.rings import cases, listing, nightly, signs, stopping
from services.ideas.rings.groups import groups_of
from services.ideas.rings.reading import Pair
from services.ideas.rings.signs import Sign
from tests import crowd_of_voters as crowds
from tests.crowd_of_voters import counted_wrongly
from tests.market import publish

# Groups.


def ring_of(names: str, **kinds: int) -> list[Pair]:
    """Return pairs of everybody with everybody."""
    return [Pair(one, other, **kinds) for at, one in enumerate(names) for other in names[at + 1 :]]


def test_two_signs_make_a_group_sure_and_one_leaves_it_to_a_person() -> None:
    alike = ring_of("abcdefgh", shared=4, close=0, either=6)
    [suspected] = groups_of(signs.graphs(alike, []))
    assert suspected.signs == {Sign.IDEAS: 8} and not suspected.is_sure
    [sure] = groups_of(signs.graphs(alike, ring_of("abcdefgh", shared=4, close=0, either=6)))
    assert sure.is_sure and set(sure.signs) == {Sign.IDEAS, Sign.PLACES}


def test_a_family_an_office_and_four_friends_are_no_group() -> None:
    office = ring_of("abcdefgh", shared=1, close=0, either=30)
    assert groups_of(signs.graphs([], office)) == []
    friends = ring_of("abcd", shared=9, close=9, either=9)
    assert groups_of(signs.graphs(friends, friends)) == []


def test_only_those_who_bear_two_signs_are_of_it() -> None:
    alike = ring_of("abcdefgh", shared=4, close=0, either=6)
    [sure] = groups_of(signs.graphs(alike, ring_of("abcdexyz", shared=1, close=0, either=30)))
    assert sure.accounts == frozenset("abcde")


def test_a_chain_of_acquaintances_is_no_group() -> None:
    chain = [Pair(f"p{n}", f"p{n + step}", 3, 3, 5) for n in range(40) for step in (1, 2)]
    assert groups_of(signs.graphs(chain, [])) == []


# What becomes of votes.


@pytest.fixture
def crowd(session: Session, make_user: Callable[..., Any]) -> list[Actor]:
    """An operator who is an author, and six voters, who never sign in."""
    author: Actor = make_user(session)[1]
    session.execute(crowds.ADD_PEOPLE, {"people": 6, "model": author.email})
    voters = [encode_id("user", crowds.user_uuid(n)) for n in range(1, 7)]
    return [author, *(replace(author, user_id=one, is_operator=False, roles={}) for one in voters)]


def ring(
    session: Session, idea_ids: list[str], people: list[Actor], state: str = RingState.SUSPECTED
) -> VoteRing:
    """Keep a ring as a night finds it."""
    made = VoteRing(state=state, accounts=len(people), signs={"same_ideas": len(people)})
    session.add(made)
    session.flush()
    nightly.add_votes(session, made.id, [(one, who.user_id) for one in idea_ids for who in people])
    return made


def count(session: Session, idea_id: str) -> int:
    votes.fold(session)
    return votes.votes_of(session, idea_id)


def test_stopped_votes_do_not_count_and_count_again_after_an_appeal(
    session: Session, crowd: list[Actor]
) -> None:
    made = publish(session, crowd[0])
    for voter in crowd[1:]:
        votes.set_vote(session, voter, made.id, voted=True)
    found = ring(session, [made.id], crowd[1:5])
    assert count(session, made.id) == 6
    for _ in range(2):
        assert cases.confirm(session, crowd[0], found.id).state == RingState.STOPPED
        assert count(session, made.id) == 2 and counted_wrongly(session) == 0
    for _ in range(2):
        assert cases.clear(session, crowd[0], found.id).state == RingState.CLEARED
        assert count(session, made.id) == 6 and counted_wrongly(session) == 0
    told = select(AuditEntry.action, AuditEntry.data).where(col(AuditEntry.action).like("votes.%"))
    assert [(action, data["votes"]) for action, data in session.execute(told.order_by(col(AuditEntry.at)))] == [
        ("votes.stopped", 4), ("votes.counted_again", 4),
    ]  # fmt: skip


def test_a_vote_of_a_stopped_ring_that_is_cast_again_is_stopped_again(
    session: Session, crowd: list[Actor]
) -> None:
    made = publish(session, crowd[0])
    for voter in crowd[1:]:
        votes.set_vote(session, voter, made.id, voted=True)
    cases.confirm(session, crowd[0], ring(session, [made.id], crowd[1:5]).id)
    for voted in (False, True):
        votes.set_vote(session, crowd[1], made.id, voted=voted)
    assert count(session, made.id) == 3
    assert stopping.stop_again(session) == 1 and stopping.stop_again(session) == 0
    assert count(session, made.id) == 2


def test_a_vote_of_two_rings_counts_again_when_both_are_cleared(session: Session, crowd: list[Actor]) -> None:
    made = publish(session, crowd[0])
    for voter in crowd[1:]:
        votes.set_vote(session, voter, made.id, voted=True)
    rings = [ring(session, [made.id], people) for people in (crowd[1:5], crowd[3:7])]
    for one in rings:
        cases.confirm(session, crowd[0], one.id)
    assert count(session, made.id) == 0
    cases.clear(session, crowd[0], rings[0].id)
    assert count(session, made.id) == 2
    cases.clear(session, crowd[0], rings[1].id)
    assert count(session, made.id) == 6


def test_only_a_moderator_decides_and_sees(session: Session, crowd: list[Actor]) -> None:
    made = publish(session, crowd[0])
    found = ring(session, [made.id], crowd[1:5])
    for do in (cases.confirm, cases.clear, listing.get_ring):
        with pytest.raises(NotAllowed):
            do(session, crowd[1], found.id)
        with pytest.raises(NotFound):
            do(session, crowd[0], new_id("ring"))
    with pytest.raises(NotAllowed):
        listing.list_rings(session, crowd[1])
    [seen] = listing.list_rings(session, crowd[0]).items
    assert (seen.accounts, [(one.title, one.votes) for one in seen.ideas]) == (4, [("Menu translator", 4)])
    assert not any(who.user_id in repr(seen) for who in crowd[1:])


def test_rings_are_listed_a_page_at_a_time(session: Session, crowd: list[Actor]) -> None:
    made = publish(session, crowd[0])
    known = {ring(session, [made.id], crowd[1:5]).id for _ in range(5)}
    seen, cursor = [], ""
    while cursor is not None:
        page = listing.list_rings(session, crowd[0], cursor or "", 2)
        seen += [one.id for one in page.items]
        cursor = page.next_cursor
    assert len(seen) == 5 and set(seen) == known


def test_a_ring_that_is_found_again_is_one_ring_and_a_cleared_one_stays_cleared(
    session: Session, crowd: list[Actor]
) -> None:
    made = [publish(session, crowd[0], f"Idea {n}") for n in range(3)]
    for one in made:
        for voter in crowd[1:]:
            votes.set_vote(session, voter, one.id, voted=True)
    assert nightly.find_rings(session) == 1 and nightly.find_rings(session) == 0
    [found] = session.scalars(select(VoteRing)).all()
    # They vote for the same within a moment, from nowhere: two signs.
    assert found.state == RingState.STOPPED and found.accounts == 6
    assert [count(session, one.id) for one in made] == [0, 0, 0]
    cases.clear(session, crowd[0], found.id)
    assert nightly.find_rings(session) == 0
    assert [count(session, one.id) for one in made] == [6, 6, 6]


def test_the_search_is_promised_once_a_night(session: Session, crowd: list[Actor]) -> None:
    assert nightly.want(session) == 1 and nightly.want(session) == 0
    session.execute(Fact.__table__.update().values(at=now() - timedelta(days=1, minutes=1)))  # type: ignore[attr-defined]
    assert nightly.want(session) == 1
    assert len(session.scalars(select(OutboxRow).where(OutboxRow.topic == "find_rings")).all()) == 2


def test_whoever_leaves_is_of_no_ring(session: Session, crowd: list[Actor]) -> None:
    made = publish(session, crowd[0])
    ring(session, [made.id], crowd[1:5])
    forget_voter(session, crowd[1].user_id)
    assert session.scalars(select(RingVote.user_id).where(RingVote.user_id == crowd[1].user_id)).all() == []


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000))
def test_the_counter_is_the_counted_votes_whatever_happens(
    session: Session, crowd: list[Actor], seed: int
) -> None:
    chance = random.Random(seed)
    point = session.begin_nested()
    made = [publish(session, crowd[0], f"Idea {n}").id for n in range(2)]
    rings = [ring(session, made, chance.sample(crowd[1:], 3)).id for _ in range(2)]
    for _ in range(30):
        what, voter, one = chance.randrange(6), chance.choice(crowd[1:]), chance.choice(made)
        if what <= 1:
            votes.set_vote(session, voter, one, voted=what == 0)
        elif what == 2:
            votes.fold(session)
        elif what == 3:
            stopping.stop_again(session)
        else:
            (cases.confirm if what == 4 else cases.clear)(session, crowd[0], chance.choice(rings))
        assert counted_wrongly(session) == 0
    point.rollback()
