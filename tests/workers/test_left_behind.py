"""What killed processes leave among the machine's folders for a moment goes at night, and nothing else does."""

import os
import time
from pathlib import Path

from workers.left_behind import OLD_S, sweep


def old(path: Path) -> Path:
    os.utime(path, (time.time() - OLD_S - 60,) * 2)
    return path


def test_old_folders_of_runs_go_and_young_strange_and_linked_ones_stay(tmp_path: Path) -> None:
    place, elsewhere = tmp_path / "place", tmp_path / "elsewhere"
    for folder in ("ideasmith-merge-x1/repository.git", "ism-trial-young", "mine-x1"):
        (place / folder).mkdir(parents=True)
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (place / "ism-trial-link").symlink_to(elsewhere)
    (place / "ism-box-file").touch()
    for path in ("ideasmith-merge-x1", "mine-x1", "ism-box-file"):
        old(place / path)
    assert sweep(place) == 1
    assert sorted(path.name for path in place.iterdir()) == [
        "ism-box-file", "ism-trial-link", "ism-trial-young", "mine-x1"
    ]  # fmt: skip
    assert (elsewhere / "kept").exists()
