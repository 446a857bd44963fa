"""Named places at which a test may kill the process, to prove that the work is finished by another.

A no-op unless the environment asks. `IDEASMITH_CRASHPOINT` names a place at which this process ends as by `kill -9`:
`after_begin`, or `after_begin:render` for one step only. `IDEASMITH_CRASHPOINTS` names a folder: a process that comes
to a place for which a file lies there takes the file, so that it happens once, and waits until a test has done what it
came for (killed this process, its parent, or a server) and removes what was taken.
"""

import os
import signal
import time
from pathlib import Path
from typing import NamedTuple

VARIABLE = "IDEASMITH_CRASHPOINT"
ARMED = "IDEASMITH_CRASHPOINTS"
REACHED = ".reached"
PATIENCE_S = 10.0
LOOK_EVERY_S = 0.005

AFTER_CLAIM = "after_claim"  # the lease is held, nothing was done with it
AFTER_BEGIN = "after_begin"  # the step is marked as running
AFTER_EFFECT = "after_effect_before_commit"  # the step's effect exists, no row says so
AFTER_COMMIT = "after_commit"  # the step's result is stored, the next step has not begun
AFTER_ENQUEUE = "after_enqueue"  # the ring has reached a worker, nothing is claimed yet
BEFORE_RING = "after_commit_before_ring"  # the promise is stored, nobody was rung for it
AFTER_RING = "after_ring_before_mark"  # somebody was rung, no row says so
AFTER_REAP = "after_reap_before_commit"  # the reaper has promised a ring, which is not stored
AFTER_PUBLISH = "after_publish"  # the repository has the commit, no release says so
AFTER_TAKE_BACK = (
    "after_take_back"  # the repository is what it was before a failed upgrade, no row says that it failed
)
AFTER_START = "after_start"  # a box runs, the door does not know it
AFTER_ROUTE = "after_route"  # the door knows it, no row says so
AFTER_SEEN = "after_seen"  # a row says so
AFTER_PUSH = "after_push_before_commit"  # git has taken a push, no row says so
AFTER_REMOVAL = "after_removal_before_commit"  # the clean-up has removed something, no row says so
AFTER_CLEANED = "after_cleaned"  # rows say so, the trash still holds the files
BEFORE_ARCHIVE = "before_archive"  # the backup is whole on the disk and has no name yet
AFTER_ARCHIVE = "after_archive"  # it has its name, no row says so
AFTER_UNPACK = "after_unpack"  # the data to bring back lies beside, nothing is decided
AFTER_ASIDE = "after_aside"  # the data before has given up its name, the other one has not taken it
AFTER_SWAP = "after_swap"  # the data was changed over, nothing runs with it yet
AFTER_BACK = "after_back"  # the data before is back, nothing says so
AFTER_VERDICT = "after_verdict"  # how a restore ended is on the disk, no row says so
PLACES = (AFTER_ENQUEUE, AFTER_CLAIM, AFTER_BEGIN, AFTER_EFFECT, AFTER_COMMIT)


class Place(NamedTuple):
    """Where a crash point stands: its module, its name, and of what it is said (`*`: of each step, or each kind)."""

    module: str
    name: str
    of: str = ""


# Every crash point of the product. A test compares this with the source and with what the chaos campaign reaches.
TABLE = (
    Place("workers.jobs", AFTER_ENQUEUE),
    Place("workers.jobs", AFTER_ENQUEUE, "letter"),
    Place("workers.jobs", AFTER_COMMIT, "followers"),
    Place("workers.walk", AFTER_CLAIM),
    Place("workers.walk", AFTER_BEGIN, "*"),
    Place("workers.walk", AFTER_EFFECT, "*"),
    Place("workers.walk", AFTER_COMMIT, "*"),
    Place("services.steps.deploy", AFTER_PUBLISH, "deploy"),
    Place("services.steps.deploy", AFTER_TAKE_BACK, "deploy"),
    Place("services.queue", BEFORE_RING, "edge"),
    Place("services.queue", AFTER_RING, "edge"),
    Place("services.queue", AFTER_RING, "dispatcher"),
    Place("services.executions.turns", AFTER_REAP, "reaper"),
    Place("workers.mails", AFTER_CLAIM, "mail"),
    Place("workers.mails", AFTER_EFFECT, "mail"),
    Place("workers.apps.app", AFTER_START, "app"),
    Place("workers.apps.app", AFTER_ROUTE, "app"),
    Place("workers.apps.keeper", AFTER_SEEN, "app"),
    Place("workers.app_data.taking", BEFORE_ARCHIVE, "backup"),
    Place("workers.app_data.taking", AFTER_ARCHIVE, "backup"),
    Place("workers.apps.restoring", AFTER_UNPACK, "restore"),
    Place("workers.apps.swapping", AFTER_ASIDE, "restore"),
    Place("workers.apps.restoring", AFTER_SWAP, "restore"),
    Place("workers.apps.restoring", AFTER_BACK, "restore"),
    Place("workers.apps.restoring", AFTER_VERDICT, "restore"),
    Place("workers.exports", AFTER_CLAIM, "export"),
    Place("workers.exports", AFTER_EFFECT, "export"),
    Place("workers.prover", AFTER_CLAIM, "proof"),
    Place("workers.prover", AFTER_EFFECT, "proof"),
    Place("workers.prover", AFTER_COMMIT, "proof"),
    Place("services.deployments.pushes", AFTER_PUSH, "push"),
    Place("services.ideas.publishing", AFTER_EFFECT, "idea"),
    Place("services.ideas.publishing", AFTER_EFFECT, "idea_change"),
    Place("services.ideas.standing", AFTER_EFFECT, "fold"),
    Place("services.ideas.feed.heads", AFTER_EFFECT, "top"),
    Place("services.ideas.receipts.days", AFTER_EFFECT, "receipt_day"),
    Place("services.votes", AFTER_EFFECT, "vote"),
    Place("services.purchases", AFTER_EFFECT, "grant"),
    Place("services.comments.writing", AFTER_EFFECT, "comment"),
    Place("services.reviews.writing", AFTER_EFFECT, "review"),
    Place("services.moderation.reporting", AFTER_EFFECT, "report"),
    Place("services.moderation.deciding", AFTER_EFFECT, "decision"),
    Place("services.moderation.appeals", AFTER_EFFECT, "appeal_answer"),
    Place("workers.cleaning", AFTER_REMOVAL, "*"),
    Place("workers.cleaning", AFTER_CLEANED),
)


def crashpoint(place: str, step: str = "") -> None:
    """End this process as `kill -9` would, or wait to be killed, if the environment asks for it here."""
    full = f"{place}:{step}" if step else place
    if os.environ.get(VARIABLE, "-") in (place, full):
        os.kill(os.getpid(), signal.SIGKILL)
    if folder := os.environ.get(ARMED):
        wait_if_armed(Path(folder) / full)


def wait_if_armed(armed: Path) -> None:
    """Take the file of a place if it is there, say who took it, and wait until the test has removed it."""
    taken = armed.with_name(f"{armed.name}.{os.getpid()}{REACHED}")
    try:
        armed.rename(taken)
    except FileNotFoundError:
        return
    until = time.monotonic() + PATIENCE_S
    while taken.exists() and time.monotonic() < until:
        time.sleep(LOOK_EVERY_S)
