"""Nothing of what an idea sells comes out of the comparisons: no row, no log line, no message holds a word of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlmodel import Session, select

from models.journal import AuditEntry
from models.likeness import IdeaSketch
from models.settings import settings
from services.accounts import Actor
from services.ideas.likeness import key, sketches
from services.ideas.likeness.cases import compare_idea
from services.ideas.likeness.key import SketchKeyDamaged, sketch_key
from services.ideas.likeness.look_alikes import look_alikes
from services.ideas.likeness.normal import words_of
from services.ideas.likeness.sketches import sketch_of
from tests.market import canary, fields, publish

TABLES = ("idea_sketches", "idea_likenesses", "audit_entries", "outbox", "facts")


@pytest.fixture
def pair(session: Session, make_user: Callable[..., Any]) -> list[Actor]:
    return [make_user(session, email=f"{n}@example.com")[1] for n in range(2)]


def test_rows_and_log_lines_hold_no_word_of_it(session: Session, pair: list[Actor]) -> None:
    with structlog.testing.capture_logs() as lines:
        for author in pair:
            compare_idea(session, publish(session, author, "Menu translator").id)
    kept = [str(session.execute(text(f'SELECT json_agg(t) FROM "{name}" t')).scalar_one()) for name in TABLES]
    everything = "\n".join([*kept, json.dumps(lines, default=repr)]).lower()
    assert "likeness" in everything and canary("Menu translator") not in everything
    assert session.scalars(select(AuditEntry.action).where(AuditEntry.action == "idea.held")).all() == [
        "idea.held"
    ]


def test_whoever_has_the_row_and_guesses_the_text_learns_nothing_without_the_key(
    session: Session, pair: list[Actor], tmp_path: Path
) -> None:
    compare_idea(session, publish(session, pair[0]).id)
    row = session.scalars(select(IdeaSketch)).one()
    guess = [*words_of(fields()["promise"]), "\x00", *words_of(fields()["problem"])]
    key.make_key(tmp_path / "keys" / "another.key")
    other = key.read_key(tmp_path / "keys" / "another.key")
    assert set(sketches.numbers_of(guess, sketch_key())) & set(row.numbers)
    assert not set(sketches.numbers_of(guess, other)) & set(row.numbers)


def test_the_key_lies_in_the_data_folder_for_its_owner_alone(session: Session, data_folder: Path) -> None:
    sketch_of(words_of("some words that are there to be sketched"))
    file = settings().data / "keys" / "sketches.key"
    assert file.stat().st_mode & 0o077 == 0 and len(file.read_bytes()) == 32
    before = file.read_bytes()
    key.make_key(file)  # two at once: the first one stays
    assert file.read_bytes() == before


def test_a_damaged_key_is_said_and_not_used(tmp_path: Path) -> None:
    (tmp_path / "sketches.key").write_bytes(b"short")
    with pytest.raises(SketchKeyDamaged, match="backup"):
        key.read_key(tmp_path / "sketches.key")


def test_look_alikes_are_of_titles_and_teasers_alone(session: Session, pair: list[Actor]) -> None:
    publish(
        session,
        pair[0],
        "Menu translator",
        specification="Barcode scanner of allergens for hospital kitchens.",
    )
    found = look_alikes(
        session, pair[1], {"title": "Barcode scanner", "promise": "Allergens in hospital kitchens."}
    )
    assert found == []
