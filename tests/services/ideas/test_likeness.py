"""Ideas that were taken from others: held for a moderator, whoever bought first; nobody else is told of what."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import Session, col, select

from models.errors import NotAllowed, NotFound
from models.idea_ranks import IdeaRank
from models.ideas import Idea, IdeaState, IdeaVersion
from models.installation import Fact
from models.journal import AuditEntry, OutboxRow
from models.likeness import IdeaSketch, Likeness
from services import ideas, purchases
from services.accounts import Actor
from services.ideas import IdeaView
from services.ideas.likeness import candidates, judging, keeping
from services.ideas.likeness.cases import case_data, compare_idea
from services.ideas.likeness.findings import clear, list_likenesses
from services.ideas.likeness.judging import judge
from tests.labelled.texts import HAND_WRITTEN
from tests.market import fields

COPY, OTHER = HAND_WRITTEN[0], HAND_WRITTEN[1]


@pytest.fixture
def operator(session: Session, make_user: Callable[..., Any]) -> Actor:
    """The first account runs the installation."""
    actor: Actor = make_user(session, email="operator@example.com")[1]
    return actor


@pytest.fixture
def ada(session: Session, operator: Actor, make_user: Callable[..., Any]) -> Actor:
    actor: Actor = make_user(session)[1]
    return actor


@pytest.fixture
def bob(session: Session, operator: Actor, make_user: Callable[..., Any]) -> Actor:
    actor: Actor = make_user(session, email="bob@example.com")[1]
    return actor


def idea(session: Session, author: Actor, text: str, title: str = "An idea", **changed: Any) -> IdeaView:
    """Submit an idea that sells a text, and do the job that follows."""
    made = submitted(session, author, text, title, **changed)
    compare_idea(session, made.id)
    return ideas.get_idea(session, author, made.id)


def submitted(session: Session, author: Actor, text: str, title: str, **changed: Any) -> IdeaView:
    """Submit an idea that sells a text, and leave the job undone."""
    own = f"{author.user_id[-6:]} writes about {title.lower()} in words of their own, which nobody else uses so."
    sold = {
        "promise": f"{title}, as promised.",
        "problem": own,
        "solution": text,
        "go_to_market": "",
        **changed,
    }
    return ideas.submit_idea(session, author, fields(title, **sold))


def found(session: Session, idea_id: str) -> list[Likeness]:
    statement = select(Likeness).where(Likeness.idea_id == idea_id).order_by(col(Likeness.score).desc())
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def test_a_copy_is_held_and_the_earlier_idea_is_not(session: Session, ada: Actor, bob: Actor) -> None:
    first = idea(session, ada, COPY)
    copy = idea(session, bob, f"{COPY} And I would paint the trays blue.", "Bread by numbers")
    assert (first.state, copy.state) == (IdeaState.PUBLISHED, IdeaState.HELD)
    assert not session.get_one(IdeaRank, copy.id).listed and found(session, first.id) == []
    with pytest.raises(NotFound):
        ideas.get_idea(session, None, copy.id)
    [one] = found(session, copy.id)
    assert one.other_id == first.id and one.score > 0.95 and not one.bought and one.public_share == 0.0
    compare_idea(session, first.id)
    compare_idea(session, copy.id)
    held = session.scalars(select(AuditEntry.data).where(AuditEntry.action == "idea.held")).all()
    assert held == [{"reason": "likeness"}]


def test_distinct_ideas_of_one_field_are_left_alone(session: Session, ada: Actor, bob: Actor) -> None:
    made = [
        idea(session, ada if n % 2 else bob, text, f"Idea {n}") for n, text in enumerate(HAND_WRITTEN[:8])
    ]
    assert {one.state for one in made} == {IdeaState.PUBLISHED}


def test_what_was_bought_and_is_sold_again_is_never_published(
    session: Session, operator: Actor, ada: Actor, bob: Actor
) -> None:
    first = submitted(session, ada, COPY, "Bread")
    purchases.grant(session, operator, bob.user_id, first.id)
    resold = submitted(session, bob, f"Here is how. {COPY}", "My own bread")
    assert resold.state == IdeaState.HELD and resold.published_at is None
    compare_idea(session, resold.id)
    [one] = found(session, resold.id)
    assert one.bought and one.other_id == first.id
    # Nor by a change of what is there already, nor while it is out of the lists.
    mine = submitted(session, bob, OTHER, "Something else")
    assert mine.state == IdeaState.PUBLISHED
    ideas.unpublish(session, bob, mine.id)
    changed = ideas.change_some(session, bob, mine.id, {"specification": COPY})
    assert changed.state == IdeaState.HELD


def test_a_colleague_of_the_buyer_does_not_sell_it_either(
    session: Session, operator: Actor, ada: Actor, bob: Actor
) -> None:
    first = submitted(session, ada, COPY, "Bread")
    purchases.grant(session, operator, bob.user_id, first.id)
    assert submitted(session, bob, OTHER, "Labels").state == IdeaState.PUBLISHED
    who = candidates.Submitter(ada.user_id, bob.team_id)
    assert keeping.has_bought(session, who) and not keeping.has_bought(
        session, candidates.Submitter(ada.user_id, ada.team_id)
    )


def test_nobody_copies_from_themselves(session: Session, ada: Actor) -> None:
    idea(session, ada, COPY)
    assert idea(session, ada, COPY, "The same once more").state == IdeaState.PUBLISHED


def test_who_was_there_first_is_not_held_when_they_publish_a_change(
    session: Session, ada: Actor, bob: Actor
) -> None:
    first = idea(session, ada, COPY)
    idea(session, bob, COPY, "Bread by numbers")
    changed = ideas.change_some(session, ada, first.id, {"go_to_market": "By the guild."})
    assert not compare_idea(session, changed.id)
    assert ideas.get_idea(session, None, first.id).state == IdeaState.PUBLISHED


def test_a_change_that_takes_from_another_is_held(session: Session, ada: Actor, bob: Actor) -> None:
    idea(session, ada, COPY)
    mine = idea(session, bob, OTHER, "Labels")
    ideas.change_some(session, bob, mine.id, {"numbers": COPY})
    assert compare_idea(session, mine.id)
    assert session.get_one(Idea, mine.id).state == IdeaState.HELD


def test_what_a_moderator_has_cleared_is_a_case_again_only_when_it_comes_closer(
    session: Session, operator: Actor, ada: Actor, bob: Actor
) -> None:
    idea(session, ada, COPY)
    half = ". ".join(COPY.split(". ")[:4])
    mine = idea(session, bob, f"{half}. {OTHER}", "Labels")
    assert mine.state == IdeaState.HELD
    with pytest.raises(NotAllowed):
        clear(session, bob, mine.id)
    assert clear(session, operator, mine.id) == 1 and clear(session, operator, mine.id) == 0
    session.get_one(Idea, mine.id).state = IdeaState.PUBLISHED
    session.flush()
    ideas.change_some(session, bob, mine.id, {"go_to_market": "By the guild."})
    assert not compare_idea(session, mine.id)
    ideas.change_some(session, bob, mine.id, {"numbers": COPY})
    assert compare_idea(session, mine.id)


def test_the_operator_sees_how_like_it_is_and_nobody_else(
    session: Session, operator: Actor, ada: Actor, bob: Actor
) -> None:
    first = idea(session, ada, COPY, "Bread")
    copy = idea(session, bob, COPY, "Bread by numbers")
    [one] = list_likenesses(session, operator, copy.id)
    assert (one.other_id, one.other_title, one.other_author_id) == (first.id, "Bread", ada.user_id)
    assert one.words > 100 and one.longest > 100 and one.in_order and one.cleared_at is None
    for other in (ada, bob):
        with pytest.raises(NotAllowed):
            list_likenesses(session, other, copy.id)


def test_a_case_names_ideas_and_numbers(session: Session, ada: Actor, bob: Actor) -> None:
    first = idea(session, ada, COPY, "Bread")
    copy = submitted(session, bob, COPY, "Bread by numbers")
    data = case_data([one for one in judge(session, copy.id) if one.alarming])
    assert [one["idea_id"] for one in data["others"]] == [first.id]
    assert set(data["others"][0]) == {"idea_id", "score", "share", "bought"}


def test_the_night_compares_what_no_job_has_compared(session: Session, ada: Actor, bob: Actor) -> None:
    made = [submitted(session, who, COPY, f"Bread {n}") for n, who in enumerate((ada, bob))]
    assert keeping.want_missing(session) == 0  # they are a moment old: their own jobs come first
    late = col(IdeaVersion.created_at) - timedelta(minutes=10)
    session.execute(update(IdeaVersion).values(created_at=late))
    session.execute(update(Fact).values(at=col(Fact.at) - timedelta(days=2)))
    session.query(OutboxRow).delete()
    assert keeping.want_missing(session) == 2 and keeping.want_missing(session) == 0
    asked = session.scalars(select(OutboxRow).order_by(col(OutboxRow.created_at))).all()
    for row in asked:
        compare_idea(session, row.payload["idea_id"])
    assert [session.get_one(Idea, one.id).state for one in made] == [IdeaState.PUBLISHED, IdeaState.HELD]


def test_an_idea_that_is_gone_is_compared_with_nothing(session: Session, ada: Actor) -> None:
    made = submitted(session, ada, COPY, "Bread")
    session.delete(session.get_one(Idea, made.id))
    session.flush()
    assert not compare_idea(session, made.id)


def test_sketches_of_another_key_are_made_anew(session: Session, ada: Actor) -> None:
    made = idea(session, ada, COPY)
    assert keeping.missing(session, 10) == []
    session.execute(update(IdeaSketch).values(key_id="0" * 16))
    session.execute(update(IdeaVersion).values(created_at=col(IdeaVersion.created_at) - timedelta(hours=1)))
    assert keeping.missing(session, 10) == [made.id]


# Seeded mutants: each guard is missed when it is gone.


def test_without_the_look_at_what_was_bought_it_would_be_published(
    session: Session, operator: Actor, ada: Actor, bob: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = submitted(session, ada, COPY, "Bread")
    purchases.grant(session, operator, bob.user_id, first.id)
    monkeypatch.setattr(judging, "has_bought", lambda *_: False)
    assert submitted(session, bob, COPY, "My own bread").state == IdeaState.PUBLISHED


def test_without_asking_who_was_first_the_author_would_be_held(
    session: Session, ada: Actor, bob: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = idea(session, ada, COPY)
    idea(session, bob, COPY, "Bread by numbers")
    monkeypatch.setattr(judging, "was_there_before", lambda *_: False)
    ideas.change_some(session, ada, first.id, {"go_to_market": "By the guild."})
    assert compare_idea(session, first.id)
