"""Ten apps, redeployed 200 times and rolled back 50 times under visitors: not one request may fail."""

import random

from services import deployments
from tests.bench.measure import Measure
from tests.parts import eventually
from tests.soak.campaign import Campaign
from tests.soak.hammer import Hammer

APPS, REDEPLOYS, ROLLBACKS, REQUESTS = 10, 200, 50, 100_000


def measures(campaign: Campaign) -> list[Measure]:
    """Redeploy and roll back in turn until all is done or the time is over."""
    town, chance = campaign.town, random.Random(campaign.seed)
    made = {f"app-{n}": town.live("v1", wish=f"app-{n}") for n in range(1, APPS + 1)}
    redeploys = rollbacks = refused = 0
    with Hammer(town.door.port, list(made), campaign.seed) as visitors:
        while (redeploys < REDEPLOYS or rollbacks < ROLLBACKS) and not campaign.over():
            slug = chance.choice(list(made))
            if redeploys and rollbacks < ROLLBACKS and chance.random() < ROLLBACKS / REDEPLOYS:
                view = town.view(made[slug])
                older = [one for one in view.releases if not one.current and one.kept]
                if not older:
                    continue
                target = chance.choice(older)
                town.do(deployments.roll_back, made[slug], target.number)
                eventually(lambda s=slug, n=target.number: town.view(made[s]).release_number == n)  # type: ignore[misc]
                rollbacks += 1
            else:
                redeploys += 1
                release = town.release(f"v{redeploys + 1}", made[slug].deployment_id, slug)
                eventually(lambda r=release: town.outcome(r).state != "waiting")  # type: ignore[misc]
                refused += town.outcome(release).state != "live"
        visitors.wait_for(REQUESTS, campaign.over)
    note = f"{visitors.asked} requests, longest {visitors.longest_s:.1f} s, {dict(visitors.failures)}"
    return [
        Measure("switch_failed_requests", visitors.failed, "requests", 0, n=visitors.asked, note=note),
        Measure("switch_requests", visitors.asked, "requests", REQUESTS, at_most=False),
        Measure(
            "switch_redeploys", redeploys, "redeploys", REDEPLOYS, at_most=False, note=f"{refused} not live"
        ),
        Measure("switch_rollbacks", rollbacks, "rollbacks", ROLLBACKS, at_most=False),
    ]
