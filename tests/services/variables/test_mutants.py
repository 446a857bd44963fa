"""The tests of variables, told to a product that lacks one guard each: every one of these faults must be noticed.

That of an application whose log is not masked stands in tests/services/sandbox/test_running.py.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlmodel import Session

from services.variables import rotating, sealing, views
from services.variables.sealing import Sealed, unseal
from services.variables.views import VariableView
from tests.services.variables import test_variables as told
from tests.services.variables.test_variables import mine  # noqa: F401 - the fixture of those tests

Patch = pytest.MonkeyPatch
NOTICED = (AssertionError, pytest.fail.Exception)


def same_nonce(patch: Patch) -> None:
    """Two values under one key and one nonce: whoever has both has their difference."""
    patch.setattr(sealing.secrets, "token_bytes", lambda count: bytes(count))


def bound_to_no_deployment(patch: Patch) -> None:
    """A row that is copied to another deployment opens there."""
    patch.setattr(Sealed, "bound_to", property(lambda one: f"{one.name}\n{one.kind}".encode()))


def bound_to_no_kind(patch: Patch) -> None:
    """A secret that is called plain in the table is read out."""
    patch.setattr(Sealed, "bound_to", property(lambda one: f"{one.deployment_id}\n{one.name}".encode()))


def answered_in_plain(patch: Patch) -> None:
    """A list that shows secrets as it shows plain values."""
    patch.setattr(
        views,
        "view_of",
        lambda row, by: VariableView(row.name, row.kind, unseal(views.sealed_of(row)), row.changed_at, by),
    )


def former_key_kept(patch: Patch) -> None:
    """A rotation that makes a key and leaves every value sealed with the one before."""
    patch.setattr(rotating, "seal", lambda deployment_id, name, kind, value: former(deployment_id, name))
    kept: dict[tuple[str, str], Sealed] = {}
    opened = rotating.unseal

    def open_and_keep(sealed: Sealed) -> str:
        kept[sealed.deployment_id, sealed.name] = sealed
        return opened(sealed)

    def former(deployment_id: str, name: str) -> Sealed:
        return kept[deployment_id, name]

    patch.setattr(rotating, "unseal", open_and_keep)


def stored_in_plain(patch: Patch) -> None:
    """A seal that only signs: the content stands readable before its tag."""

    def seal(deployment_id: str, name: str, kind: str, value: str) -> Sealed:
        sealed = real(deployment_id, name, kind, value)
        return replace(sealed, content=value.encode() + sealed.content)

    from services.variables import changing

    real = sealing.seal
    patch.setattr(changing, "seal", seal)


MUTANTS: dict[Callable[[Patch], None], str] = {
    same_nonce: "test_the_key_is_made_once_and_nobody_else_may_read_it",
    bound_to_no_deployment: "test_a_sealed_value_fits_its_place_and_kind_alone deployment_id",
    bound_to_no_kind: "test_a_sealed_value_fits_its_place_and_kind_alone kind",
    answered_in_plain: "test_a_plain_value_can_be_read_again_and_a_secret_never",
    former_key_kept: "test_another_key_seals_everything_anew_and_starts_nothing",
    stored_in_plain: "test_nothing_of_a_value_lies_readable_in_the_database_or_the_copy",
}
CHANGED = {"deployment_id": {"deployment_id": "e"}, "kind": {"kind": "plain"}}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.__name__)
def test_a_missing_guard_is_noticed(
    session: Session,
    mine: tuple,  # noqa: F811
    mutant: Callable[[Patch], None],
) -> None:
    name, _, changed = MUTANTS[mutant].partition(" ")
    test = getattr(told, name)
    more = CHANGED[changed] if changed else mine
    with session.begin_nested() as whole:
        test(session, more)  # as it is, the product passes
        whole.rollback()
    session.expire_all()
    with pytest.MonkeyPatch.context() as patch:
        mutant(patch)
        with pytest.raises(NOTICED):
            test(session, more)
