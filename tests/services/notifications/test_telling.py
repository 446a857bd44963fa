"""Being told: once of each thing, together with what is like it, and never of what one may not see."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from models.ids import new_id
from models.journal import OutboxRow
from models.notifications import Notification, NotificationCause
from models.paging import Page
from services import ideas, notifications, privacy, purchases
from services.accounts import Actor
from services.ideas import IdeaView
from services.notifications import (
    NotificationView,
    count_unread,
    list_notifications,
    mark_all_read,
    mark_read,
    mark_unread,
    notify,
)
from services.notifications.wording import GONE
from tests.market import canary, publish
from tests.services.notifications.conftest import account, later
from tests.services.teams.people import again


def comment(session: Session, to: Actor, idea: IdeaView, by: Actor, kind: str = "comment") -> str:
    made = new_id("comm")
    notify(session, to.user_id, kind, idea.id, {"by": by.user_id, "comment_id": made})
    return made


def told(session: Session, actor: Actor) -> list[str]:
    return [one.text for one in list_notifications(session, actor).items]


def test_one_thing_names_who_did_it_and_leads_there(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    made = comment(session, people[0], idea, people[1])
    [one] = list_notifications(session, people[0]).items
    assert one.text == f"Bob commented on “{idea.title}”"
    assert (one.path, one.count, one.read) == (f"/ideas/{idea.id}?comment={made}", 1, False)


def test_several_of_a_kind_about_one_subject_are_told_together_until_they_are_read(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    for by in people[1:]:
        comment(session, people[0], idea, by)
    assert told(session, people[0]) == [f"3 new comments on “{idea.title}”"]
    assert count_unread(session, people[0]) == 1
    mark_all_read(session, people[0])
    with later(minutes=1):
        comment(session, people[0], idea, people[1])
    assert told(session, people[0]) == [
        f"Bob commented on “{idea.title}”",
        f"3 new comments on “{idea.title}”",
    ]
    assert [one.read for one in list_notifications(session, people[0]).items] == [False, True]


def test_the_same_cause_is_told_once_also_after_it_was_read(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    data = {"by": people[1].user_id, "comment_id": new_id("comm")}
    assert notify(session, people[0].user_id, "comment", idea.id, data)
    assert not notify(session, people[0].user_id, "comment", idea.id, data)
    mark_all_read(session, people[0])
    assert not notify(session, people[0].user_id, "comment", idea.id, data)
    assert count_unread(session, people[0]) == 0


def test_nobody_is_told_of_what_they_did_themselves(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    comment(session, people[0], idea, people[0])
    assert told(session, people[0]) == []


@pytest.mark.parametrize("words", ["the paid text", "idea_short", "srch_01JD"])
def test_a_notification_takes_no_words(
    session: Session, people: list[Actor], idea: IdeaView, words: str
) -> None:
    for data in ({"comment": words}, {"ideas": [words]}):
        with pytest.raises(ValueError, match="ids"):
            notify(session, people[0].user_id, "comment", idea.id, data)


def test_a_buyer_is_told_of_to_the_author_alone(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    account(session, people[3]).is_operator = True
    session.flush()
    operator = again(session, people[3])
    for buyer in people[1:3]:
        purchases.grant(session, operator, buyer.user_id, idea.id)
        purchases.grant(session, operator, buyer.user_id, idea.id)
    assert told(session, people[0]) == [f"“{idea.title}” has 2 new buyers"]
    assert [told(session, one) for one in people[1:]] == [[], [], []]


def test_what_its_reader_may_not_see_any_more_is_not_in_the_words(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    comment(session, people[1], idea, people[2], "answer")
    assert idea.title in told(session, people[1])[0]
    ideas.unpublish(session, people[0], idea.id)
    [one] = list_notifications(session, people[1]).items
    assert (one.text, one.path, one.count) == (GONE, "", 0)
    # Its author's side sees it still.
    comment(session, people[0], idea, people[1])
    assert idea.title in told(session, people[0])[0]


def test_who_has_left_is_named_nowhere(session: Session, people: list[Actor], idea: IdeaView) -> None:
    comment(session, people[0], idea, people[1])
    privacy.erase(session, again(session, people[1]), "bob@example.com")
    assert told(session, people[0]) == [f"Somebody commented on “{idea.title}”"]


def test_who_leaves_takes_all_notifications_along(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    comment(session, people[1], idea, people[2], "answer")
    notifications.set_ways(session, people[1], "answer", "page")
    privacy.erase(session, again(session, people[1]), "bob@example.com")
    assert session.scalars(select(Notification)).all() == []
    assert session.scalars(select(NotificationCause)).all() == []
    assert not notify(session, people[1].user_id, "answer", idea.id, {"comment_id": new_id("comm")})


def test_a_kind_that_is_off_is_not_told(session: Session, people: list[Actor], idea: IdeaView) -> None:
    notifications.set_ways(session, people[0], "comment", "off")
    comment(session, people[0], idea, people[1])
    assert told(session, people[0]) == []
    notifications.set_ways(session, people[0], "comment", "page")
    comment(session, people[0], idea, people[1])
    assert len(told(session, people[0])) == 1


def test_reading_one_leaves_the_others_and_is_undone(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    other = publish(session, people[0], "Menu printer")
    comment(session, people[0], idea, people[1])
    comment(session, people[0], other, people[1])
    first, second = (one.id for one in list_notifications(session, people[0]).items)
    assert mark_read(session, people[1], [first]) == []  # nobody else's
    assert mark_read(session, people[0], [first]) == [first]
    assert mark_read(session, people[0], [first]) == []
    assert [one.id for one in list_notifications(session, people[0], unread=True).items] == [second]
    assert mark_unread(session, people[0], [first]) == [first]
    assert count_unread(session, people[0]) == 2


def test_what_was_read_stays_so_where_more_of_it_is_unread_already(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    comment(session, people[0], idea, people[1])
    read = mark_all_read(session, people[0])
    comment(session, people[0], idea, people[2])
    assert mark_unread(session, people[0], read) == []
    both = [*read, *mark_all_read(session, people[0])]
    assert len(mark_unread(session, people[0], both)) == 1


def test_a_new_idea_is_told_by_the_outbox_and_no_row_holds_what_it_sells(
    session: Session, people: list[Actor], idea: IdeaView
) -> None:
    rows = session.scalars(select(OutboxRow).where(OutboxRow.topic == "tell_followers")).all()
    assert [row.payload for row in rows] == [{"idea_id": idea.id}]
    comment(session, people[0], idea, people[1])
    kept = "".join(repr(row) for row in session.scalars(select(Notification)))
    assert canary(idea.title) not in kept and idea.title not in kept


ACTS = st.lists(
    st.tuples(st.sampled_from(["comment", "answer"]), st.integers(0, 4), st.booleans()), max_size=14
)


@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=ACTS, size=st.integers(1, 3))
def test_pages_hold_each_notification_once_and_each_cause_is_in_one_of_them(
    acts: list[tuple[str, int, bool]], size: int, session: Session, people: list[Actor]
) -> None:
    me = people[0]
    mark_all_read(session, me)
    before = {one.id for one in every(session, me, 100)}
    made = [publish(session, me, f"Idea {n}") for n in range(5)]
    for kind, n, read in acts:
        comment(session, me, made[n], people[1], kind)
        if read:
            mark_all_read(session, me)
    found = [one for one in every(session, me, size) if one.id not in before]
    assert len({one.id for one in found}) == len(found)
    assert sum(one.count for one in found) == len(acts)
    unread = [(one.kind, one.path.partition("?")[0]) for one in found if not one.read]
    assert len(set(unread)) == len(unread) == count_unread(session, me)


def every(session: Session, actor: Actor, size: int) -> list[NotificationView]:
    """Return all of somebody's notifications, page by page."""
    found: list[NotificationView] = []
    cursor: Any = ""
    while cursor is not None:
        page: Page[NotificationView] = list_notifications(session, actor, cursor=cursor, limit=size)
        found, cursor = [*found, *page.items], page.next_cursor
    return found
