"""Who is an author: whoever has something published, and only while it is."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session

from models.errors import NotFound
from services import ideas
from services.ideas.authors import find_author
from services.ideas.feed import FeedQuery, Tab, list_ideas
from tests.market import publish


def test_an_author_is_seen_while_something_is_published(
    session: Session, make_user: Callable[..., Any]
) -> None:
    user, ada = make_user(session, name="Ada Lovelace")
    with pytest.raises(NotFound):
        find_author(session, user.id)
    made = publish(session, ada)
    seen = find_author(session, user.id)
    assert (seen.name, seen.ideas, seen.votes) == ("Ada Lovelace", 1, 0)
    assert seen.picture.startswith("/avatars/")
    ideas.unpublish(session, ada, made.id)
    with pytest.raises(NotFound):
        find_author(session, user.id)


def test_an_author_s_ideas_come_a_page_at_a_time(session: Session, make_user: Callable[..., Any]) -> None:
    user, ada = make_user(session)
    publish(session, make_user(session, email="bob@example.com")[1], "Not hers")
    made = [publish(session, ada, f"Idea number {number}").id for number in range(5)]
    seen, cursor = list[str](), ""
    while True:
        page = list_ideas(session, None, FeedQuery(tab=Tab.NEW, author_id=user.id), cursor, 2)
        seen += [card.id for card in page.items]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert seen == made[::-1]
