"""Evidence: computed from what happened, said with how sure it is, and silent about what nobody knows."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from models.deployment_minutes import DeploymentMinute
from models.deployments import Deployment, Release
from models.executions import Execution, State
from models.idea_builds import BuildDay
from models.idea_ranks import IdeaRank
from models.purchases import Purchase, PurchaseSource, PurchaseState
from models.templates import Template, TemplateVersion
from services import purchases
from services.accounts import Actor
from services.ideas.evidence import scores
from services.ideas.evidence.builds import link_build, watch_builds
from services.ideas.evidence.parts import Part, evidence_of
from services.ideas.ranking import Counts
from services.ideas.receipts import days
from tests.market import publish
from tests.services.ideas.test_receipts import later


@pytest.fixture
def people(session: Session, make_user: Callable[..., Any]) -> tuple[Actor, Actor, Actor]:
    """The operator, an author and a buyer."""
    made = [make_user(session, email=f"{name}@example.com")[1] for name in ("op", "author", "buyer")]
    return made[0], made[1], made[2]


def parts(session: Session, idea_id: str) -> dict[str, Part]:
    """The evidence as a visitor reads it, by name."""
    return {str(one.name): one for one in evidence_of(session, None, idea_id)}


def test_of_a_new_idea_nothing_is_known_but_its_receipt_and_its_age(
    session: Session, people: tuple[Actor, ...]
) -> None:
    found = parts(session, publish(session, people[1]).id)
    assert {name: one.score for name, one in found.items()} == {
        "demand": None, "reviews": None, "built": None, "receipt": 50, "freshness": 100,
    }  # fmt: skip
    for name in ("demand", "reviews", "built"):
        assert found[name].words.startswith("Not known yet") and found[name].low is found[name].high is None
    assert all(one.how and one.unsure for one in found.values())


def test_demand_counts_readers_votes_and_who_paid_and_no_presents(
    session: Session, people: tuple[Actor, ...]
) -> None:
    operator, author, buyer = people
    idea = publish(session, author)
    bought = purchases.grant(session, operator, buyer.user_id, idea.id)
    assert "0 buyers" in parts(session, idea.id)["demand"].words
    row = session.get_one(Purchase, bought.id)
    row.source = PurchaseSource.TILL
    rank = session.get_one(IdeaRank, idea.id)
    rank.qualified_views, rank.weight = 60, 4.0
    session.flush()
    kept = parts(session, idea.id)["demand"]
    assert "60 readers" in kept.words and "1 buyer" in kept.words
    row.state = PurchaseState.REFUNDED
    session.flush()
    refunded = parts(session, idea.id)["demand"]
    assert "1 refund (100% of those who bought)" in refunded.words
    assert refunded.score is not None and kept.score is not None and refunded.score < kept.score


def test_a_receipt_counts_whole_once_it_stands_in_the_log(
    session: Session, people: tuple[Actor, ...]
) -> None:
    idea = publish(session, people[1])
    with later(days=1):
        days.close_day(session)
        found = parts(session, idea.id)["receipt"]
    assert found.score == 100 and "in the public log of" in found.words


def test_what_was_built_is_told_from_the_execution_and_its_probes(
    session: Session, people: tuple[Actor, ...]
) -> None:
    idea = publish(session, people[1])
    link_build(session, idea.id, execution(session, people[1], State.FAILED))
    assert watch_builds(session) == 0 and parts(session, idea.id)["built"].score is None
    done = execution(session, people[1], State.SUCCEEDED, took=6.2)
    deployment = deployed(session, people[1], done)
    for _ in range(2):
        link_build(session, idea.id, done)
    probed(session, people[1], deployment, well=1_430, ill=3)
    assert watch_builds(session) == 1
    assert session.get_one(IdeaRank, idea.id, populate_existing=True).built
    assert watch_builds(session) == 0
    found = parts(session, idea.id)["built"]
    assert found.words == "Built by the team in 6 s, healthy on 1 of 1 day seen."
    assert (found.score, found.low, found.high) == (52, 52, 100)
    today = datetime.now(UTC).date()
    for ago in range(1, 30):
        session.add(BuildDay(deployment_id=deployment, day=today - timedelta(days=ago), well=1_440))
    session.flush()
    assert (
        parts(session, idea.id)["built"].words == "Built by the team in 6 s, healthy on 30 of 30 days seen."
    )
    assert parts(session, idea.id)["built"].score == 100


def test_a_day_is_counted_once_however_often_it_is_looked_at(
    session: Session, people: tuple[Actor, ...]
) -> None:
    idea = publish(session, people[1])
    done = execution(session, people[1], State.SUCCEEDED)
    deployment = deployed(session, people[1], done)
    link_build(session, idea.id, done)
    probed(session, people[1], deployment, well=10, ill=2)
    watch_builds(session)
    watch_builds(session)
    row = session.scalars(select(BuildDay)).one()
    assert (row.well, row.ill) == (10, 2)
    assert "healthy on 0 of 1 day seen" in parts(session, idea.id)["built"].words


def test_an_example_is_no_evidence(session: Session, people: tuple[Actor, ...]) -> None:
    idea = publish(session, people[1])
    done = execution(session, people[1], State.SUCCEEDED)
    session.get_one(Execution, done).example = True
    deployed(session, people[1], done)
    link_build(session, idea.id, done)
    assert watch_builds(session) == 0 and parts(session, idea.id)["built"].score is None


def execution(session: Session, actor: Actor, state: State, took: float = 6.0) -> str:
    """An execution that has ended."""
    version = session.scalars(select(TemplateVersion)).first() or template(session, actor)
    ended = datetime.now(UTC)
    row = Execution(
        team_id=actor.team_id, user_id=actor.user_id, template_version_id=version.id, template_slug="shop",
        template_name="Shop", name="One", state=state, started_at=ended - timedelta(seconds=took), finished_at=ended,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def template(session: Session, actor: Actor) -> TemplateVersion:
    """A template."""
    made = Template(
        team_id=actor.team_id, slug="shop", name="Shop", promise="p", category="c", complexity="low", stack="s",
        licence="MIT",
    )  # fmt: skip
    session.add(made)
    session.flush()
    version = TemplateVersion(
        template_id=made.id, team_id=actor.team_id, version="1", content_hash="h", lock_hash="l"
    )
    session.add(version)
    session.flush()
    return version


def deployed(session: Session, actor: Actor, execution_id: str) -> str:
    """A deployment of what an execution has made."""
    row = Deployment(
        team_id=actor.team_id, user_id=actor.user_id, template_slug="shop", slug=f"shop-{execution_id[-6:]}",
        name="Shop", slot_uid=810_000,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add(
        Release(
            team_id=actor.team_id, deployment_id=row.id, execution_id=execution_id, number=1, commit="a" * 40
        )
    )
    session.flush()
    return row.id


def probed(session: Session, actor: Actor, deployment_id: str, *, well: int, ill: int) -> None:
    """What probes saw today."""
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    session.add(
        DeploymentMinute(
            deployment_id=deployment_id,
            minute=minute,
            source="keeper",
            team_id=actor.team_id,
            well=well,
            ill=ill,
        )
    )
    session.flush()


@given(st.integers(0, 5_000), st.floats(0, 500), st.integers(0, 200), st.integers(0, 50))
def test_demand_lies_within_its_range_and_refunds_never_raise_it(
    views: int, weight: float, kept: int, refunded: int
) -> None:
    counts = Counts(weight=weight, qualified_views=views)
    found = scores.demand(counts, kept, refunded)
    if found is None:
        assert views < scores.LEAST_READERS
        return
    assert 0 <= found.low <= found.value <= found.high <= 100
    without = scores.demand(counts, kept, 0)
    assert without is not None and found.value <= without.value


@given(st.integers(0, 300), st.data())
def test_reviews_lie_within_their_range_and_many_narrow_it(count: int, data: st.DataObject) -> None:
    good = data.draw(st.floats(0, count)) if count else 0.0
    found = scores.reviews(count, good, count - good)
    if not count:
        assert found is None
        return
    assert found is not None and 0 <= found.low <= found.value <= found.high <= 100
    more = scores.reviews(count * 10, good * 10, (count - good) * 10)
    assert more is not None and more.high - more.low <= found.high - found.low + 2


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_build_is_half_of_the_score_and_health_the_other(healthy: int, ill: int) -> None:
    found = scores.built(healthy, ill)
    assert 50 <= found.low == found.value <= found.high <= 100
    assert scores.built(30, 0).value == 100 and scores.built(0, 30) == scores.Score(50, 50, 50)


def test_freshness_halves_with_each_half_year() -> None:
    ages = (0, 30, 210, 390)
    assert [scores.freshness(timedelta(days=days)).value for days in ages] == [100, 100, 50, 25]
