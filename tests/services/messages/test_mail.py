"""A mail as it is written: one description, two forms, nothing that could break out of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from models.errors import InvalidInput
from models.journal import OutboxRow
from services.messages import Action, queue_mail
from services.messages.layout import as_html, as_text
from services.messages.mail import check_head

HELLO: dict[str, Any] = {
    "to": "ada@example.com",
    "subject": "Hello",
    "paragraphs": ["First.", "Second."],
}


def test_a_mail_says_the_same_in_plain_text_and_in_html(session: Session) -> None:
    message = queue_mail(session, **HELLO, action=Action("Open it", "http://here/a?b=1&c=2"))
    assert message.text.startswith("First.\n\nOpen it:\nhttp://here/a?b=1&c=2\n\nSecond.")
    assert "<p>First.</p>" in message.html and "<p>Second.</p>" in message.html
    assert 'href="http://here/a?b=1&amp;c=2">Open it</a>' in message.html


def test_without_a_mail_server_a_mail_is_kept_and_nothing_is_promised(session: Session) -> None:
    message = queue_mail(session, **HELLO)
    assert message.state == "kept"
    assert session.scalars(select(OutboxRow)).all() == []


@given(st.text(min_size=1), st.text())
def test_whatever_a_person_typed_stays_text_in_the_html(paragraph: str, label: str) -> None:
    html = as_html("Subject", [f"<b>{paragraph}"], Action(f'"><script>{label}', 'http://here/"><i>'), "here")
    for tag in ("<b>", "<script", "<i>"):
        assert tag not in html


def test_a_mail_loads_nothing_from_anywhere() -> None:
    html = as_html("Subject", ["Text"], None, "http://here")
    for loading in ("src=", "url(", "@import", "<link", "<script"):
        assert loading not in html


def test_a_mail_ends_with_where_it_came_from() -> None:
    assert as_text(["Text"], None, "http://here").endswith(
        "-- \nThis mail was sent by Ideasmith at http://here.\n"
    )


@pytest.mark.parametrize("line", ["a\r\nBcc: all@example.com", "a\nb", "a\x00", "a\u2028b", ""])
def test_a_subject_that_would_add_a_line_to_the_head_is_refused(session: Session, line: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        queue_mail(session, **{**HELLO, "subject": line})
    assert refusal.value.code == "bad_mail_head"


@pytest.mark.parametrize(
    "to", ["a@b.c\nBcc: d@e.f", "a@b.c, d@e.f", "<a@b.c>", "a@b@c", "nobody", "", "a b@c.d", "a;b@c.d"]
)
def test_a_recipient_that_is_not_one_address_is_refused(session: Session, to: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        queue_mail(session, **{**HELLO, "to": to})
    assert refusal.value.code == "bad_recipient"


@given(st.text(), st.text(), st.text())
def test_what_passes_into_the_head_is_one_line(to: str, name: str, subject: str) -> None:
    try:
        check_head(to, name, subject)
    except InvalidInput:
        return
    assert all(len(value.splitlines()) <= 1 for value in (to, name, subject))
