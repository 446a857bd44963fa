"""A thousand deploys in a row; then again with a fault in one of five. What is shown has to be what is there."""

import random
import signal
import time

from models.deployments import Release
from tests.bench.measure import Measure, spread
from tests.parts import eventually
from tests.soak.campaign import Campaign
from tests.soak.drill import comes_true, word_of
from tests.town import Town

DEPLOYS, APPS = 1_000, 5
# What a bad release does, and what happens to a good one meanwhile.
FAULTS = {
    "ends": "raise SystemExit(7)",
    "ill": "",
    "crashes": "import threading; threading.Timer(0.5, lambda: os._exit(9)).start()",
    "keeper killed": "",
}


def measures(campaign: Campaign) -> list[Measure]:
    """Deploy without faults."""
    town = campaign.town
    made = [town.live("v1", wish=f"plain-{n}") for n in range(APPS)]
    took: list[float] = []
    failures = 0
    while len(took) < DEPLOYS and not campaign.over():
        app, begun = made[len(took) % APPS], time.monotonic()
        slug = f"plain-{len(took) % APPS}"
        word = f"d{len(took)}"
        release = town.release(word, app.deployment_id, slug)
        comes_true(lambda r=release: town.outcome(r).state != "waiting")  # type: ignore[misc]
        failures += town.outcome(release).state != "live" or town.says(slug=slug).get("word") != word
        took.append(time.monotonic() - begun)
    return [
        Measure("deploy_failures", failures, "deploys", 0, n=len(took)),
        Measure("deploys", len(took), "deploys", DEPLOYS, at_most=False, **spread(took)),  # type: ignore[arg-type]
    ]


def measures_with_faults(campaign: Campaign) -> list[Measure]:
    """Deploy with a fault in one of five: the new version serves in the end, or the one before it does."""
    town, chance = campaign.town, random.Random(campaign.seed)
    made = [town.live("v1", wish=f"faulty-{n}") for n in range(APPS)]
    serving = dict.fromkeys(range(APPS), "v1")
    total = well = wrong = 0
    while total < DEPLOYS and not campaign.over():
        n, word = total % APPS, f"f{total}"
        slug = f"faulty-{n}"
        fault = chance.choice(list(FAULTS)) if chance.random() < 0.2 else ""
        release = town.release(
            word, made[n].deployment_id, slug, healthy=fault != "ill", before=FAULTS.get(fault, "")
        )
        if fault == "keeper killed":
            time.sleep(chance.random() * 0.5)
            town.keeper.stop(signal.SIGKILL)
            town.keeper.start()
        good = not fault or fault == "keeper killed"
        awaited = "live" if good else "failed"
        comes_true(lambda r=release, a=awaited: town.outcome(r).state == a, 60)  # type: ignore[misc]
        expected = word if good else serving[n]
        well += comes_true(lambda s=slug, e=expected: word_of(town, s) == e, 15)  # type: ignore[misc]
        wrong += not comes_true(lambda r=release, s=slug: is_honest(town, r, s), 5)  # type: ignore[misc]
        serving[n] = str(word_of(town, slug))
        total += 1
    share = well / total * 100 if total else 0.0
    return [
        Measure("faulty_deploys_serving", round(share, 2), "%", 99.5, at_most=False, n=total),
        Measure("faulty_deploys_wrong_state", wrong, "states", 0, n=total),
        Measure("faulty_deploys", total, "deploys", DEPLOYS, at_most=False),
    ]


def is_honest(town: Town, release: Release, slug: str) -> bool:
    """Whether what is shown as running answers, and what is shown as something else does not claim to."""
    view = town.view(release)
    answered = word_of(town, slug) is not None
    return answered == (view.state == "running") and view.state != "unknown"


def mended(campaign: Campaign) -> list[Measure]:
    """Crash an app again and again, with pauses that let its back-off be forgotten."""
    from tests.soak.drill import mended_s

    town = campaign.town
    seen: list[float] = []
    whole: list[float] = []
    names = [f"crash-{n}" for n in range(50)]
    for name in names:
        if campaign.over():
            break
        made = town.live("one", wish=name)
        eventually(lambda m=made: town.view(m).state == "running")  # type: ignore[misc]
        one, two = mended_s(town, made, name)
        seen.append(one)
        whole.append(two)
    return [
        Measure("crash_seen_p99", round(max(seen), 3), "s", 2.0, **spread(seen)),  # type: ignore[arg-type]
        Measure("crash_mended_p99", round(max(whole), 3), "s", 5.0, **spread(whole)),  # type: ignore[arg-type]
    ]
