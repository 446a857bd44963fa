"""Votes while web and clock are killed; and the checker sees a vote that is lost or doubled."""

from pathlib import Path

import pytest

from tests.chaos.votes import holds, scenario
from tests.product import running_product


def test_no_acknowledged_vote_is_lost_while_web_and_clock_are_killed(
    database: object, tmp_path: Path
) -> None:
    with running_product(tmp_path / "data") as product:  # its own: others count how often a part has ended
        report = scenario(product, votes=120)
    assert holds(report), report
    assert {"web", "clock"} <= set(report["kills"]), report


@pytest.mark.parametrize(
    "wrong", [{"votes": 9}, {"counter": 11}, {"lost": 1}, {"not_asked_for": 1}, {"weight_off": True}]
)
def test_a_report_of_a_wrong_count_does_not_hold(wrong: dict[str, int]) -> None:
    right = {
        "acknowledged": 10,
        "votes": 10,
        "counter": 10,
        "lost": 0,
        "not_asked_for": 0,
        "weight_off": False,
    }
    assert holds(right) and not holds(right | wrong)
