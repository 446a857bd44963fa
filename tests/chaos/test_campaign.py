"""A short campaign over the whole product, and one seeded fault; `make chaos` is the long one, with all of them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from models.settings import Settings
from tests.chaos import plan
from tests.chaos.campaign import Campaign
from tests.chaos.load import Load
from tests.chaos.world import world

ROOT = Path(__file__).parents[2]
SEED = 1
RANDOM_S = 5.0
# How long a busy machine takes is measured by `make chaos`, which says how busy it was.
MEASURED_ELSEWHERE = "every_run_resumes_in_time"


@pytest.mark.timeout(400)
def test_killed_part_by_part_the_product_loses_nothing_and_does_nothing_twice() -> None:
    with world() as made:
        run = Campaign(made, SEED)
        with Load(made, people=3, owners=1) as load:
            run.at_places(plan.short(SEED), load)
            run.at_random(RANDOM_S, load)
            run.calm(load)
        report = run.verdict()
    report["broken"].pop(MEASURED_ELSEWHERE, None)
    assert report["broken"] == {}
    assert report["states"].get("succeeded", 0) > 0
    assert not run.unreached


@pytest.mark.timeout(300)
def test_the_checker_sees_what_a_missing_fence_does(
    clean: Settings,
) -> None:
    names = ["no_fence"]
    command = [sys.executable, "-m", "tests.chaos.light", *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["name"], line["met"]) for line in told] == [(name, True) for name in names], done.stdout
