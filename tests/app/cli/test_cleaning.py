"""`ideasmith clean` and `seed --remove`, as a person types them."""

from collections.abc import Callable
from pathlib import Path

from models.db import transaction
from services import catalog, examples
from tests import aged

Say = Callable[..., object]


def test_a_dry_run_tells_and_the_real_one_removes(here: Path, say: Say) -> None:
    old = aged.ended(aged.person(), days_ago=8)
    promised = say("clean --dry-run --json").document
    assert promised["dry_run"] and aged.workspace(old).is_dir()
    assert {one["kind"]: one["count"] for one in promised["removed"]}["workspaces"] == 1
    shown = say("clean --dry-run")
    assert shown.code == 0 and "Working folders of executions" in shown.out and "dry run" in shown.err
    done = say("clean --json").document
    assert done["removed"] == promised["removed"] and done["size_bytes"] > 0
    assert not aged.workspace(old).exists()
    assert "nothing to free" in say("clean").err


def test_the_example_is_marked_in_lists_and_removed_for_good(here: Path, say: Say) -> None:
    with transaction() as session:
        catalog.sync(session)
        made = examples.ensure_example(session)
    assert made is not None
    assert "(example)" in say("executions list").out
    assert "(example)" in say(f"executions show {made}").out
    assert say("seed --remove --json").document == {"removed": 1}
    assert "(example)" not in say("executions list").out
    assert "There is no example" in say("seed --remove").err
