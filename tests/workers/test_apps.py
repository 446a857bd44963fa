"""The keeper of apps and the door, as processes, with real boxes and a real database."""

import signal
import threading
import time

from sqlalchemy import text
from sqlmodel import select

from models.db import engine, transaction
from models.deployment_variables import DeploymentVariable
from models.deployments import Deployment, Release
from models.settings import Settings
from services import deployments, variables
from services.deployments.places import app_folder, data_folder, release_folder, sockets_folder
from tests.parts import eventually, start_part
from tests.town import KEEPER, Town
from workers.processes import is_alive


def test_a_release_is_live_soon_in_a_box_of_its_own(town: Town) -> None:
    town.live()  # builds the environment once
    begun = time.monotonic()
    made = town.live("two", wish="bakery")
    took_s = time.monotonic() - begun
    seen = town.says(slug="bakery")
    assert seen["word"] == "two" and seen["url"] == f"http://bakery.localhost:{Settings().apps_port}"
    assert not [name for name in seen["names"] if "DATABASE" in name or "IDEASMITH" in name]
    view = town.view(made)
    assert (view.state, view.detail, view.release_number) == ("running", "", 1)
    assert view.probe_ms is not None and view.observed_age_s is not None and view.observed_age_s < 10
    assert took_s < 5, "0.1 s where nothing else runs"


def test_a_crashed_app_comes_back_and_its_restarts_are_counted(town: Town) -> None:
    made = town.live()
    first = town.says()["pid"], town.view(made).restarts
    assert town.door.get("shop.localhost", "/crash", "POST")[0] == 502
    eventually(lambda: town.view(made).state == "crashed")
    assert "exit code 3" in town.view(made).detail
    eventually(lambda: "word" in town.says())
    eventually(lambda: town.view(made).state == "running")
    assert town.view(made).restarts == first[1] + 1
    assert "tiny app one starts" in "\n".join(logs(town, made))


def logs(town: Town, made: Release) -> list[str]:
    with transaction() as session:
        return deployments.read_logs(session, town.actor, made.deployment_id)


def test_versions_switch_without_a_lost_request_and_the_data_stays(town: Town) -> None:
    made = town.live("one")
    town.says("/note")
    answers: list[dict] = []
    done = threading.Event()

    def hammer() -> None:
        while not done.is_set():
            answers.append(town.says())

    threads = [threading.Thread(target=hammer) for _ in range(4)]
    for thread in threads:
        thread.start()
    town.live("two", made.deployment_id)
    town.do(deployments.restart, made)
    eventually(lambda: len({answer.get("pid") for answer in answers if answer.get("word") == "two"}) >= 1)
    third = town.live("three", made.deployment_id)
    eventually(
        lambda: len(list(sockets_folder().iterdir())) == 1
    )  # the old versions have drained, and are gone
    done.set()
    for thread in threads:
        thread.join()
    assert {answer.get("word") for answer in answers} == {"one", "two", "three"}, "not one request was lost"
    assert town.says("/note")["notes"] == "one three "
    assert town.view(third).release_number == 3


def test_a_release_that_never_gets_well_leaves_the_old_one_serving(town: Town) -> None:
    made = town.live("one")
    broken = town.release("two", made.deployment_id, before="raise SystemExit(7)")
    eventually(lambda: town.outcome(broken).state == "failed", within_s=15)
    assert "Release 2" in town.outcome(broken).detail and "exit code 7" in town.outcome(broken).detail
    assert town.says()["word"] == "one"
    eventually(lambda: "Release 1 keeps serving" in town.view(made).detail)
    assert (town.view(made).state, town.view(made).release_number) == ("running", 1)
    town.live("three", made.deployment_id)
    assert town.says()["word"] == "three"


def test_a_first_release_that_ends_at_once_is_tried_again_with_back_off(town: Town) -> None:
    made = town.release(before="raise SystemExit(7)")
    eventually(lambda: town.outcome(made).state == "failed", within_s=15)
    eventually(lambda: town.view(made).restarts >= 2)
    assert town.view(made).state == "crashed"
    assert town.door.get("shop.localhost")[0] == 502


def test_stop_start_and_restart(town: Town) -> None:
    made = town.live()
    town.do(deployments.want, made, "stopped")
    eventually(lambda: town.view(made).state == "stopped")
    status, _, body = town.door.get("shop.localhost", Accept="text/html")
    assert status == 503 and b"is stopped" in body
    town.do(deployments.want, made, "running")
    eventually(lambda: "word" in town.says())
    starts = logs(town, made).count("tiny app one starts")
    town.do(deployments.restart, made)
    eventually(lambda: logs(town, made).count("tiny app one starts") == starts + 1)
    assert town.says()["word"] == "one"


def test_a_deleted_app_leaves_nothing_behind_and_frees_its_name(town: Town) -> None:
    made = town.live()
    town.says("/note")
    town.do(variables.generate_secret, made, "TOKEN")
    assert data_folder(made.deployment_id).is_dir() and release_folder(made.id).is_dir()
    town.do(deployments.delete, made)
    eventually(lambda: gone(made))
    assert not app_folder(made.deployment_id).exists() and not release_folder(made.id).exists()
    assert town.door.get("shop.localhost")[0] == 404
    with transaction() as session:
        assert session.scalars(select(DeploymentVariable)).all() == []
    assert not town.keeper.boxes()
    again = town.live("two")
    assert town.says()["notes"] == ""
    assert again.deployment_id != made.deployment_id


def test_a_deletion_takes_the_address_at_once_and_undo_brings_back_app_and_data(town: Town) -> None:
    made = town.live()
    town.says("/note")
    town.do(deployments.delete, made)
    eventually(lambda: town.door.get("shop.localhost")[0] == 404)
    eventually(lambda: not town.keeper.boxes())
    assert data_folder(made.deployment_id).is_dir()
    town.do(deployments.restore, made)
    eventually(lambda: town.door.get("shop.localhost")[0] == 200)
    assert town.says()["notes"] != ""


def gone(made: Release) -> bool:
    with transaction() as session:
        return session.get_one(Deployment, made.deployment_id).deleted_at is not None


def test_apps_answer_and_come_back_while_the_database_is_away(town: Town) -> None:
    made = town.live()
    town.keeper.stop()
    with engine().begin() as connection:
        connection.execute(text("CREATE ROLE keeper LOGIN SUPERUSER PASSWORD 'a-secret-word'"))
    try:
        town.keeper.start(DATABASE_URL=as_role(town.config.database_url, "keeper", "a-secret-word"))
        eventually(lambda: town.says().get("word") == "one")
        with engine().begin() as connection:
            connection.execute(text("ALTER ROLE keeper NOLOGIN"))
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'keeper'")
            )
        assert town.says()["word"] == "one"
        town.door.get("shop.localhost", "/crash", "POST")
        eventually(lambda: "word" in town.says())
        town.keeper.stop(signal.SIGKILL)
        town.keeper.start(DATABASE_URL=as_role(town.config.database_url, "keeper", "a-secret-word"))
        eventually(lambda: town.says().get("word") == "one")
        with engine().begin() as connection:
            connection.execute(text("UPDATE deployments SET observed_at = now() - interval '1 minute'"))
        assert town.view(made).state == "unknown", "nobody writes what is seen"
        with engine().begin() as connection:
            connection.execute(text("ALTER ROLE keeper LOGIN"))
        eventually(lambda: town.view(made).state == "running")
    finally:
        town.keeper.stop()
        with engine().begin() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'keeper'")
            )
            connection.execute(text("DROP ROLE keeper"))


def as_role(url: str, role: str, password: str) -> str:
    """Return a database URL for another role."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{role}:{password}@{rest.partition('@')[2]}"


def test_no_app_outlives_a_killed_keeper(town: Town) -> None:
    town.live()
    running = town.keeper.boxes()
    assert running
    town.keeper.stop(signal.SIGKILL)
    eventually(lambda: not any(is_alive(pid) for pid in running), within_s=5)
    assert town.door.get("shop.localhost")[0] == 502
    town.keeper.start()
    eventually(lambda: "word" in town.says())


def test_a_second_keeper_of_the_same_data_steps_back(town: Town) -> None:
    made = town.live()
    second = start_part(
        KEEPER, {"IDEASMITH_DATA": str(town.config.data), "DATABASE_URL": town.config.database_url}
    )
    assert second.wait(10) == 1
    assert town.view(made).state == "running"
