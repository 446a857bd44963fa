"""What levels are made of, counted from what really happened."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from models.accounts import User
from models.clock import now
from models.errors import LimitReached
from models.ids import decode_id
from models.purchases import PurchaseSource
from models.settings import settings
from models.trust import TrustDay, TrustLevel
from services import purchases, trust
from services.accounts import Actor
from services.ideas import views
from services.ideas.reading import find_idea
from services.purchases import complete, open_purchase, split_of
from services.trust import days
from services.trust.computing import compute_next
from tests.market import publish
from tests.services.teams.people import again, person


@pytest.fixture
def people(session: Session) -> list[Actor]:
    """The operator, an author, and readers."""
    made = [person(session, f"Reader{number}") for number in range(8)]
    session.get_one(User, made[0].user_id).is_operator = True
    session.flush()
    return [again(session, one) for one in made]


def been_here(session: Session, actor: Actor, *, age: int, days_read: int, each: int = 5) -> None:
    """Let somebody have signed up a while ago, confirmed the address, and read since."""
    user = session.get_one(User, actor.user_id)
    user.created_at, user.email_verified_at = now() - timedelta(days=age, hours=1), now()
    for back in range(1, days_read + 1):
        session.add(TrustDay(user_id=actor.user_id, day=now().date() - timedelta(days=back), reads=each))
    session.flush()


def bought(session: Session, buyer: Actor, idea_id: str) -> None:
    """Buy an idea, as a payment would."""
    idea = find_idea(session, buyer, idea_id, locked=True)
    complete(session, open_purchase(session, buyer, idea, split_of(idea.price_cents), PurchaseSource.TILL))


def test_reading_and_staying_leads_to_level_2_and_no_further(session: Session, people: list[Actor]) -> None:
    reader = people[2]
    assert trust.get_trust(session, reader).level == 0
    been_here(session, reader, age=2, days_read=1)
    assert trust.get_trust(session, reader).level == 1
    been_here_for_a_year = people[3]
    been_here(session, been_here_for_a_year, age=390, days_read=390, each=50)
    view = trust.get_trust(session, been_here_for_a_year)
    assert view.level == 2
    assert {step.name for step in view.steps if not step.met} == {"bought", "recognised"}
    assert trust.weight_of(session, been_here_for_a_year.user_id) == view.weight == trust.WEIGHTS[2]


def test_the_fifth_known_buyer_makes_an_author_trusted_at_once(session: Session, people: list[Actor]) -> None:
    author = people[1]
    been_here(session, author, age=60, days_read=30)
    own = publish(session, author)
    for number in (2, 3):
        bought(session, author, publish(session, people[number], f"Other {number}").id)
    for buyer in people[2:7]:
        assert trust.level_of(session, author.user_id) == 2
        been_here(session, buyer, age=5, days_read=2)
        trust.refresh(session, buyer.user_id)
        bought(session, buyer, own.id)
    assert trust.level_of(session, author.user_id) == 3


def test_what_was_given_away_and_bought_by_unknown_accounts_recognises_nobody(
    session: Session, people: list[Actor]
) -> None:
    operator, author = people[:2]
    own = publish(session, author)
    for buyer in people[2:5]:
        purchases.grant(session, operator, buyer.user_id, own.id)
    for buyer in people[5:8]:
        bought(session, buyer, own.id)
    assert session.get_one(TrustLevel, author.user_id).counted["recognised"] == 0


def test_an_idea_that_is_read_counts_once_a_day_and_names_no_idea(
    session: Session, people: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    idea, reader = publish(session, people[1]), people[2]
    handed_in = views.ticket(session, idea.id)
    later = now() + timedelta(seconds=6)
    monkeypatch.setattr(views, "now", lambda: later)
    assert views.count_view(session, reader, idea.id, handed_in, "x")
    assert not views.count_view(session, reader, idea.id, handed_in, "x")
    views.count_view(session, None, idea.id, handed_in, "a visitor")
    rows = session.scalars(select(TrustDay)).all()
    assert [(row.user_id, row.reads) for row in rows if row.reads] == [(reader.user_id, 1)]


def test_the_night_computes_everybody_and_forgets_old_days(session: Session, people: list[Actor]) -> None:
    been_here(session, people[2], age=20, days_read=10)
    session.add(TrustDay(user_id=people[2].user_id, day=now().date() - timedelta(days=401), reads=1))
    session.flush()
    assert compute_next(session, "") == ""
    levels = dict(session.execute(select(TrustLevel.user_id, TrustLevel.level)).tuples().all())
    assert levels == {one.user_id: 2 if one is people[2] else 0 for one in people}
    assert days.forget(session) == 1


def test_a_day_has_room_for_so_many_and_the_refusal_says_what_comes_next(
    session: Session, people: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "trust_limits", True)
    author = people[1]
    for number in range(3):
        publish(session, author, f"Idea {number}")
    with pytest.raises(LimitReached) as refused:
        publish(session, author, "Idea 4")
    assert refused.value.code == "too_many_ideas"
    assert "3 ideas a day" in refused.value.message and "6 a day at level 1" in refused.value.message
    assert 0 < refused.value.retry_after_s <= 86_400
    for number in range(4):  # who runs the installation has no limit
        publish(session, people[0], f"House {number}")
    yesterday = text("UPDATE trust_days SET day = day - 1 WHERE user_id = :user")
    session.execute(yesterday, {"user": decode_id("user", author.user_id)})
    publish(session, author, "Idea of the next day")
