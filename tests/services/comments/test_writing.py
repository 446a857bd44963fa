"""What somebody says below an idea: once, in their own name, as much as they may, and changed in the open."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlmodel import Session

from models.clock import clock, now
from models.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound
from models.settings import settings
from models.trust import TrustLevel
from services import comments, ideas, telling
from services.accounts import Actor
from services.comments.limits import A_DAY
from tests.market import publish
from tests.services.teams.people import person

People = tuple[Actor, Actor, Actor]


@pytest.fixture
def people(session: Session) -> People:
    """An author, Bob and Cleo."""
    return person(session, "Author"), person(session, "Bob"), person(session, "Cleo")


@pytest.fixture
def idea(session: Session, people: People) -> str:
    return publish(session, people[0]).id


@contextmanager
def later(**much: float) -> Iterator[None]:
    """Be in the future."""
    moment = now() + timedelta(**much)
    token = clock.set(lambda: moment)
    try:
        yield
    finally:
        clock.reset(token)


@contextmanager
def listening() -> Iterator[list[tuple[str, str, str]]]:
    """Hear who is told of what."""
    heard: list[tuple[str, str, str]] = []
    token = telling.listener.set(
        lambda session, user, kind, subject, ids: heard.append((user, kind, ids["comment"]))
    )
    yield heard
    telling.listener.reset(token)


def test_everybody_reads_a_comment_with_who_said_it(session: Session, people: People, idea: str) -> None:
    said = comments.write_comment(session, people[1], idea, "  Does it *read* PDFs?\r\n")
    [read] = comments.list_comments(session, None, idea).items
    assert (read.words, read.author_name, read.mine, read.by_author) == (
        "Does it *read* PDFs?",
        "Bob",
        False,
        False,
    )
    assert said.mine and said.id == read.id and read.edited_at is None
    reply = comments.write_comment(session, people[0], idea, "It does.", said.id)
    assert reply.by_author and reply.parent_id == said.id
    assert ideas.get_idea(session, None, idea).comments == 2


def test_an_answer_to_an_answer_stands_beside_it(session: Session, people: People, idea: str) -> None:
    top = comments.write_comment(session, people[1], idea, "First")
    answer = comments.write_comment(session, people[2], idea, "Second", top.id)
    assert comments.write_comment(session, people[1], idea, "Third", answer.id).parent_id == top.id
    [thread] = comments.list_comments(session, None, idea).items
    assert [one.words for one in thread.latest] == ["Second", "Third"] and thread.answers == 2


def test_the_same_words_sent_twice_are_said_once(session: Session, people: People, idea: str) -> None:
    first, second = (comments.write_comment(session, people[1], idea, "Once") for _ in range(2))
    assert first == second and ideas.get_idea(session, None, idea).comments == 1
    with later(minutes=3):
        assert comments.write_comment(session, people[1], idea, "Once").id != first.id


@pytest.mark.parametrize(
    ("words", "wrong"),
    [(" \n ", "missing"), ("x" * 4_001, "4,000 characters; it has 4,001"), ("a\u202eb", "cannot be seen")],
)
def test_words_that_cannot_be_used_are_named(
    session: Session, people: People, idea: str, words: str, wrong: str
) -> None:
    with pytest.raises(InvalidInput, match=wrong) as refused:
        comments.write_comment(session, people[1], idea, words)
    assert [one.path for one in refused.value.fields] == ["/words"]


def test_nothing_is_said_below_what_cannot_be_seen_or_in_answer_to_what_is_gone(
    session: Session, people: People, idea: str
) -> None:
    top = comments.write_comment(session, people[1], idea, "Here")
    elsewhere = publish(session, people[0], "Another idea").id
    for below in (top.id, "cmnt_00000000000000000000000000"):
        with pytest.raises(NotFound):
            comments.write_comment(session, people[2], elsewhere, "There", below)
    comments.delete_comment(session, people[1], top.id)
    with pytest.raises(NotFound, match="not there any more"):
        comments.write_comment(session, people[2], idea, "Too late", top.id)
    ideas.unpublish(session, people[0], idea)
    with pytest.raises(NotFound):
        comments.write_comment(session, people[2], idea, "Hello")


def test_a_day_holds_more_comments_for_who_is_trusted(
    session: Session, people: People, idea: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "trust_limits", True)
    bob = people[1]
    for number in range(A_DAY[0]):
        said = comments.write_comment(session, bob, idea, f"Number {number}")
    comments.delete_comment(session, bob, said.id)  # what was taken back was said
    with pytest.raises(LimitReached, match="at most 10 comments a day") as refused:
        comments.write_comment(session, bob, idea, "One more")
    assert 0 < refused.value.retry_after_s <= 86_400
    session.add(TrustLevel(user_id=bob.user_id, level=1))
    session.flush()
    comments.write_comment(session, bob, idea, "One more")
    with later(days=1, minutes=1):
        comments.write_comment(session, people[1], idea, "Tomorrow")


def test_a_change_is_marked_after_a_quarter_of_an_hour_and_never_lost(
    session: Session, people: People, idea: str
) -> None:
    bob = people[1]
    said = comments.write_comment(session, bob, idea, "Tpyo")
    assert comments.change_comment(session, bob, said.id, "Typo").edited_at is None
    with later(minutes=16):
        assert comments.change_comment(session, bob, said.id, "Typo").edited_at is None  # nothing has changed
        assert comments.change_comment(session, bob, said.id, "Other").edited_at is not None
    assert [one.words for one in comments.comment_history(session, said.id)] == ["Typo", "Tpyo"]


def test_only_who_wrote_a_comment_changes_or_deletes_it(session: Session, people: People, idea: str) -> None:
    said = comments.write_comment(session, people[1], idea, "Mine")
    for other in (people[0], people[2]):
        with pytest.raises(NotAllowed):
            comments.change_comment(session, other, said.id, "Yours")
        with pytest.raises(NotAllowed):
            comments.delete_comment(session, other, said.id)
    comments.hide(session, said.id)
    with pytest.raises(Conflict):
        comments.change_comment(session, people[1], said.id, "Let me explain")


def test_who_is_concerned_is_told_once_and_nobody_of_their_own_words(
    session: Session, people: People, idea: str
) -> None:
    author, bob, cleo = people
    with listening() as heard:
        top = comments.write_comment(session, bob, idea, "Question")
        answer = comments.write_comment(session, author, idea, "Answer", top.id)
        again = comments.write_comment(session, cleo, idea, "And I", answer.id)
        comments.write_comment(session, author, idea, "A word of mine")
        comments.write_comment(session, cleo, idea, "And I", answer.id)  # said already
    assert heard == [
        (author.user_id, "comment", top.id),
        (bob.user_id, "answer", answer.id),
        (author.user_id, "answer", again.id),
        (bob.user_id, "answer", again.id),
    ]
