"""Apps that stay up: the way back from a bad release, sleep, counts, use; with real boxes and a real database."""

import signal

from sqlalchemy import text

from models.db import engine, transaction
from models.deployments import Release
from models.executions import Event, State
from services import deployments
from services.deployments import DeploymentView, minutes
from tests.parts import eventually
from tests.town import Town

CRASH_SOON = "import threading; threading.Timer({s}, lambda: os._exit(9)).start()"


def test_a_release_that_crashes_after_the_switch_gives_way_to_the_one_before(town: Town) -> None:
    made = town.live("one")
    bad = town.release("two", made.deployment_id, before=CRASH_SOON.format(s=1))
    eventually(lambda: town.says()["word"] == "two")
    mark_ended(bad)
    took_s = eventually(lambda: town.says()["word"] == "one", within_s=10)
    eventually(lambda: refusal(town, bad) != "")
    eventually(lambda: town.view(made).detail != "")
    seen = town.view(made)
    assert "taken out of service" in seen.detail and "exit code 9" in seen.detail
    assert (seen.state, seen.release_number) == ("running", 1)
    assert took_s < 5
    assert town.outcome(bad).state == "failed"
    assert "taken out of service" in "".join(said(bad)), "the run that made it says so too"
    # A keeper that starts anew does not try the bad one again.
    town.keeper.stop(signal.SIGKILL)
    town.keeper.start()
    words = set()
    eventually(lambda: words.add(town.says().get("word")) or "one" in words)
    assert words <= {"one", None}


def test_a_release_that_falls_ill_after_the_switch_gives_way_too(town: Town) -> None:
    made = town.live("one")
    bad = town.live("two", made.deployment_id)
    town.door.get("shop.localhost", "/sicken", "POST")
    eventually(lambda: town.says()["word"] == "one", within_s=15)
    eventually(lambda: "does not answer any more" in refusal(town, bad))


def test_a_keeper_that_starts_with_a_bad_release_falls_back_to_the_one_that_served(town: Town) -> None:
    """However young that is: it served when its successor was ordered."""
    made = town.live("one")
    town.live("two", made.deployment_id)
    eventually(lambda: good_number(made) == 1)
    town.keeper.stop(signal.SIGKILL)
    bad = town.release("three", made.deployment_id, before="raise SystemExit(7)")
    town.keeper.start()
    eventually(lambda: town.says().get("word") == "two")
    eventually(lambda: "Release 2 serves again" in refusal(town, bad))


def test_what_a_keeper_saw_before_does_not_replace_what_was_named_since(town: Town) -> None:
    """A release becomes the one to return to as soon as its successor is ordered; the keeper hears of that."""
    made = town.live("one")
    town.live("two", made.deployment_id)
    eventually(lambda: good_number(made) == 1)
    bad = town.release("three", made.deployment_id, before=CRASH_SOON.format(s=1))
    eventually(lambda: "Release 2 serves again" in refusal(town, bad))
    assert good_number(made) == 2


def test_one_goes_back_to_an_earlier_release_and_the_refused_one_may_be_tried_again(town: Town) -> None:
    made = town.live("one")
    town.live("two", made.deployment_id)
    town.do(deployments.roll_back, made)
    eventually(lambda: town.says()["word"] == "one")
    eventually(lambda: town.view(made).release_number == 1)
    town.do(deployments.roll_back, made, 2)
    eventually(lambda: town.says()["word"] == "two")


def test_an_idle_app_sleeps_and_the_next_request_wakes_it(town: Town) -> None:
    made = town.live("one")
    with engine().begin() as connection:  # people cannot ask for less than a minute
        connection.execute(text("UPDATE deployments SET sleep_after_s = 1"))
    eventually(lambda: town.view(made).state == "sleeping")
    eventually(lambda: not town.keeper.boxes())
    assert town.door.get("shop.localhost", "/note", "POST")[0] == 200
    eventually(lambda: town.view(made).state == "running")
    eventually(lambda: town.view(made).state == "sleeping")
    town.keeper.stop()
    town.keeper.start()
    eventually(lambda: (age := town.view(made).observed_age_s) is not None and age < 1)
    assert town.view(made).state == "sleeping" and not town.keeper.boxes(), "it sleeps on"
    assert town.says()["notes"] == "one "


def test_a_long_request_is_finished_by_the_version_that_began_it(town: Town) -> None:
    made = town.live("one")
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(town.says, "/slow/7")
        town.live("two", made.deployment_id)
        assert town.says()["word"] == "two"
        assert slow.result(15)["word"] == "one"


def test_the_last_day_and_the_use_are_what_was_seen(town: Town) -> None:
    made = town.live("one")
    for _ in range(5):
        town.says()
    town.door.get("shop.localhost", "/crash", "POST")

    def last() -> minutes.Quarter:
        quarters = town.do(deployments.last_day, made)
        assert len(quarters) == 96 and quarters[0].state == "unknown"
        seen = [one for one in quarters if one.state != "unknown"]
        return seen[-1] if seen else quarters[-1]

    eventually(lambda: last().requests >= 6 and last().errors >= 1 and last().well >= 1)
    eventually(lambda: has_use(town.view(made)))
    use = town.view(made).use
    assert use.memory_bytes is not None and 5_000_000 < use.memory_bytes < use.memory_limit_bytes


def has_use(view: DeploymentView) -> bool:
    return None not in (view.use.memory_bytes, view.use.cpu_cores, view.use.disk_bytes)


def refusal(town: Town, made: Release) -> str:
    return next(one.refused for one in town.view(made).releases if one.id == made.id)


def good_number(made: Release) -> int | None:
    statement = text("SELECT r.number FROM deployments d JOIN releases r ON r.id = d.good_release_id")
    with engine().begin() as connection:
        return connection.execute(statement).scalar_one_or_none()


def mark_ended(made: Release) -> None:
    with transaction() as session:
        from models.executions import Execution

        session.get_one(Execution, made.execution_id).state = State.SUCCEEDED


def said(made: Release) -> list[str]:
    from sqlmodel import select

    with transaction() as session:
        statement = select(Event.text).where(Event.execution_id == made.execution_id)
        return list(session.scalars(statement))
