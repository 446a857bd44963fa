"""Each guard of reuse, pauses, limits and turns, broken on purpose: the test that is there for it must see it."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.errors import IdeasmithError
from services.accounts import Actor
from services.executions import pausing, plan, reuse, turns
from services.steps import inputs
from tests.note import person
from tests.services.executions import test_turns as fair
from tests.workers import test_control as control
from workers import hold

ada, shop = control.ada, control.shop
depends_on, affected = inputs.depends_on, plan.affected


def unchecked_copy(source: Path, target: Path, wanted: str) -> bool:
    """Copy without looking at what was copied."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return True


def without_options(name: str, given: inputs.Inputs, results: inputs.Results) -> list[Any] | None:
    """Forget that code depends on the options."""
    return [given.template_hash] if name in ("validate", "render") else depends_on(name, given, results)


def without_tree(name: str, given: inputs.Inputs, results: inputs.Results) -> list[Any] | None:
    """Forget that tests depend on the code."""
    return list(given.test_command) if name == "test" else depends_on(name, given, results)


def by_hash_alone(given: inputs.Inputs, steps: Any, from_step: str) -> list[str]:
    """Do again what has changed, and not what a person has named."""
    return affected(given, steps, "")


def oldest_first() -> Any:
    """Serve whoever has the smallest id, however much they have at work."""
    users = turns.at_work().subquery()
    return (
        turns.columns(turns.Turn.user_id)
        .join(users, users.c.user_id == turns.Turn.user_id)
        .where(users.c.waiting > 0)
        .order_by(turns.Turn.user_id)
        .limit(1)
    )


def reuses_a_touched_tree(who: Actor, at_work: control.Workshop) -> None:
    control.test_a_folder_that_is_gone_or_was_touched_is_not_reused(who, at_work)


def reruns_what_changed(who: Actor, at_work: control.Workshop) -> None:
    control.test_a_changed_option_runs_what_depends_on_it_and_reuses_the_rest(who, at_work)


def does_the_named_step(who: Actor, at_work: control.Workshop) -> None:
    control.test_a_retry_from_a_step_does_it_anew_and_what_depends_on_its_result(
        who, at_work, "test", ["test", "package", "deploy", "verify"]
    )


def pauses(who: Actor, at_work: control.Workshop) -> None:
    control.test_a_walk_pauses_before_its_next_step_and_goes_on_there(who, at_work)


def serves_in_turns(who: Actor, at_work: control.Workshop) -> None:
    fair.test_one_worker_serves_two_people_in_turns(who, person("bob@example.com"))


MUTANTS: dict[str, tuple[Any, str, Any, Callable[[Actor, control.Workshop], None]]] = {
    "a copy is not compared": (reuse, "copy_tree", unchecked_copy, reuses_a_touched_tree),
    "options do not count": (inputs, "depends_on", without_options, reruns_what_changed),
    "the code does not count": (inputs, "depends_on", without_tree, reruns_what_changed),
    "the named step is kept": (plan, "affected", by_hash_alone, does_the_named_step),
    "a pause keeps its lease": (pausing, "come_to_rest", lambda *_: "Paused.", pauses),
    "turns do not look at who was served": (turns, "whose_turn", oldest_first, serves_in_turns),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_guard_is_seen(
    ada: Actor, shop: control.Workshop, monkeypatch: pytest.MonkeyPatch, mutant: str
) -> None:
    place, name, broken, scenario = MUTANTS[mutant]
    monkeypatch.setattr(place, name, broken)
    with pytest.raises((AssertionError, IdeasmithError)):
        scenario(ada, shop)


def test_a_limit_that_nobody_watches_is_seen(
    ada: Actor, shop: control.Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hold.Hold, "_watch_limit", lambda self: None)
    monkeypatch.setattr(control, "until", lambda met, patience_s=2.0: None)
    with pytest.raises(AssertionError):
        control.test_a_limit_counts_what_an_earlier_worker_has_spent(ada, shop, monkeypatch)
