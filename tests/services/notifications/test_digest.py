"""Mails of notifications: all that waits in one, seldom, and ended by a link without signing in."""

import os
import re
import signal
from typing import Any

import pytest
from sqlmodel import Session, select

from models.clock import now
from models.db import close_engine, transaction
from models.errors import InvalidInput
from models.ids import new_id
from models.messages import Message
from models.notifications import Notification
from models.settings import Settings
from services import ideas, notifications
from services.accounts import Actor
from services.ideas import IdeaView
from services.notifications import mark_all_read, notify
from services.notifications.declining import decline, find_declined
from services.notifications.digest import mail_due
from tests.market import canary, publish
from tests.services.notifications.conftest import account, later
from tests.services.teams.people import person


def comment(session: Session, to: Actor, idea: IdeaView, by: Actor, kind: str = "comment") -> None:
    notify(session, to.user_id, kind, idea.id, {"by": by.user_id, "comment_id": new_id("comm")})


def mails(session: Session, actor: Actor) -> list[Message]:
    rows = select(Message).where(Message.recipient == actor.email, Message.subject.not_like("%account%"))  # type: ignore[attr-defined]
    return list(session.scalars(rows.order_by(Message.id)))  # type: ignore[arg-type]


def mailed(session: Session, **after: float) -> int:
    with later(**after):
        return mail_due(session)


def test_ten_things_are_one_mail_after_a_few_minutes(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    other = publish(session, people[0], "Menu printer")
    for n in range(10):
        comment(session, people[0], (idea, other)[n % 2], people[1 + n % 3])
    assert mailed(session) == 0
    assert mailed(session, minutes=6) == 1
    assert mailed(session, minutes=7) == 0
    [mail] = mails(session, people[0])
    assert mail.subject == "2 things happened at Ideasmith"
    for one in (idea, other):
        assert f"5 new comments on “{one.title}”" in mail.text and f"/ideas/{one.id}" in mail.text
        assert canary(one.title) not in mail.text + mail.html + mail.subject
    assert "/notifications" in mail.text


def test_the_next_mail_waits_and_tells_only_what_is_new(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    comment(session, people[0], idea, people[1])
    assert mailed(session, minutes=6) == 1
    with later(minutes=8):
        comment(session, people[0], idea, people[2])
    assert mailed(session, minutes=20) == 0
    assert mailed(session, minutes=40) == 1
    first, second = (mail.subject for mail in mails(session, people[0]))
    assert first == f"Bob commented on “{idea.title}”"
    assert second == f"Cleo commented on “{idea.title}”"


def test_what_was_read_or_is_gone_meanwhile_is_not_mailed(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    comment(session, people[0], idea, people[1])
    mark_all_read(session, people[0])
    comment(session, people[1], idea, people[2], "answer")
    ideas.unpublish(session, people[0], idea.id)
    mailed(session, minutes=6)
    assert mails(session, people[0]) == mails(session, people[1]) == []
    assert all(row.mail_due_at is None for row in session.scalars(select(Notification)))


def test_an_address_that_is_not_proven_and_a_kind_that_is_not_wanted_get_no_mail(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    account(session, people[0]).email_verified_at = None
    session.flush()
    comment(session, people[0], idea, people[1])
    comment(session, people[1], idea, people[2], "answer")
    notifications.set_ways(session, people[1], "answer", "page")
    assert mailed(session, minutes=6) == 0
    assert len(notifications.list_notifications(session, people[1]).items) == 1


def test_a_mail_says_how_each_kind_is_ended_and_its_header_ends_those_in_it(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    comment(session, people[0], idea, people[1])
    comment(session, people[0], idea, people[1], "answer")
    mailed(session, minutes=6)
    [mail] = mails(session, people[0])
    tokens = re.findall(r"/unsubscribe\?token=(\S+)", mail.text)
    named = [found.kinds for one in tokens if (found := find_declined(session, one))]
    assert named == [["comment"], ["answer"]]
    whole = find_declined(session, mail.unsubscribe.partition("token=")[2])
    assert whole is not None and whole.kinds == ["comment", "answer"]
    decline(session, tokens[0])
    decline(session, tokens[0])
    chosen = {one.kind: one.ways for one in notifications.list_settings(session, people[0])}
    assert (chosen["comment"], chosen["answer"]) == ("page", "mail")


def test_ending_mails_turns_nothing_on_that_is_off(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    comment(session, people[0], idea, people[1])
    mailed(session, minutes=6)
    token = mails(session, people[0])[0].unsubscribe.partition("token=")[2]
    notifications.set_ways(session, people[0], "comment", "off")
    decline(session, token)
    assert notifications.list_settings(session, people[0])[0].ways == "off"


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.replace(".0.", ".01."),
        lambda token: "user_" + token,
        lambda token: token.rpartition(".")[0],
        lambda token: "",
        lambda token: "\x00.é.ü",
    ],
)
def test_a_link_that_is_not_ours_ends_nothing(
    session: Session, people: list[Actor], idea: IdeaView, forge: Any
) -> None:
    comment(session, people[0], idea, people[1])
    mailed(session, minutes=6)
    token = mails(session, people[0])[0].unsubscribe.partition("token=")[2]
    with pytest.raises(InvalidInput):
        decline(session, forge(token))
    assert notifications.list_settings(session, people[0])[0].ways == "mail"


def test_a_clock_that_is_killed_before_its_commit_has_mailed_nothing_and_the_next_one_mails_once(
    clean: Settings,
) -> None:
    with transaction() as session:
        author, reader = person(session, "Ada"), person(session, "Bob")
        account(session, author).email_verified_at = now()
        session.flush()
        comment(session, author, publish(session, author), reader)
    close_engine()  # two processes on one connection would read each other's answers
    if (child := os.fork()) == 0:
        with transaction() as session:
            mailed(session, minutes=6)
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    for _ in range(2):
        with transaction() as session:
            mailed(session, minutes=6)
    with transaction() as session:
        assert len(mails(session, author)) == 1
