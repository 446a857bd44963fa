"""Who reads what of a discussion, and that a list of it leaves nothing out and shows nothing twice."""

import pytest
from sqlmodel import Session

from models.clock import clock, now
from models.errors import InvalidInput, NotFound
from services import comments
from services.accounts import Actor
from services.comments import CommentState, CommentView, list_comments, thread_of
from services.comments.markdown import comment_html
from tests.market import publish
from tests.services.comments.test_writing import later
from tests.services.teams.people import person

People = tuple[Actor, Actor, Actor]


@pytest.fixture
def people(session: Session) -> People:
    """An author, Bob and Cleo."""
    return person(session, "Author"), person(session, "Bob"), person(session, "Cleo")


@pytest.fixture
def idea(session: Session, people: People) -> str:
    return publish(session, people[0]).id


def walk(session: Session, actor: Actor | None, idea: str, limit: int) -> list[CommentView]:
    """Read a whole list."""
    found, cursor = [], ""
    while True:
        page = list_comments(session, actor, idea, cursor, limit)
        found += page.items
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor


def test_threads_are_read_newest_first_a_page_at_a_time(session: Session, people: People, idea: str) -> None:
    made = [comments.write_comment(session, people[1], idea, f"Thread {number}").id for number in range(7)]
    for limit in (1, 2, 3, 7, 100):
        assert [one.id for one in walk(session, None, idea, limit)] == made[::-1]
    with pytest.raises(InvalidInput):
        list_comments(session, None, idea, "none of ours")


def test_a_place_in_the_list_is_kept_for_comments_of_one_moment(
    session: Session, people: People, idea: str
) -> None:
    moment = now()
    token = clock.set(lambda: moment)
    made = [comments.write_comment(session, people[1], idea, f"Thread {number}").id for number in range(5)]
    clock.reset(token)
    assert sorted(one.id for one in walk(session, None, idea, 2)) == sorted(made)


def test_a_thread_shows_its_latest_answers_and_gives_the_others(
    session: Session, people: People, idea: str
) -> None:
    top = comments.write_comment(session, people[1], idea, "Top")
    made = [
        comments.write_comment(session, people[2], idea, f"Answer {number}", top.id) for number in range(8)
    ]
    [thread] = list_comments(session, None, idea).items
    assert [one.words for one in thread.latest] == [f"Answer {number}" for number in range(3, 8)]
    page = comments.list_answers(session, None, top.id, limit=5)
    rest = comments.list_answers(session, None, top.id, page.next_cursor or "", 5)
    assert [one.id for one in [*page.items, *rest.items]] == [one.id for one in reversed(made)]
    # A link to an early one leads to all that were said since.
    assert [one.id for one in thread_of(session, None, made[1].id).latest] == [one.id for one in made[1:]]


def test_a_deleted_comment_with_answers_leaves_its_place_without_words_or_name(
    session: Session, people: People, idea: str
) -> None:
    author, bob, cleo = people
    top = comments.write_comment(session, bob, idea, "I regret this")
    answer = comments.write_comment(session, cleo, idea, "Do not", top.id)
    comments.delete_comment(session, bob, top.id)
    comments.delete_comment(session, bob, top.id)
    for reader in (None, author, bob):
        [place] = list_comments(session, reader, idea).items
        assert (place.state, place.words, place.author_name, place.author_id) == (
            CommentState.DELETED,
            "",
            "",
            None,
        )
        assert [one.words for one in place.latest] == ["Do not"]
    comments.delete_comment(session, cleo, answer.id)
    assert list_comments(session, None, idea).items == []
    with pytest.raises(NotFound):
        thread_of(session, None, top.id)


def test_a_deletion_is_taken_back_for_ten_minutes(session: Session, people: People, idea: str) -> None:
    bob = people[1]
    said = comments.write_comment(session, bob, idea, "Back again")
    comments.delete_comment(session, bob, said.id)
    result = comments.bring_back(session, bob, [said.id])
    assert result.done and [one.words for one in list_comments(session, None, idea).items] == ["Back again"]
    assert comments.bring_back(session, people[2], [said.id]).refused[0].error.code == "not_yours"
    comments.delete_comment(session, bob, said.id)
    with later(minutes=11):
        assert comments.bring_back(session, bob, [said.id]).refused[0].error.code == "too_late"


def test_a_hidden_comment_is_read_by_its_author_alone_who_sees_that_it_is_hidden(
    session: Session, people: People, idea: str
) -> None:
    author, bob, cleo = people
    said = comments.write_comment(session, bob, idea, "Rude")
    comments.hide(session, said.id)
    assert list_comments(session, None, idea).items == list_comments(session, author, idea).items == []
    [own] = list_comments(session, bob, idea).items
    assert (own.state, own.words, own.mine) == (CommentState.HIDDEN, "Rude", True)
    with pytest.raises(NotFound):
        thread_of(session, cleo, said.id)
    assert thread_of(session, bob, said.id).words == "Rude"
    comments.show(session, said.id)
    assert [one.words for one in list_comments(session, cleo, idea).items] == ["Rude"]


def test_a_hidden_answer_is_told_of_to_its_author_alone(session: Session, people: People, idea: str) -> None:
    _, bob, cleo = people
    top = comments.write_comment(session, bob, idea, "Top")
    rude = comments.write_comment(session, cleo, idea, "Rude", top.id)
    comments.hide(session, rude.id)
    assert list_comments(session, bob, idea).items[0].latest == ()
    assert [one.state for one in list_comments(session, cleo, idea).items[0].latest] == [CommentState.HIDDEN]
    assert comments.list_answers(session, bob, top.id).items == []
    with pytest.raises(NotFound):
        thread_of(session, bob, rude.id)


def test_what_is_deleted_is_emptied_after_a_month(session: Session, people: People, idea: str) -> None:
    bob = people[1]
    said = comments.write_comment(session, bob, idea, "First words")
    comments.change_comment(session, bob, said.id, "Second words")
    comments.delete_comment(session, bob, said.id)
    with later(days=29):
        assert comments.forget_deleted(session) == 0
    assert comments.comment_history(session, said.id)
    with later(days=31):
        assert (comments.forget_deleted(session), comments.forget_deleted(session)) == (1, 0)
    assert comments.comment_history(session, said.id) == []


def test_a_comment_shapes_no_page_and_fetches_nothing() -> None:
    html = comment_html(
        "# Big\n\n![x](https://e.com/a.png) <script>1</script> [y](https://e.com)\n\n---\n\n|a|\n|-|"
    )
    for tag in ("<h", "<img", "<script", "<hr", "<table"):
        assert tag not in html
    assert 'href="https://e.com" rel="noopener noreferrer nofollow ugc"' in html
    assert "href" not in comment_html("[j](javascript:alert(1))")
