"""Five things that may never happen to an app that is redeployed, each tried once, and what was seen wrong."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from models.deployments import Release
from tests.town import Town

PATIENCE_S = 30.0
CRASH_SOON = "import threading; threading.Timer(0.7, lambda: os._exit(9)).start()"


def comes_true(claim: Callable[[], object], within_s: float = PATIENCE_S) -> bool:
    """Whether a claim came true in time."""
    until = time.monotonic() + within_s
    while not claim():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def word_of(town: Town, slug: str) -> object:
    """Return what an app says, or nothing where it gives no answer."""
    try:
        return town.says(slug=slug).get("word")
    except OSError:
        return None


def probed_before_the_switch(town: Town) -> list[str]:
    """A version that never gets well serves nobody."""
    made = town.live("one", wish="probed")
    bad = town.release("ill", made.deployment_id, "probed", healthy=False, before="START_ILL = 1")
    begun, words = time.monotonic(), set()
    while time.monotonic() < begun + 4 and town.outcome(bad).state == "waiting":
        words.add(word_of(town, "probed"))
    words.add(word_of(town, "probed"))  # also when it was all over between two looks
    return [] if words == {"one"} else [f"visitors saw {words}"]


def drained_before_the_stop(town: Town) -> list[str]:
    """A request that the old version has begun is finished, also when it may not be sent twice."""
    made = town.live("one", wish="drained")
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(lambda: town.door.get("drained.localhost", "/slow/3", "POST")[0])
        time.sleep(0.3)
        town.live("two", made.deployment_id, "drained")
        status = slow.result(20)
    return [] if status == 200 else [f"a request in flight ended with {status}"]


def returned_after_a_crash(town: Town) -> list[str]:
    """A version that crashes after the switch gives way to the one before it."""
    made = town.live("one", wish="returned")
    bad = town.release("two", made.deployment_id, "returned", before=CRASH_SOON)
    wrong = []
    if not comes_true(lambda: town.outcome(bad).state == "failed", 12):
        wrong.append("the bad release was never said to have failed")
    if not comes_true(lambda: word_of(town, "returned") == "one", 12):
        wrong.append("the version before it does not serve")
    return wrong


def sent_once(town: Town) -> list[str]:
    """A request that changes something reaches the app once, whatever becomes of the app."""
    town.live("one", wish="once")
    status = town.door.get("once.localhost", "/note-and-crash", "POST")[0]
    wrong = [] if status == 502 else [f"it was answered with {status}"]
    comes_true(lambda: word_of(town, "once"))
    notes = town.says(slug="once").get("notes")
    return wrong if notes == "crash " else [*wrong, f"the app was changed by it: {notes!r}"]


def shown_as_it_is(town: Town) -> list[str]:
    """An app that does not answer its probes is not shown as live."""
    made = town.live("one", wish="shown")
    town.door.get("shown.localhost", "/sicken", "POST")
    seen = comes_true(lambda: town.view(made).state == "unhealthy", 12)
    return [] if seen else [f"it is shown as {town.view(made).state}"]


DRILLS: dict[str, Callable[[Town], list[str]]] = {
    one.__name__: one
    for one in (
        probed_before_the_switch, drained_before_the_stop, returned_after_a_crash, sent_once, shown_as_it_is
    )
}  # fmt: skip


def mended_s(town: Town, made: Release, slug: str) -> tuple[float, float]:
    """Let an app crash; return after how long that was seen, and after how long it answered again."""
    before = town.view(made).restarts
    begun = time.monotonic()
    town.door.get(f"{slug}.localhost", "/crash", "POST")
    comes_true(lambda: town.view(made).restarts > before)
    seen_s = time.monotonic() - begun
    comes_true(lambda: word_of(town, slug))
    return seen_s, time.monotonic() - begun
