"""Ideas from a terminal."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.idea_files import from_markdown
from models.accounts import User
from models.db import transaction
from models.rings import RingState, VoteRing
from services import accounts, reviews
from services.accounts import Actor
from services.ideas.rings import nightly
from tests import market
from tests.app.cli.conftest import Said

Say = Callable[..., Said]
MARKDOWN = f"""---
category: food
tags: restaurants, Translation
price: $3
audience: Restaurants in towns with visitors
---
# Menu translator

Restaurants show their menu
in every guest's language.

## Problem

{market.PROBLEM}

## Solution

{market.SOLUTION * 3}

## How it is sold

A heading of the author's own.

## Licence

Use it for one product of your own.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "idea.md"
    path.write_text(MARKDOWN)
    return path


@pytest.fixture
def idea(here: Path, say: Say, file: Path) -> str:
    """An idea of this machine's own account."""
    return str(say("ideas", "submit", "--file", str(file), "--json").document["id"])


def somebody(email: str) -> Actor:
    """Another account. Nobody types a password here, and hashing one is slow."""
    with transaction() as session:
        user = User(email=email, name=email.partition("@")[0])
        accounts.add_with_team(session, user, f"{user.name}'s team")
        return accounts.actor_for_user(session, user, via="session")


def of_somebody_else() -> str:
    """The id of an idea of another account."""
    author = somebody("bob@example.com")
    with transaction() as session:
        return market.publish(session, author, "Tide table").id


def test_a_markdown_file_holds_a_whole_idea() -> None:
    fields = from_markdown(MARKDOWN)
    assert fields["title"] == "Menu translator" and fields["price_cents"] == 300
    assert fields["promise"] == "Restaurants show their menu in every guest's language."
    assert fields["tags"] == ["restaurants", "Translation"] and fields["licence"].startswith("Use it")
    assert fields["solution"].endswith("## How it is sold\n\nA heading of the author's own.")


def test_an_idea_is_submitted_listed_shown_read_and_changed(idea: str, say: Say, tmp_path: Path) -> None:
    assert "Menu translator" in say("ideas list").out and "$3" in say("ideas list").out
    shown = say("ideas", "show", idea).out
    assert "Restaurants show their menu" in shown and "Solution (" in shown and f"/ideas/{idea}" in shown
    assert "## Solution" in say("ideas", "paid", idea).out
    assert "version 2" in say("ideas", "change", idea, "--price", "4", "--note", "Dearer.").out
    (tmp_path / "more.json").write_text(json.dumps({"title": "Menu translator, again"}))
    changed = say("ideas", "change", idea, "--file", str(tmp_path / "more.json"), "--json").document
    assert (changed["title"], changed["price_cents"], changed["version_number"]) == (
        "Menu translator, again", 400, 3,
    )  # fmt: skip


def test_an_idea_is_taken_out_and_put_back(idea: str, say: Say) -> None:
    assert "is unpublished" in say("ideas", "unpublish", idea).out
    assert "No idea fits" in say("ideas list").out
    assert "is published" in say("ideas", "publish", idea).out
    assert idea in say("ideas list").out


def test_a_vote_is_cast_listed_and_taken_back(here: Path, say: Say) -> None:
    other = of_somebody_else()
    assert say("ideas", "vote", other).out == f"Voted: {other} has 1 vote.\n"
    assert "Tide table" in say("ideas votes").out
    assert say("ideas", "vote", other, "--undo", "--json").document == {"count": 0, "voted": False}


def test_what_is_not_allowed_says_so_by_its_exit_code(idea: str, here: Path, say: Say) -> None:
    own = say("ideas", "vote", idea)
    assert own.code == 3 and "others vote for it" in own.err
    other = say("ideas", "paid", of_somebody_else())
    assert other.code == 3 and "Buy this idea" in other.err
    assert say("ideas", "show", "idea_00000000000000000000000000").code == 2


def test_every_bad_field_is_named(here: Path, say: Say, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('title = "No"\nprice_cents = 5000\n')
    said = say("ideas", "submit", "--file", str(tmp_path / "bad.toml"))
    assert said.code == 2 and "/title: Title needs at least 4 characters" in said.err
    assert "/price_cents: An idea costs from $1 to $10." in said.err
    document = say("ideas", "submit", "--file", str(tmp_path / "bad.toml"), "--json").document
    assert document["code"] == "invalid_idea" and document["errors"]


def test_a_file_that_cannot_be_read_is_wrong_usage(here: Path, say: Say, tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text("---\nno line of ours\n---\n# Title\n")
    for name, words in (("bad.md", "is no line such as"), ("none.md", "cannot be read")):
        said = say("ideas", "submit", "--file", str(tmp_path / name))
        assert said.code == 2 and words in said.err
    assert say("ideas", "change", "idea_x", "--price", "many").code == 2
    assert say("ideas", "change", "idea_x").code == 2


def test_drafts_and_purchases_say_that_there_are_none_and_categories_what_there_is(
    here: Path, say: Say
) -> None:
    assert say("ideas drafts").out == "You have no drafts.\n"
    assert "bought nothing yet" in say("ideas purchases").out
    assert "Food and drink" in say("ideas categories").out


def test_the_operator_gives_an_idea_away(idea: str, say: Say) -> None:
    user_id = somebody("eve@example.com").user_id
    assert "is theirs to read" in say("ideas", "grant", idea, user_id).out
    assert say("ideas", "grant", idea, "user_x").code == 2


def test_what_is_said_about_an_idea_is_written_answered_listed_and_deleted(here: Path, say: Say) -> None:
    other = of_somebody_else()
    assert "Nobody has said anything yet" in say("ideas", "comments", other).out
    made = say("ideas", "comment", other, "--words", "Does it *know* Brest?", "--json").document["id"]
    assert say("ideas", "comment", other, "--words", "It does.", "--answer", made).out.startswith(
        "Said: cmnt_"
    )
    listed = say("ideas", "comments", other).out
    assert "Does it *know* Brest?" in listed and "\n  It does." in listed and made in listed
    assert say("ideas", "comment", other, "--delete", made).out == f"Deleted: {made}\n"
    assert "(deleted)" in say("ideas", "comments", other).out
    assert say("ideas", "comment", other).code == 2


def test_reviews_are_listed_and_given_by_buyers_alone(here: Path, say: Say) -> None:
    other = of_somebody_else()
    whole = ("--clarity", "5", "--novelty", "3", "--feasibility", "4", "--build", "--words", "Short.")
    refused = say("ideas", "review", other, *whole)
    assert refused.code == 3 and "Whoever has bought" in refused.err
    assert "No buyer has reviewed it" in say("ideas", "reviews", other).out
    buyer = somebody("cleo@example.com")
    with transaction() as session:
        market.buy(session, buyer, other)
        reviews.write_review(session, buyer, other, market.review_fields())
    shown = say("ideas", "reviews", other).out
    assert (
        "1 review. Averages are told from three on." in shown
        and "clarity 4" in shown
        and "Clear and short." in shown
    )
    assert say("ideas", "review", other, "--clarity", "5").code == 2
    assert say("ideas", "review", other, "--withdraw").code == 2


def test_the_operator_is_told_of_copies_and_rings(idea: str, say: Say) -> None:
    assert say("ideas", "likeness", idea).out == "It resembles no earlier idea of somebody else.\n"
    assert "No ring was found" in say("ideas rings").out
    voter = somebody("eve@example.com").user_id
    with transaction() as session:
        ring = VoteRing(state=RingState.SUSPECTED, accounts=20, signs={"same_ideas": 20, "same_times": 18})
        session.add(ring)
        session.flush()
        nightly.add_votes(session, ring.id, [(idea, voter)])
        ring_id = ring.id
    listed = say("ideas rings").out
    assert "suspected" in listed and "ideas 20, times 18" in listed and "Menu translator (1)" in listed
    assert "its votes count no more" in say("ideas", "rings", "--stop", ring_id).out
    assert "its votes count." in say("ideas", "rings", "--clear", ring_id).out
    both = say("ideas", "rings", "--clear", ring_id, "--stop", ring_id)
    assert both.code == 2 and "not both" in both.err
