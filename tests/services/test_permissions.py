"""The table of rights itself."""

import itertools

from models.accounts import Role
from services.permissions import MATRIX, PERMISSIONS, ROLE_WORDS, SCOPES


def test_each_role_may_all_that_the_one_below_it_may() -> None:
    order = [PERMISSIONS[role] for role in (Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OWNER)]
    assert all(lower < higher for lower, higher in itertools.pairwise(order))


def test_a_viewer_changes_nothing_of_the_team() -> None:
    assert {name for name in PERMISSIONS[Role.VIEWER] if not name.endswith(":read")} == {
        "account:write",
        "account:export",
        "ideas:vote",
    }


def test_no_key_makes_owners_or_deletes_teams() -> None:
    assert {one.name for one in MATRIX} - SCOPES == {"owners:write", "teams:delete"}


def test_each_permission_and_role_has_its_words_once() -> None:
    assert len({one.name for one in MATRIX}) == len({one.words for one in MATRIX}) == len(MATRIX)
    assert set(ROLE_WORDS) == set(Role)
