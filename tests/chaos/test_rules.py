"""The checker's own judgement, where it is finer than a look at one row."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.chaos.rules_of_runs import nobody_is_robbed


def change_of_owner(**fault: float) -> Any:
    """Return what is known of a run that went from the owner of 10.0 to 10.1 s to one of 20 s, and of one fault."""
    claims = [
        {"execution": "exec_1", "epoch": 1, "since": 10.0, "at": 10.1},
        {"execution": "exec_1", "epoch": 2, "since": 19.9, "at": 20.0},
    ]
    return SimpleNamespace(claims=claims, faults=[fault])


@pytest.mark.parametrize(
    ("at", "done", "robbed"),
    [
        (15.0, 15.0, False),
        (9.9, 10.05, False),  # the kill was on its way while the run was claimed
        (10.05, 10.06, False),  # the claim is stored, its line is not yet written
        (9.0, 9.9, True),  # dead before the first owner even asked
        (20.1, 20.2, True),
    ],
)
def test_a_run_changes_its_owner_for_a_fault_within_its_claims(at: float, done: float, robbed: bool) -> None:
    assert bool(list(nobody_is_robbed(change_of_owner(at=at, done=done)))) == robbed
