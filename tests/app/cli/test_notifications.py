"""Notifications and follows from a terminal."""

from collections.abc import Callable
from pathlib import Path

from sqlmodel import select

from models.accounts import User, UserKind
from models.db import transaction
from services import accounts
from services.accounts import Actor
from services.notifications import notify
from tests.app.cli.conftest import Said
from tests.market import publish

Say = Callable[..., Said]


def somebody(email: str) -> Actor:
    with transaction() as session:
        user = User(email=email, name=email.partition("@")[0])
        accounts.add_with_team(session, user, f"{user.name}'s team")
        return accounts.actor_for_user(session, user, via="session")


def test_an_author_is_followed_and_what_happens_is_listed_and_read(here: Path, say: Say) -> None:
    alan = somebody("alan@example.com")
    with transaction() as session:
        idea = publish(session, alan)
    assert "You follow nobody" in say("authors", "list").out
    assert "1 follower" in say("authors", "follow", alan.user_id).out
    assert "alan" in say("authors", "list").out
    assert "Nothing is unread" in say("notifications", "list").out
    with transaction() as session:
        me = session.exec(select(User.id).where(User.kind == UserKind.MACHINE)).one()
        notify(session, me, "published", alan.user_id, {"by": alan.user_id, "idea_id": idea.id})
    shown = say("notifications", "list")
    assert "alan published “Menu translator”" in shown.out and f"/ideas/{idea.id}" in shown.out
    [one] = say("notifications", "list", "--json").document["items"]
    assert "It is read." in say("notifications", "read", one["id"]).out
    assert "0 marked as read." in say("notifications", "read").out
    assert "published" in say("notifications", "list", "--all").out
    assert "no more" in say("authors", "unfollow", alan.user_id).out
