"""The tests of links to an execution, told to a product that lacks one guard each: every fault must be noticed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from models.clock import now
from models.db import transaction
from models.shares import Share
from services.accounts import Actor
from services.executions import shares
from tests.services.executions import test_shares as told
from tests.services.executions.test_shares import (  # noqa: F401 - the fixtures of those tests
    ada,
    execution_id,
)

Patch = pytest.MonkeyPatch
NOTICED = (AssertionError, pytest.fail.Exception)


def lives_for_ever(patch: Patch) -> None:
    """A link is looked up as if it were still young."""
    patch.setattr(shares, "now", lambda: now() - timedelta(days=60))


def shows_everything(patch: Patch) -> None:
    """What a stranger sees is what its owner sees."""
    patch.setattr(shares, "cleaner", lambda execution: lambda text: text)


def shows_the_data(patch: Patch) -> None:
    """The words are clean, and the data beside them says it all."""
    patch.setattr(shares, "KEPT_DATA", frozenset({"attempt", "duration_s", "code", "url"}))


def shows_the_options(patch: Patch) -> None:
    """The head of the page is its owner's."""
    patch.setattr(shares, "replace", lambda view, **kept: view)


def is_stored(patch: Patch) -> None:
    """Whoever reads the table can open every link."""
    patch.setattr(shares, "hash_token", lambda token: token)


def is_no_key_of_ours(patch: Patch) -> None:
    """Nothing that masks keys in a log masks it."""
    patch.setattr(shares, "PREFIX", "look_")


MUTANTS: dict[Callable[[Patch], None], str] = {
    lives_for_ever: "test_a_link_that_has_ended_shows_nothing expired",
    shows_everything: "test_what_names_people_or_machines_is_taken_out_of_the_log",
    shows_the_data: "test_what_names_people_or_machines_is_taken_out_of_the_log",
    shows_the_options: "test_a_link_shows_what_was_done_and_not_whose_it_is",
    is_stored: "test_a_link_is_masked_wherever_text_is_kept",
    is_no_key_of_ours: "test_a_link_is_masked_wherever_text_is_kept",
}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.__name__)
def test_a_missing_guard_is_noticed(
    ada: Actor,  # noqa: F811
    execution_id: str,  # noqa: F811
    tmp_path: Path,
    monkeypatch: Patch,
    mutant: Callable[[Patch], None],
) -> None:
    name, _, how = MUTANTS[mutant].partition(" ")
    test, more = getattr(told, name), [how] if how else []
    test(ada, execution_id, *more)  # as it is, the product passes
    with transaction() as session:
        session.execute(delete(Share))
    mutant(monkeypatch)
    with pytest.raises(NOTICED):
        test(ada, execution_id, *more)
