"""Receipts: one for each version, in a log that cannot be changed unseen, and checked with a public key alone."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from models.accounts import User
from models.clock import clock, now
from models.errors import NotAllowed, NotFound
from models.ideas import Idea, IdeaVersion
from models.receipts import Receipt, ReceiptDay
from services import ideas
from services.accounts import Actor
from services.ideas.fields import checked, content_hash
from services.ideas.receipts import days, making, verifying
from services.ideas.receipts.handing_out import receipt_of
from services.ideas.receipts.verifying import verify_days, verify_receipt
from services.provenance import keys
from services.provenance.encoding import sha256
from tests.market import fields, publish

TRIALS = 250


@pytest.fixture
def author(session: Session, make_user: Callable[..., Any]) -> Actor:
    """Somebody who publishes."""
    actor: Actor = make_user(session, email="author@example.com", name="Ada Author")[1]
    return actor


@contextmanager
def later(**time: float) -> Iterator[None]:
    """Be some time in the future."""
    moment = now() + timedelta(**time)
    token = clock.set(lambda: moment)
    try:
        yield
    finally:
        clock.reset(token)


def pems(session: Session) -> list[str]:
    """The public keys."""
    return [one.public_key for one in keys.list_keys(session)]


def outcomes(content: bytes, trusted: list[str] | None = None, words: str = "") -> dict[str, str]:
    """How each check of a receipt ends."""
    return {one.name: str(one.outcome) for one in verify_receipt(content, trusted or (), words).checks}


def logged(session: Session, author: Actor, count: int = 5) -> list[str]:
    """Publish ideas and close their day."""
    made = [publish(session, author, f"Idea {number}").id for number in range(count)]
    with later(days=1):
        assert days.close_day(session) == count
    return made


def test_each_version_has_its_receipt_from_the_moment_it_is_published(
    session: Session, author: Actor
) -> None:
    idea = publish(session, author)
    ideas.change_idea(session, author, idea.id, fields("Menu translator 2"))
    for number in (1, 2):
        found = receipt_of(session, author, idea.id, number)
        verified = verify_receipt(found.content, pems(session))
        assert (
            verified.ok
            and verified.says["version"] == str(number)
            and verified.says["author"] == "Ada Author"
        )
        hashed = select(IdeaVersion.content_hash).where(
            IdeaVersion.idea_id == idea.id, IdeaVersion.number == number
        )
        assert verified.says["content_hash"] == session.scalars(hashed).one()
    assert receipt_of(session, author, idea.id).content == receipt_of(session, author, idea.id, 2).content
    with pytest.raises(NotFound):
        receipt_of(session, author, idea.id, 3)


def test_a_receipt_is_for_its_words_and_for_no_others(session: Session, author: Actor) -> None:
    idea = ideas.submit_idea(session, author, fields())
    content = receipt_of(session, author, idea.id).content
    same, other = (
        checked(fields()),
        checked(fields(promise="Restaurants show it in the language of each guest.")),
    )
    assert outcomes(content, pems(session), content_hash(same.teaser, same.paid))["words"] == "ok"
    assert outcomes(content, pems(session), content_hash(other.teaser, other.paid))["words"] == "failed"
    assert outcomes(content, pems(session))["words"] == "not_checked"


def test_nobody_but_the_authors_side_is_handed_one(
    session: Session, author: Actor, make_user: Callable[..., Any]
) -> None:
    idea = publish(session, author)
    with pytest.raises(NotAllowed):
        receipt_of(session, make_user(session, email="eve@example.com")[1], idea.id)


def test_after_its_day_a_receipt_stands_in_the_log(session: Session, author: Actor) -> None:
    made = [publish(session, author, f"Idea {number}").id for number in range(6)]
    assert days.close_day(session) == 0  # the day has not ended
    assert outcomes(receipt_of(session, author, made[0]).content, pems(session))["log"] == "not_checked"
    with later(days=1):
        assert days.close_day(session) == 6
        assert days.close_day(session) == 0
    for number, idea in enumerate(made):
        found = verify_receipt(receipt_of(session, author, idea).content, pems(session))
        assert found.ok and f"entry {number + 1} of 6" in found.checks[3].reason
    whole = days.get_day(session, days.newest_days(session, 1)[0].day.isoformat())
    assert whole.size == len(whole.leaves) == 6 and whole.previous is None


def test_each_day_follows_the_one_before_and_a_gap_is_seen(session: Session, author: Actor) -> None:
    for day in range(4):
        with later(days=day):
            publish(session, author, f"Idea {day}")
        with later(days=day + 1):
            assert days.close_day(session) == 1
    listed = days.list_days(session).items
    envelopes = [one.envelope for one in listed]
    assert verify_days(envelopes, pems(session)).outcome == "ok"
    rest = days.list_days(session, after=listed[1].day.isoformat()).items
    known = sha256(envelopes[1].encode())
    assert verify_days([one.envelope for one in rest], pems(session), known).outcome == "ok"
    for broken in (
        envelopes[:1] + envelopes[2:],
        envelopes[::-1],
        [*envelopes[:2], envelopes[0], *envelopes[3:]],
    ):
        assert verify_days(broken, pems(session)).outcome == "failed"
    assert verify_days(envelopes[1:], pems(session), known).outcome == "failed"


def test_what_comes_after_a_day_was_closed_stands_in_the_next_one(session: Session, author: Actor) -> None:
    logged(session, author, 2)
    late = publish(session, author, "Committed late").id
    with later(days=1):
        assert days.close_day(session) == 0
    with later(days=2):
        assert days.close_day(session) == 1
    assert verify_receipt(receipt_of(session, author, late).content, pems(session)).ok
    assert session.scalar(select(func.count()).select_from(ReceiptDay)) == 2


def test_every_random_change_of_a_receipt_is_seen(session: Session, author: Actor) -> None:
    content = receipt_of(session, author, logged(session, author)[2]).content
    assert verify_receipt(content, pems(session)).ok
    chance = random.Random(20261129)
    missed = [
        number for number in range(TRIALS) if verify_receipt(tampered(content, chance), pems(session)).ok
    ]
    assert missed == []


def tampered(content: bytes, chance: random.Random) -> bytes:
    """Return a receipt with one byte changed, added, removed or moved."""
    while True:
        at, other = chance.randrange(len(content)), chance.randrange(len(content))
        changed = bytearray(content)
        way = chance.randrange(4)
        if way == 0:
            changed[at] = chance.randrange(256)
        elif way == 1:
            changed.insert(at, chance.randrange(256))
        elif way == 2:
            del changed[at]
        else:
            changed[at], changed[other] = changed[other], changed[at]
        if bytes(changed) != content:
            return bytes(changed)


def test_each_way_to_lie_has_its_sentence(session: Session, author: Actor) -> None:
    made = logged(session, author)
    content = receipt_of(session, author, made[1]).content
    document, other = json.loads(content), json.loads(receipt_of(session, author, made[2]).content)
    trusted = pems(session)

    def told(**changed: Any) -> str:
        found = verify_receipt(verifying.readable({**document, **changed}), trusted)
        assert not found.ok
        return found.checks[-1].reason

    assert "another root" in told(receipt=other["receipt"])
    assert "another root" in told(inclusion={**document["inclusion"], "position": 2})
    assert "another root" in told(inclusion={**document["inclusion"], "size": 6})
    assert "Half of the proof" in told(inclusion=None)
    assert "no statement of authorship" in told(receipt=document["day"])
    assert "public keys of those who signed" in told(keys=[])
    assert "no receipt of ours" in told(format="ideasmith.receipt/2")
    assert "is no receipt" in verify_receipt(b"\x00", trusted).checks[-1].reason
    assert "not in the form" in verify_receipt(content + b"\n", trusted).checks[-1].reason
    stranger = keys.load(private_key())
    assert "not known here" in verify_receipt(content, [stranger.public_pem]).checks[-1].reason
    assert outcomes(content)["key"] == "not_checked"  # nobody said whose key it is


def private_key() -> bytes:
    """Another key."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    return key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())


def test_a_replaced_key_still_verifies_what_it_signed(
    session: Session, author: Actor, make_user: Callable[..., Any]
) -> None:
    idea = publish(session, author)
    session.get_one(User, author.user_id).is_operator = True
    session.flush()
    from services import accounts

    keys.rotate(
        session, accounts.actor_for_user(session, session.get_one(User, author.user_id), via="session")
    )
    with later(days=1):
        days.close_day(session)
    content = receipt_of(session, author, idea.id).content
    assert len(json.loads(content)["keys"]) == 2 and verify_receipt(content, pems(session)).ok


def test_versions_from_before_there_were_receipts_get_theirs_once(session: Session, author: Actor) -> None:
    made = [publish(session, author, f"Idea {number}").id for number in range(3)]
    session.execute(delete(Receipt))
    assert (making.make_missing(session), making.make_missing(session)) == (3, 0)
    assert verify_receipt(receipt_of(session, author, made[1]).content, pems(session)).ok
    publish(session, author, "With its own")
    assert making.make_missing(session) == 0


def test_a_receipt_goes_with_its_author_and_the_log_still_holds(session: Session, author: Actor) -> None:
    logged(session, author, 3)
    before = days.newest_days(session, 1)[0]
    making.forget_author(session, author.user_id)
    session.execute(delete(Idea).where(col(Idea.user_id) == author.user_id))
    assert session.scalar(select(func.count()).select_from(Receipt)) == 0
    after = days.get_day(session, before.day.isoformat())
    assert after.root == before.root and len(after.leaves) == 3


@pytest.mark.parametrize("day", ["2026-11-28", "nonsense", "", "9999-99-99"])
def test_a_day_that_is_not_there_is_not_there(session: Session, day: str) -> None:
    with pytest.raises(NotFound):
        days.get_day(session, day)
