"""Upgrades of edited applications: how many edits merge without a conflict, and whether one was ever lost in silence.

Of 98 files the new version changes six, removes one, renames one, and it adds one (`tests/moving_on.py`).
"""

import os
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from services.provenance.trees import Files
from services.upgrades.merging import merge
from tests.bench.measure import Measure, percentile, spread
from tests.editing import edited, lost
from tests.moving_on import both

COUNT = int(os.environ.get("COUNT") or 200)
SEED = int(os.environ.get("SEED") or 20261128)


@dataclass
class Campaign:
    """What was counted over all applications with up to `most` edits each."""

    most: int
    clean: int = 0
    vanished: int = 0
    restless: int = 0
    seconds: list[float] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    conflicts: Counter[str] = field(default_factory=Counter)
    settled: int = 0  # deleted by the owner, changed by the template: stays deleted, and said

    def one(self, base: Files, theirs: Files, seed: int) -> None:
        """Edit an application, merge, and merge what came of it once more."""
        edits = edited(base, seed, self.most)
        self.kinds.update(edits.kinds)
        begun = perf_counter()
        merged = merge(base, edits.tree, theirs)
        self.seconds.append(perf_counter() - begun)
        self.conflicts.update(one.kind for one in merged.open)
        self.settled += any(one.settled for one in merged.conflicts)
        if not merged.open:
            self.clean += 1
            self.vanished += bool(lost(edits, merged.files))
            self.restless += merge(theirs, merged.files, theirs).files != merged.files

    @property
    def note(self) -> str:
        """What was edited, and what could not be merged."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items()))
        stuck = ", ".join(f"{count} {kind}" for kind, count in sorted(self.conflicts.items())) or "none"
        return f"{kinds}; conflicts: {stuck}; in {self.settled} a deletion of the owner's stands; seed {SEED}"


def measures() -> list[Measure]:
    """Edit and merge `COUNT` landing pages with one edit each, and as many with one to three."""
    with tempfile.TemporaryDirectory() as folder:
        base, theirs = both(Path(folder), {})
    single, several = Campaign(1), Campaign(3)
    for number in range(COUNT):
        single.one(base, theirs, SEED + number)
        several.one(base, theirs, SEED + number)
    clean, seconds = single.clean + several.clean, single.seconds + several.seconds
    return [
        share("edits_without_conflict", single, 95),
        share("apps_with_1_to_3_edits_without_conflict", several, 95),
        Measure("edits_lost_in_silence", single.vanished + several.vanished, "apps", 0, n=clean),
        Measure(
            "second_upgrades_that_change_something", single.restless + several.restless, "apps", 0, n=clean
        ),
        # A preview is waited for.
        Measure("upgrade_merge_p95", round(percentile(seconds, 95), 4), "s", 2, **spread(seconds)),  # type: ignore[arg-type]
    ]


def share(name: str, campaign: Campaign, bar: float) -> Measure:
    """Return how many of 100 merged by themselves."""
    percent = round(campaign.clean / COUNT * 100, 2)
    return Measure(name, percent, "%", bar, at_most=False, n=COUNT, note=campaign.note)
