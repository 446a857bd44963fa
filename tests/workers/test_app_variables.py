"""Variables reach the application that they are for, and nobody else: real boxes, keeper and door."""

import os
from dataclasses import replace
from pathlib import Path

from models.db import transaction
from models.deployment_variables import Kind
from models.deployments import Release
from services import deployments, variables
from services.deployments.places import app_folder, release_folder
from services.variables.carrying import copy_file
from tests.parts import eventually
from tests.town import Town

CANARY = "canary-of-variables-77"
# Says what it was told, in three forms, and does not start where it is told so.
TELLS = """
import base64, time
told = os.environ.get("TOKEN", "")
print("level", os.environ.get("LEVEL"), "data", os.environ.get("WHERE"))
print("token", told, base64.b64encode(b"u:" + told.encode()).decode(), told.encode().hex(), flush=True)
if os.environ.get("BREAK"):
    raise SystemExit(9)
"""


def telling(town: Town) -> Release:
    made = town.release(before=TELLS)
    eventually(lambda: town.outcome(made).state != "waiting", within_s=30)
    assert town.outcome(made).state == "live", town.outcome(made)
    return made


def put(town: Town, made: Release, kind: Kind = Kind.PLAIN, **values: str) -> None:
    with transaction() as session:
        for name, value in values.items():
            variables.set_variable(session, town.actor, made.deployment_id, name, kind, value)


def pending(town: Town, made: Release) -> int:
    with transaction() as session:
        return variables.list_variables(session, town.actor, made.deployment_id).pending


def log_of(town: Town, made: Release) -> str:
    with transaction() as session:
        return "\n".join(deployments.read_logs(session, town.actor, made.deployment_id, lines=5000))


def restarted(town: Town, made: Release) -> None:
    """Restart, and wait until a box serves that knows every change."""
    town.do(deployments.restart, made)
    eventually(lambda: pending(town, made) == 0, within_s=60)


def test_an_app_is_told_at_its_next_start_and_no_argument_or_file_holds_it(town: Town) -> None:
    made = telling(town)
    put(town, made, LEVEL="debug", WHERE="/data/uploads")
    put(town, made, Kind.SECRET, TOKEN=CANARY)
    assert "TOKEN" not in town.says()["names"] and pending(town, made) == 3
    restarted(town, made)
    assert {"TOKEN", "LEVEL"} <= set(town.says()["names"])
    assert "level debug" in log_of(town, made)
    assert holding(CANARY, "cmdline") == set(), "any user of the machine could read it there"
    assert holding(CANARY, "environ") <= running_as_the_app(town), "and here only the app itself"
    for folder in (release_folder(made.id), app_folder(made.deployment_id)):
        assert not [
            path for path in folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()
        ]


def holding(text: str, file: str) -> set[int]:
    """The processes of this machine that hold a text in their arguments or environment."""
    found = set()
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and text.encode() in (folder / file).read_bytes():
                found.add(int(folder.name))
        except OSError:
            continue
    return found


def running_as_the_app(town: Town) -> set[int]:
    """The processes of the box; where this is root, those of its uid, which nobody else has."""
    boxes = town.keeper.boxes()
    if os.geteuid() == 0:
        assert all(Path(f"/proc/{pid}").stat().st_uid != 0 for pid in boxes)
    return boxes


def test_a_variable_that_breaks_the_app_costs_nobody_a_request_nor_its_next_start(town: Town) -> None:
    made = telling(town)
    put(town, made, LEVEL="good")
    restarted(town, made)
    put(town, made, BREAK="yes")
    town.do(deployments.restart, made)
    eventually(lambda: "exit code 9" in town.view(made).detail)
    assert town.says()["word"] == "one" and town.view(made).state == "running"
    assert pending(town, made) == 1, "what serves does not know it"
    town.door.get("shop.localhost", "/crash", "POST")
    eventually(lambda: town.says().get("word") == "one")
    assert "BREAK" not in town.says()["names"], "it came back with what had served"
    town.do(variables.unset_variable, made, "BREAK")
    town.do(deployments.restart, made)
    eventually(lambda: pending(town, made) == 0)


def test_it_starts_with_them_while_the_database_is_away_and_by_whatever_key_they_are_sealed(
    town: Town,
) -> None:
    made = telling(town)
    put(town, made, Kind.SECRET, TOKEN=CANARY)
    restarted(town, made)
    starts = log_of(town, made).count("starts")
    with transaction() as session:
        done = variables.rotate_key(session, replace(town.actor, is_operator=True))
    eventually(lambda: done.key_id in copy_file(made.deployment_id).read_text())
    assert log_of(town, made).count("starts") == starts, "another key restarts nothing"
    town.keeper.stop()
    town.keeper.start(DATABASE_URL="postgresql+psycopg://nobody:nothing@127.0.0.1:1/nothing")
    try:
        eventually(lambda: "TOKEN" in town.says().get("names", []))
    finally:
        town.keeper.stop()
