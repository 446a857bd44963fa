"""Indexing templates, the gallery's figures, and estimates from real executions."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from models.accounts import User
from models.clock import now
from models.errors import NotFound
from models.executions import Execution, State
from models.templates import Template, TemplateVersion
from services.accounts import Actor
from services.catalog import estimate, find_template, list_templates, sync
from tests.services.catalog.folders import MANIFEST, write_template

MakeUser = Callable[..., tuple[User, Actor]]


def ran(
    session: Session, actor: Actor, seconds: float, state: State = State.SUCCEEDED, days_ago: int = 0
) -> None:
    """Store an execution of the tiny template that has ended."""
    version = session.scalars(select(TemplateVersion).order_by(TemplateVersion.created_at.desc())).first()
    at = now() - timedelta(days=days_ago)
    row = Execution(
        team_id=actor.personal_team_id,
        user_id=actor.user_id,
        template_version_id=version.id,
        template_slug="tiny",
        template_name="Tiny",
        name="Tiny",
        state=state,
        created_at=at,
        started_at=at,
        finished_at=at + timedelta(seconds=seconds),
    )
    session.add(row)
    session.flush()


def test_indexing_again_changes_nothing(session: Session, tmp_path: Path) -> None:
    write_template(tmp_path)
    first = sync(session, tmp_path)
    assert (first.templates, first.new_versions, first.broken) == (["tiny"], ["tiny 1.0.0"], [])
    assert sync(session, tmp_path).new_versions == []
    assert len(session.scalars(select(TemplateVersion)).all()) == 1


def test_the_options_keep_their_order_in_the_database(session: Session, tmp_path: Path) -> None:
    write_template(tmp_path)
    sync(session, tmp_path)
    session.expire_all()
    names = list(find_template(session, "tiny").schema["properties"])
    assert names == ["app_name", "brand_color", "days", "public", "areas"]


def test_a_changed_folder_becomes_a_new_version_and_the_old_one_stays(
    session: Session, tmp_path: Path
) -> None:
    write_template(tmp_path)
    sync(session, tmp_path)
    before = find_template(session, "tiny")
    changed = MANIFEST.replace('"1.0.0"', '"1.1.0"').replace("The smallest", "A small")
    write_template(tmp_path, **{"template.toml": changed})
    assert sync(session, tmp_path).new_versions == ["tiny 1.1.0"]
    after = find_template(session, "tiny")
    assert (after.version, after.promise) == ("1.1.0", "A small thing that runs.")
    assert session.get(TemplateVersion, before.version_id) is not None
    write_template(tmp_path)
    assert sync(session, tmp_path).new_versions == []
    assert find_template(session, "tiny").version_id == before.version_id


def test_a_broken_folder_is_reported_and_does_not_stop_the_others(session: Session, tmp_path: Path) -> None:
    write_template(tmp_path)
    write_template(tmp_path, "broken", **{"schema.json": "{"})
    report = sync(session, tmp_path)
    assert report.templates == ["tiny"]
    assert [error.message.split(":")[0].rsplit("/", 1)[1] for error in report.broken] == ["schema.json"]


def test_a_template_whose_folder_is_gone_is_withdrawn_and_can_come_back(
    session: Session, tmp_path: Path
) -> None:
    folder = write_template(tmp_path)
    sync(session, tmp_path)
    folder.rename(tmp_path / "other")
    report = sync(session, tmp_path)
    assert report.withdrawn == ["tiny"]
    with pytest.raises(NotFound, match="no template 'tiny'"):
        find_template(session, "tiny")
    write_template(tmp_path)
    sync(session, tmp_path)
    assert find_template(session, "tiny").slug == "tiny"
    assert session.scalars(select(Template).where(Template.slug == "tiny")).one().withdrawn_at is None


def test_a_card_without_executions_has_no_figures(session: Session, tmp_path: Path) -> None:
    write_template(tmp_path)
    sync(session, tmp_path)
    card = list_templates(session)[0]
    assert (card.median_s, card.success_rate, card.executions) == (None, None, 0)


def test_a_card_tells_how_the_last_executions_went(
    session: Session, make_user: MakeUser, tmp_path: Path
) -> None:
    write_template(tmp_path)
    sync(session, tmp_path)
    _, actor = make_user(session)
    for seconds in (2, 4, 9):
        ran(session, actor, seconds)
    ran(session, actor, 100, State.FAILED)
    ran(session, actor, 100, State.CANCELLED)
    ran(session, actor, 100, days_ago=40)
    card = list_templates(session)[0]
    assert (card.median_s, card.success_rate, card.executions) == (4.0, 0.75, 5)


def test_the_gallery_is_searched_filtered_and_sorted(
    session: Session, make_user: MakeUser, tmp_path: Path
) -> None:
    write_template(tmp_path)
    other = MANIFEST.replace("Tiny", "Another").replace("Tests", "Launch").replace("smallest", "100% largest")
    write_template(tmp_path, "another", **{"template.toml": other})
    sync(session, tmp_path)
    _, actor = make_user(session)
    ran(session, actor, 3)

    def slugs(**filters: str) -> list[str]:
        return [card.slug for card in list_templates(session, **filters)]

    assert slugs() == ["another", "tiny"]
    assert slugs(sort="fastest") == slugs(sort="popular") == ["tiny", "another"]
    assert slugs(query="smallest runs") == slugs(category="tests") == ["tiny"]
    assert slugs(query="100%") == ["another"]
    assert (
        slugs(query="%") == ["another"]
        and slugs(query="_") == []
        and slugs(query="a\x00") == slugs(query="a")
    )
    assert slugs(sort="newest; DROP TABLE users") == ["another", "tiny"]


def test_without_executions_the_estimate_makes_no_number_up(session: Session, tmp_path: Path) -> None:
    write_template(tmp_path)
    sync(session, tmp_path)
    guess = estimate(session, find_template(session, "tiny").version_id, {})
    assert (guess.steps, guess.samples, guess.seconds_low, guess.seconds_high, guess.cost_cents) == (
        8,
        0,
        None,
        None,
        0,
    )


def test_the_estimate_spans_eight_of_ten_past_executions(
    session: Session, make_user: MakeUser, tmp_path: Path
) -> None:
    write_template(tmp_path)
    sync(session, tmp_path)
    _, actor = make_user(session)
    for seconds in range(1, 12):
        ran(session, actor, seconds)
    ran(session, actor, 500, State.FAILED)
    guess = estimate(session, find_template(session, "tiny").version_id, {})
    assert (guess.samples, guess.seconds_low, guess.seconds_high) == (11, 2.0, 10.0)


def test_a_new_version_borrows_the_estimate_of_the_old_one(
    session: Session, make_user: MakeUser, tmp_path: Path
) -> None:
    write_template(tmp_path)
    sync(session, tmp_path)
    _, actor = make_user(session)
    ran(session, actor, 5)
    write_template(tmp_path, **{"README.md": "# Tiny\n\nNew.\n"})
    sync(session, tmp_path)
    assert estimate(session, find_template(session, "tiny").version_id, {}).samples == 1
