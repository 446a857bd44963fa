"""The operator's outbox: what was written to people."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from models.accounts import User
from models.errors import Conflict, InvalidInput, NotAllowed, NotFound
from models.ids import new_id
from models.messages import Message
from services import keys, outbox
from services.accounts import Actor
from services.messages import queue_mail

MakeUser = Callable[..., tuple[User, Actor]]


@pytest.fixture
def operator(session: Session, make_user: MakeUser) -> Actor:
    """The first account, with its welcome mail cleared away."""
    _, actor = make_user(session)
    for row in session.scalars(select(Message)):
        session.delete(row)
    session.flush()
    return actor


def write(session: Session, number: int) -> Message:
    message = queue_mail(session, to=f"p{number}@example.com", subject=f"Mail {number}", paragraphs=["Text."])
    message.created_at += timedelta(seconds=number)
    session.flush()
    return message


def test_messages_are_listed_newest_first_and_page_by_page(session: Session, operator: Actor) -> None:
    for number in range(5):
        write(session, number)
    subjects, cursor = [], ""
    while True:
        page = outbox.list_messages(session, operator, cursor=cursor, limit=2)
        subjects += [row.subject for row in page.items]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert subjects == [f"Mail {number}" for number in (4, 3, 2, 1, 0)]


def test_messages_are_found_by_recipient_subject_and_state(session: Session, operator: Actor) -> None:
    for number in range(3):
        write(session, number)

    def found(**by: Any) -> list[str]:
        return [row.subject for row in outbox.list_messages(session, operator, **by).items]

    assert found(query="P1@EXAMPLE") == found(query="mail 1") == ["Mail 1"]
    assert found(query="100%") == found(query="\x00_") == []
    assert len(found(state="kept")) == 3 and found(state="sent") == []
    with pytest.raises(InvalidInput):
        found(state="lost")


def test_only_the_operator_reads_the_outbox(session: Session, operator: Actor, make_user: MakeUser) -> None:
    row = write(session, 1)
    _, bob = make_user(session, email="bob@example.com")
    for service in (
        lambda: outbox.list_messages(session, bob),
        lambda: outbox.get_message(session, bob, row.id),
        lambda: outbox.resend(session, bob, row.id),
    ):
        with pytest.raises(NotAllowed) as refusal:
            service()
        assert refusal.value.code == "operator_only"


def test_a_key_of_the_operator_needs_the_scope(
    session: Session, operator: Actor, make_user: MakeUser
) -> None:
    _, weak = keys.create_key(session, operator, "CI", ["account:read"])
    _, strong = keys.create_key(session, operator, "CI", ["installation:read"])
    actor = keys.actor_for_key(session, strong)
    assert actor is not None and outbox.list_messages(session, actor).items == []
    actor = keys.actor_for_key(session, weak)
    assert actor is not None
    with pytest.raises(NotAllowed, match="installation:read"):
        outbox.list_messages(session, actor)
    _, bob = make_user(session, email="bob@example.com")
    with pytest.raises(NotAllowed, match="operator"):
        keys.create_key(session, bob, "CI", ["installation:read"])


def test_an_id_that_is_none_is_not_found(session: Session, operator: Actor) -> None:
    for message_id in (new_id("msg"), "nonsense", "msg_\x00"):
        with pytest.raises(NotFound):
            outbox.get_message(session, operator, message_id)


def test_without_a_mail_server_nothing_is_sent_again(session: Session, operator: Actor) -> None:
    with pytest.raises(Conflict, match="IDEASMITH_SMTP_HOST"):
        outbox.resend(session, operator, write(session, 1).id)
