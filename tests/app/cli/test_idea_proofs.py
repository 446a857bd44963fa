"""Evidence, receipts and traces from a terminal."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from models.clock import clock, now
from models.db import transaction
from services import ideas
from services.ideas.marks.tokens import ONE, ZERO
from services.ideas.receipts import days
from tests.app.cli.conftest import Said
from tests.app.cli.test_ideas import somebody
from tests.market import fields
from tests.prose import prose

Say = Callable[..., Said]


@pytest.fixture
def idea(here: Path, say: Say, tmp_path: Path) -> str:
    """An idea of this machine's own account, who is the operator."""
    (tmp_path / "idea.json").write_text(json.dumps(fields(solution=prose(21, 700))))
    return str(say("ideas", "submit", "--file", str(tmp_path / "idea.json"), "--json").document["id"])


def closed() -> None:
    """Close the day of the receipts."""
    moment = now() + timedelta(days=1)
    token = clock.set(lambda: moment)
    with transaction() as session:
        days.close_day(session)
    clock.reset(token)


def test_evidence_is_shown_with_how_it_is_computed(idea: str, say: Say) -> None:
    shown = say("ideas", "evidence", idea).out
    assert "Demand  not known yet" in shown and "Receipt  50 of 100 (50 to 100)" in shown
    assert "Freshness  100 of 100\n" in shown and "One in four is 100" in shown
    assert len(say("ideas", "evidence", idea, "--json").document["items"]) == 5


def test_a_receipt_is_downloaded_and_verified_here_with_its_words(
    idea: str, say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed()
    receipt, words, key = (str(tmp_path / name) for name in ("receipt.json", "words.json", "key.pem"))
    assert "Wrote" in say("ideas", "receipt", idea, "--out", receipt, "--words", words).out
    Path(key).write_text(say("signing-keys", "show").out)
    monkeypatch.setenv("IDEASMITH_URL", "http://127.0.0.1:9")  # nobody is asked
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    good = say("ideas", "verify", receipt, "--text", words, "--key", key)
    assert good.code == 0 and "Verified." in good.out and "entry 1 of 1" in good.out
    assert say("ideas", "verify", receipt, "--text", str(tmp_path / "idea.json"), "--key", key).code == 0
    bare = say("ideas", "verify", receipt, "--json")
    assert bare.code == 0 and bare.document["says"]["title"] == "Menu translator"
    assert [one["outcome"] for one in bare.document["checks"]] == [
        "ok",
        "not_checked",
        "ok",
        "ok",
        "not_checked",
    ]


def test_what_does_not_verify_ends_with_one_and_what_cannot_be_read_with_two(
    idea: str, say: Say, tmp_path: Path
) -> None:
    receipt = tmp_path / "receipt.json"
    say("ideas", "receipt", idea, "--out", str(receipt))
    other = tmp_path / "other.json"
    other.write_text(json.dumps(fields("Another title")))
    wrong = say("ideas", "verify", str(receipt), "--text", str(other))
    assert wrong.code == 1 and "The words are not the ones that were signed" in wrong.out
    receipt.write_bytes(receipt.read_bytes().replace(b"null", b"none"))
    broken = say("ideas", "verify", str(receipt))
    assert broken.code == 1 and "proves nothing" in broken.out
    assert say("ideas", "verify", str(tmp_path / "none.json")).code == 2
    assert say("ideas", "verify", str(receipt), "--key", str(tmp_path / "none.pem")).code == 2
    (tmp_path / "half.json").write_text(json.dumps({"title": "Half"}))
    assert say("ideas", "verify", str(receipt), "--text", str(tmp_path / "half.json")).code == 2


def test_the_log_is_listed_and_its_chain_checked(idea: str, say: Say) -> None:
    assert "no closed day yet" in say("ideas", "log").out
    closed()
    said = say("ideas", "log")
    assert said.code == 0 and "each chained to the one before" in said.out
    assert say("ideas", "log", "--json").document["ok"] is True


def test_a_copy_is_traced_to_its_purchase(idea: str, say: Say, tmp_path: Path) -> None:
    buyer = somebody("eve@example.com")
    say("ideas", "grant", idea, buyer.user_id)
    with transaction() as session:
        copy = ideas.read_paid(session, buyer, idea).solution
    file = tmp_path / "copy.txt"
    file.write_text(copy.replace(ZERO, "").replace(ONE, ""), "utf-8")
    said = say("ideas", "trace", str(file))
    assert said.code == 0 and "It is the copy of one purchase" in said.out and buyer.user_id in said.out
    file.write_text("Nothing that anybody here sells.")
    none = say("ideas", "trace", str(file), "--json")
    assert none.code == 1 and none.document["outcome"] == "unknown_text"
