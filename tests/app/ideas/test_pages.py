"""The pages of the marketplace as the server sends them: words in their places, nothing of what is sold."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from app.ideas.form import Form
from app.routes import create_routes
from app.session import cookie_name
from models.clock import clock, now
from models.db import transaction
from models.errors import FieldError
from models.idea_ranks import IdeaRank
from models.settings import Settings
from models.trust import TrustLevel
from services import accounts, comments, ideas, reviews
from services.ideas import standing, views
from services.ideas.writing import Desk
from tests.market import buy, canary, fields, publish, review_fields


@pytest.fixture
def http(built: Path, clean: Settings) -> Iterator[TestClient]:
    """Every route of the product, over a small built front end and an empty database."""
    with TestClient(create_routes(), follow_redirects=False) as client:
        yield client


def person(session: Session, email: str) -> Any:
    """Sign somebody up and return the account with its actor and cookie."""
    user = accounts.sign_up(session, email=email, password="a long enough password", name=email.split("@")[0])
    session.flush()
    actor = accounts.actor_for_user(session, user, via="session")
    return user, actor, {"cookie": f"{cookie_name()}={accounts.open_session(session, user)}"}


@contextmanager
def later(seconds: float) -> Iterator[None]:
    """Be some seconds in the future."""
    moment = now() + timedelta(seconds=seconds)
    token = clock.set(lambda: moment)
    try:
        yield
    finally:
        clock.reset(token)


def test_a_page_of_an_idea_holds_its_words_and_for_its_author_what_it_sells(http: TestClient) -> None:
    with transaction() as session:
        _, ada, cookie = person(session, "ada@example.com")
        made = publish(session, ada, "<b>Bold</b> menus")
    shown = http.get(f"/ideas/{made.id}")
    assert "&lt;b&gt;Bold&lt;/b&gt; menus" in shown.text and "<b>Bold" not in shown.text
    assert canary("<b>Bold</b> menus") not in shown.text
    assert '<link rel="canonical"' in shown.text
    whole = http.get(f"/ideas/{made.id}", headers=cookie)
    assert canary("<b>Bold</b> menus") in whole.text
    assert whole.headers["cache-control"] == "private, no-store"
    with transaction() as session:
        ideas.unpublish(session, ada, made.id)
    assert http.get(f"/ideas/{made.id}").status_code == 404
    assert 'content="noindex"' in http.get(f"/ideas/{made.id}", headers=cookie).text


def test_the_feed_leads_on_without_scripts_to_every_idea_once(http: TestClient) -> None:
    with transaction() as session:
        ada = person(session, "ada@example.com")[1]
        made = [publish(session, ada, f"Idea {number:02}").title for number in range(30)]
    first = http.get("/ideas?tab=new&category=food").text
    following = first.split('class="pager"><a href="')[1].split('"')[0].replace("&amp;", "&")
    assert following.startswith("/ideas?tab=new&category=food&after=")
    second = http.get(following).text
    found = [title for title in made if (f">{title}<" in first) + (f">{title}<" in second) == 1]
    assert found == made and 'class="pager"' not in second


NONSENSE = (
    "tab=nothing",
    "after=none-of-ours",
    "most=x",
    "rows=-3",
    "rows=99999",
    "q=%00",
    "tag=" + "x" * 99,
)


@pytest.mark.parametrize("query", NONSENSE)
def test_an_address_that_asks_for_nonsense_is_a_page_all_the_same(http: TestClient, query: str) -> None:
    assert http.get(f"/ideas?{query}").status_code == 200


def test_a_look_is_counted_by_the_ticket_of_the_page(http: TestClient) -> None:
    with transaction() as session:
        made = publish(session, person(session, "ada@example.com")[1])
        ticket = views.ticket(session, made.id)
    for wait, counted in ((1, 0), (6, 1), (7, 1)):
        with later(wait):
            assert http.post(f"/ideas/{made.id}/looks", json={"ticket": ticket}).status_code == 204
        with transaction() as session:
            standing.fold_views(session)
            assert session.get_one(IdeaRank, made.id).qualified_views == counted, wait


def test_a_draft_that_is_gone_leads_to_mine_and_a_stranger_s_is_not_there(http: TestClient) -> None:
    with transaction() as session:
        _, ada, cookie = person(session, "ada@example.com")
        draft = ideas.save_draft(session, ada, fields())
        bob = person(session, "bob@example.com")[2]
    assert "Guests scan" in http.get(f"/ideas/new?draft={draft.id}", headers=cookie).text
    answer = http.get(f"/ideas/new?draft={draft.id}", headers=bob)
    assert (answer.status_code, answer.headers["location"]) == (303, "/ideas?tab=mine")


def test_a_second_press_of_publish_makes_no_second_idea(http: TestClient) -> None:
    with transaction() as session:
        _, ada, cookie = person(session, "ada@example.com")
        draft = ideas.save_draft(session, ada, fields())
    form = {
        **fields(),
        "tags": "food",
        "price_cents": "3",
        "draft": draft.id,
        "revision": "1",
        "do": "publish",
    }
    places = [http.post("/ideas/write", data=form, headers=cookie).headers["location"] for _ in range(2)]
    assert places[0].startswith("/ideas/idea_") and places[1] == "/ideas?tab=mine"


def test_a_form_behind_another_window_comes_back_as_it_was_typed(http: TestClient) -> None:
    with transaction() as session:
        _, ada, cookie = person(session, "ada@example.com")
        draft = ideas.save_draft(session, ada, {"title": "theirs"})
        ideas.save_draft(session, ada, {"title": "theirs again"}, draft_id=draft.id)
    form = {"title": "mine", "draft": draft.id, "revision": "1", "do": "save"}
    refused = http.post("/ideas/write", data=form, headers=cookie)
    assert refused.status_code == 409
    assert "changed in another window" in refused.text and 'value="mine"' in refused.text
    assert 'name="revision" value="2"' in refused.text
    assert http.post("/ideas/write", data=form | {"revision": "2"}, headers=cookie).status_code == 303


def test_a_form_escapes_what_was_typed_and_marks_the_first_bad_field() -> None:
    desk = Desk({"title": '"><script>', "solution": "</textarea><script>alert(1)</script>"})
    html = Form(desk, [FieldError("/promise", "Too <short>."), FieldError("/tags", "Too many.")]).html()
    assert "<script>" not in html
    assert "Too &lt;short&gt;." in html
    assert (
        html.count("autofocus") == 1 and 'name="promise"' in html.split("autofocus")[0].rsplit("<input", 1)[1]
    )


def test_what_is_said_about_an_idea_is_read_without_scripts_to_its_end(http: TestClient) -> None:
    with transaction() as session:
        ada, bob = (person(session, f"{name}@example.com")[1] for name in ("ada", "bob"))
        made = publish(session, ada).id
        buy(session, bob, made)
        given = reviews.write_review(session, bob, made, review_fields(words="**Short** <b>x</b>"))
        reviews.write_reply(session, ada, given.id, "Thank you.")
    with later(-86_400), transaction() as session:
        said = [write(session, actor, made, number) for number, actor in enumerate([ada, bob] * 14)]
    first = http.get(f"/ideas/{made}").text
    assert "<strong>Short</strong> &lt;b&gt;x&lt;/b&gt;" in first and "Thank you." in first
    assert "1 review. Averages are shown from 3 on." in first and "Would build it" in first
    following = first.split('class="pager"><a href="')[-1].split('"')[0].replace("&amp;", "&")
    second = http.get(following.split("#")[0]).text
    assert [one for one in said if (f'id="{one}"' in first) + (f'id="{one}"' in second) == 1] == said
    linked = http.get(f"/ideas/{made}?comment={said[0]}").text
    assert (
        linked.index("The comment that the link leads to")
        < linked.index(f'id="{said[0]}"')
        < linked.index(said[-1])
    )


def write(session: Session, actor: Any, idea_id: str, number: int) -> str:
    """Say something; the days of these accounts are long."""
    session.merge(TrustLevel(user_id=actor.user_id, level=4))
    session.flush()
    return comments.write_comment(session, actor, idea_id, f"Number {number}").id


@pytest.mark.parametrize("query", ["comments=none-of-ours", "comment=nothing", "reviews=x", "comment=cmnt_0"])
def test_a_place_in_a_discussion_that_is_none_is_the_page_all_the_same(http: TestClient, query: str) -> None:
    with transaction() as session:
        made = publish(session, person(session, "ada@example.com")[1]).id
    assert http.get(f"/ideas/{made}?{query}").status_code == 200


def test_earlier_answers_are_a_link_away_without_scripts(http: TestClient) -> None:
    with transaction() as session:
        ada = person(session, "ada@example.com")[1]
        made = publish(session, ada).id
        top = comments.write_comment(session, ada, made, "Top").id
        answers = [comments.write_comment(session, ada, made, f"Answer {n}", top).id for n in range(7)]
    page = http.get(f"/ideas/{made}").text
    assert f'<a href="/ideas/{made}?comment={top}" class="small">Show 2 earlier answers</a>' in page
    assert answers[0] not in page and "<h2>Comments 8</h2>" in page
    assert all(one in http.get(f"/ideas/{made}?comment={top}").text for one in answers)
