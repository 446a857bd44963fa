"""Named places at which a test may kill the process, to prove that the work is finished by another.

A no-op unless `IDEASMITH_CRASHPOINT` names the place: `after_begin`, or `after_begin:render` for one step only.
"""

import os
import signal

VARIABLE = "IDEASMITH_CRASHPOINT"

AFTER_CLAIM = "after_claim"  # the lease is held, nothing was done with it
AFTER_BEGIN = "after_begin"  # the step is marked as running
AFTER_EFFECT = "after_effect_before_commit"  # the step's effect exists, no row says so
AFTER_COMMIT = "after_commit"  # the step's result is stored, the next step has not begun
AFTER_ENQUEUE = "after_enqueue"  # the ring has reached a worker, nothing is claimed yet
AFTER_REMOVAL = "after_removal_before_commit"  # the clean-up has removed something, no row says so
AFTER_CLEANED = "after_cleaned"  # rows say so, the trash still holds the files
PLACES = (AFTER_ENQUEUE, AFTER_CLAIM, AFTER_BEGIN, AFTER_EFFECT, AFTER_COMMIT)


def crashpoint(place: str, step: str = "") -> None:
    """End this process as `kill -9` would, if the environment asks for it here."""
    wanted = os.environ.get(VARIABLE)
    if wanted and wanted in (place, f"{place}:{step}"):
        os.kill(os.getpid(), signal.SIGKILL)
