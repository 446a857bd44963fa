"""Each guard of notifications is taken away once, and a test has to notice."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from services.accounts import Actor
from services.ideas import IdeaView
from services.notifications import declining, digest, seeing, telling
from tests.services.notifications import test_digest, test_telling

Patch = Callable[[pytest.MonkeyPatch], None]
Check = Callable[[Session, list[Actor], IdeaView], None]


def everything_is_seen(patch: pytest.MonkeyPatch) -> None:
    """The rule of who may see an idea is not asked."""
    whole = seeing.titles_seen.__globals__["SEEN"]
    open_to_all = str(whole.element).replace(
        "WHERE i.state = 'published'", "WHERE true OR i.state = 'published'"
    )
    patch.setitem(seeing.titles_seen.__globals__, "SEEN", rewritten(whole, open_to_all))


def oneself_is_told(patch: pytest.MonkeyPatch) -> None:
    """Who did it is told as well."""
    changed = str(telling.TELL.element).replace("u.id IS DISTINCT FROM :by_id", "true")
    patch.setattr(telling, "TELL", rewritten(telling.TELL, changed))


def off_is_told(patch: pytest.MonkeyPatch) -> None:
    """A kind that is off is told."""
    changed = str(telling.TELL.element).replace("<> 'off'", "<> 'no such way'")
    patch.setattr(telling, "TELL", rewritten(telling.TELL, changed))


def words_are_taken(patch: pytest.MonkeyPatch) -> None:
    """Anything may stand in a row."""
    patch.setattr(telling, "causes_of", lambda subject, data: [str(one) for one in data.values()])


def any_link_is_ours(patch: pytest.MonkeyPatch) -> None:
    """The proof under a link is not compared."""
    patch.setattr(declining.hmac, "compare_digest", lambda good, given: True)


def mails_never_rest(patch: pytest.MonkeyPatch) -> None:
    """There is no time between two mails."""
    patch.setattr(digest, "QUIET", digest.QUIET * 0)


def all_is_told_again(patch: pytest.MonkeyPatch) -> None:
    """A mail tells what the one before has told."""
    patch.setattr(digest, "fresh", lambda rows, causes: causes)


def rewritten(statement: Any, sql: str) -> Any:
    """Return a statement with another text and the same types."""
    assert sql != str(statement.element)
    made = text(sql).bindparams(*statement.element._bindparams.values())
    return made.columns(*statement.selected_columns)


def forged(session: Session, people: list[Actor], idea: IdeaView) -> None:
    test_digest.test_a_link_that_is_not_ours_ends_nothing(
        session, people, idea, lambda token: token[:-1] + ("A" if token[-1] != "A" else "B")
    )


def worded(session: Session, people: list[Actor], idea: IdeaView) -> None:
    test_telling.test_a_notification_takes_no_words(session, people, idea, "the paid text")


MUTANTS: list[tuple[Patch, Check]] = [
    (everything_is_seen, test_telling.test_what_its_reader_may_not_see_any_more_is_not_in_the_words),
    (everything_is_seen, test_digest.test_what_was_read_or_is_gone_meanwhile_is_not_mailed),
    (oneself_is_told, test_telling.test_nobody_is_told_of_what_they_did_themselves),
    (off_is_told, test_telling.test_a_kind_that_is_off_is_not_told),
    (words_are_taken, worded),
    (any_link_is_ours, forged),
    (mails_never_rest, test_digest.test_the_next_mail_waits_and_tells_only_what_is_new),
    (all_is_told_again, test_digest.test_the_next_mail_waits_and_tells_only_what_is_new),
]


@pytest.mark.parametrize(("mutant", "check"), MUTANTS, ids=lambda one: one.__name__)
def test_a_guard_that_is_missing_is_noticed(
    mutant: Patch,
    check: Check,
    session: Session,
    people: list[Actor],
    idea: IdeaView,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mutant(monkeypatch)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check(session, people, idea)
