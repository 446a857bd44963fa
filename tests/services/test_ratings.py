"""Ratings: asked once, by the owner alone, and averaged only where there are enough."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from models.accounts import Membership, Role
from models.deployments import Deployment, Observed, Release
from models.errors import Conflict, InvalidInput, NotAllowed, NotFound
from models.executions import Execution, State
from models.journal import AuditEntry
from models.ratings import LONGEST_WORDS, Rating
from services import accounts, catalog, deployments
from services.accounts import Actor
from services.ratings import STARS, checked, get_rating, rate
from tests.tiny_app import add_execution, write_app

Who = tuple


@pytest.fixture
def ada(session: Session, make_user: Callable[..., Who]) -> Who:
    return make_user(session)


def deploy(session: Session, who: Who, folder: Path, *, live: bool = True) -> str:
    """Make a deployment, and say that its execution has seen it work."""
    execution = add_execution(session, *who)
    made: Release = deployments.create_release(
        session,
        execution=execution,
        folder=write_app(folder),
        commit="c" * 40,
        deployment_id=None,
        slug_wish="x",
    )
    execution.deployment_id = made.deployment_id
    if live:
        execution.state = State.SUCCEEDED
    session.flush()
    return made.deployment_id


def test_a_live_deployment_asks_once_and_what_was_said_can_be_changed(
    session: Session, ada: Who, tmp_path: Path
) -> None:
    one = deploy(session, ada, tmp_path)
    assert get_rating(session, ada[1], one).ask
    said = rate(session, ada[1], one, 4, "  Nearly   there. ")
    assert (said.stars, said.words, said.ask) == (4, "Nearly there.", False)
    assert rate(session, ada[1], one, 5, "There.").stars == 5
    assert len(session.scalars(select(Rating)).all()) == 1
    given = select(AuditEntry.action).where(AuditEntry.action == "rating.given")
    assert len(session.scalars(given).all()) == 2


def test_saying_the_same_twice_changes_nothing(session: Session, ada: Who, tmp_path: Path) -> None:
    one = deploy(session, ada, tmp_path)
    first = rate(session, ada[1], one, 3, "Fine")
    assert rate(session, ada[1], one, 3, "Fine") == first
    given = select(AuditEntry.action).where(AuditEntry.action == "rating.given")
    assert len(session.scalars(given).all()) == 1


def test_a_skipped_question_is_not_asked_again_and_counts_nowhere(
    session: Session, ada: Who, tmp_path: Path
) -> None:
    one = deploy(session, ada, tmp_path)
    skipped = rate(session, ada[1], one, None)
    assert skipped.skipped and not skipped.ask and skipped.stars is None
    assert not get_rating(session, ada[1], one).ask


def test_skipping_does_not_take_back_what_was_rated(session: Session, ada: Who, tmp_path: Path) -> None:
    one = deploy(session, ada, tmp_path)
    rate(session, ada[1], one, 2)
    assert rate(session, ada[1], one, None).stars == 2


def test_nothing_is_asked_before_it_was_live(session: Session, ada: Who, tmp_path: Path) -> None:
    one = deploy(session, ada, tmp_path, live=False)
    assert not get_rating(session, ada[1], one).ask
    with pytest.raises(Conflict):
        rate(session, ada[1], one, 5)
    session.get_one(Deployment, one).observed = Observed.RUNNING
    assert get_rating(session, ada[1], one).ask


def test_another_team_finds_nothing_and_a_member_may_read_but_not_rate(
    session: Session, ada: Who, make_user: Callable[..., Who], tmp_path: Path
) -> None:
    one = deploy(session, ada, tmp_path)
    bob, stranger = make_user(session, email="bob@example.com")
    for ask in (lambda: get_rating(session, stranger, one), lambda: rate(session, stranger, one, 1)):
        with pytest.raises(NotFound):
            ask()
    session.add(Membership(team_id=ada[1].personal_team_id, user_id=bob.id, role=Role.MEMBER))
    session.flush()
    member: Actor = accounts.actor_for_user(session, bob, via="session")
    seen = get_rating(session, member, one)
    assert not seen.may_rate and not seen.ask
    with pytest.raises(NotAllowed):
        rate(session, member, one, 1)


def test_a_template_shows_its_average_from_three_ratings_on(
    session: Session, ada: Who, tmp_path: Path
) -> None:
    ones = [deploy(session, ada, tmp_path / str(number)) for number in range(4)]
    rate(session, ada[1], ones[0], None)
    for one, stars in zip(ones[1:3], (5, 4), strict=True):
        rate(session, ada[1], one, stars)
    card = catalog.list_templates(session)[0]
    assert (card.rating, card.ratings) == (None, 0)
    rate(session, ada[1], ones[3], 5)
    card = catalog.find_template(session, "tiny")
    assert (card.rating, card.ratings) == (4.7, 3)
    assert session.scalars(select(Execution)).first() is not None


@given(st.one_of(st.none(), st.integers()), st.text(max_size=400))
def test_whatever_is_said_is_stored_as_one_printable_line_or_refused(stars: int | None, words: str) -> None:
    try:
        said = checked(stars, words)
    except InvalidInput as refusal:
        assert {field.path for field in refusal.fields} <= {"/stars", "/words"} and refusal.fields
        return
    assert stars is None or stars in STARS
    assert len(said) <= LONGEST_WORDS and said.isprintable() and "  " not in said
