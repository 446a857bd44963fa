"""Which story must show which seeded fault: in a light world, and those of applications in the whole product."""

from typing import Any

from tests.chaos import inside, scenarios
from tests.chaos.campaign import Campaign
from tests.chaos.load import Load
from tests.chaos.scenarios import Scenario
from tests.chaos.world import world

LEASE_S = "3"
CALM_S = 20.0
AIMED: dict[str, Scenario] = {
    "no_fence": scenarios.zombie,
    "no_lease": scenarios.rung_twice,
    "no_heartbeat": scenarios.long_step,
    "no_reaper": scenarios.stopped_horse,
    "ack_before_commit": scenarios.mail_cut_short,
    "new_key_on_retry": scenarios.mail_cut_short,
    "enqueue_before_commit": scenarios.calm,
    "marked_before_rung": scenarios.lost_ring,
    "no_dispatcher": scenarios.lost_ring,
    "promise_forgotten": scenarios.lost_letter,
    "seq_restarts": scenarios.dead_horse,
    "forgets_what_is_done": scenarios.dead_horse,
    "log_apart_from_rows": scenarios.cut_after_commit,
    "horse_outlives_worker": scenarios.dead_parent,
}
STORIES: dict[str, Scenario] = {
    f"story:{story.__name__}": story for story in (*dict.fromkeys(AIMED.values()), scenarios.late_zombie)
}
IN_THE_PRODUCT: dict[str, Scenario] = {
    "release_made_anew": scenarios.cut_in_deploy,
    "merge_is_left": scenarios.failed_upgrade,
    "keeper_starts_twice": scenarios.two_keepers,
    "shown_without_a_look": scenarios.dead_app,
}


def caught(name: str) -> dict[str, Any]:
    """Tell the aimed story to a whole product with a seeded fault, and return what the checker found."""
    with world(None, **{inside.MUTANT: name, inside.SHORT_LEASE: LEASE_S}) as made:
        return told(made, IN_THE_PRODUCT[name])


def control() -> dict[str, Any]:
    """Tell those stories to the product as it is, one after the other, and return what the checker found."""
    with world(None, **{inside.SHORT_LEASE: LEASE_S}) as made:
        return told(made, *IN_THE_PRODUCT.values())


def told(made: Any, *stories: Scenario) -> dict[str, Any]:
    """Tell stories in a world, wait for calm, and ask the checker."""
    run, load = Campaign(made, seed=1), Load(made, people=0, owners=0)
    for story in stories:
        story(made, load)
    run.calm(load, CALM_S, sweep=False)
    return run.verdict()
