"""The operator's overview: who may see it, what it finds, and that nothing secret leaves by it."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from models.clock import now
from models.db import transaction
from models.errors import NotAllowed
from models.executions import State
from models.installation import FactName
from models.settings import Settings, settings
from services import keys, operations
from services.accounts import Actor
from services.facts import find_fact, keep_fact, this_host
from services.folders import size_of
from services.operations import Overview, as_text, findings
from services.operations.disk import disk, measure_disk
from services.operations.failures import recent_failures
from services.operations.overview import CleanUpView, last_clean_up
from services.operations.part_logs import errors_in, last_words, recent_errors
from services.operations.parts import PartView
from services.operations.servers import ServerView, WebView
from services.operations.versions import ask_programs
from services.sandbox.base import Probe, Tier
from tests import aged
from tests.tiny_app import add_execution
from workers.cleaning import clean as clean_up

WHOLE = Probe(Tier.STRONG, (), "", now())
FINE = [PartView("web", "running", 7, now() - timedelta(hours=1), 0, "", "")]


@pytest.fixture
def operator(session: Session, make_user: Callable[..., Any]) -> Actor:
    return make_user(session)[1]


@pytest.fixture
def seen(session: Session, operator: Actor) -> Overview:
    """What the operator sees of this test's database, with everything around it well."""
    found = operations.look(session, operator)
    room = replace(found.disk, free_bytes=50_000_000_000, measured_at=now())
    return replace(found, parts=FINE, sandbox=WHOLE, disk=room, clean_up=None)


@pytest.fixture
def logs(clean: Settings) -> Path:
    """The folder of the parts' logs, empty."""
    folder = clean.data / "logs"
    kept = {path: path.read_bytes() for path in folder.glob("*.log")}
    for path in kept:
        path.write_bytes(b"")
    return folder


def test_only_the_operator_sees_it_and_a_key_only_with_its_scope(
    session: Session, operator: Actor, make_user: Callable[..., Any]
) -> None:
    _, other = make_user(session, email="bob@example.com")
    with pytest.raises(NotAllowed, match="operator"):
        operations.look(session, other)
    _, narrow = keys.create_key(session, operator, "CI", ["executions:read"])
    _, wide = keys.create_key(session, operator, "Watch", ["installation:read"])
    with pytest.raises(NotAllowed, match="operator"):
        keys.create_key(session, other, "Watch", ["installation:read"])
    actor = keys.actor_for_key(session, narrow)
    assert actor is not None
    with pytest.raises(NotAllowed, match="installation:read"):
        operations.look(session, actor)
    actor = keys.actor_for_key(session, wide)
    assert actor is not None and operations.look(session, actor).host == this_host()


def test_it_looks_at_the_real_servers(session: Session, operator: Actor) -> None:
    found = operations.look(session, operator)
    postgres, valkey = found.servers
    assert postgres.answers and postgres.version.startswith("18") and (postgres.size_bytes or 0) > 1_000_000
    assert (postgres.log_bytes or 0) > 0 and (postgres.connections or 0) >= 1
    assert valkey.answers and valkey.version and (valkey.log_bytes or 0) > 0
    assert [(queue.name, queue.length) for queue in found.queues or []] == [("build", 0), ("short", 0)]
    assert found.versions.schema == found.versions.expected_schema
    assert dict(found.versions.programs)["Python"]


def test_when_nothing_is_wrong_the_first_line_says_so(seen: Overview) -> None:
    assert findings.find_all(seen) == []
    assert findings.headline([]) == "Everything runs"


DOWN = [PartView("worker-build-1", "restarting", None, None, 4, "signal 9", "Killed")]
SHAKY = [PartView("apps", "running", 9, now() - timedelta(minutes=1), 5, "exit 1", "")]
OLD = timedelta(days=3)
WRONG: dict[str, tuple[Callable[[Overview], Overview], str, str]] = {
    "part": (lambda s: replace(s, parts=DOWN), "broken", "worker-build-1 is not running (signal 9)."),
    "restarts": (lambda s: replace(s, parts=SHAKY), "warning", "apps was started again 5 times."),
    "valkey": (
        lambda s: replace(s, servers=[s.servers[0], ServerView("Valkey", False)]),
        "broken",
        "Valkey does not answer.",
    ),
    "connections": (
        lambda s: replace(s, servers=[replace(s.servers[0], connections=95, most_connections=100)]),
        "warning",
        "PostgreSQL has 95 of 100 connections.",
    ),
    "schema": (
        lambda s: replace(s, versions=replace(s.versions, schema="0001")),
        "broken",
        "The database has schema 0001, the code expects",
    ),
    "outbox": (
        lambda s: replace(s, work=replace(s.work, outbox_unsent=3, outbox_oldest_s=90.0)),
        "warning",
        "3 rings have waited for 90 s to be sent.",
    ),
    "queued": (
        lambda s: replace(s, work=replace(s.work, oldest_queued_s=300.0)),
        "warning",
        "An execution has been queued for 300 s.",
    ),
    "keeper": (
        lambda s: replace(s, apps=replace(s.apps, last_look_s=60.0)),
        "broken",
        "Deployed applications were last looked at 60 s ago.",
    ),
    "crashed": (
        lambda s: replace(s, apps=replace(s.apps, states={"crashed": 2})),
        "warning",
        "2 deployed applications are down.",
    ),
    "room": (
        lambda s: replace(s, disk=replace(s.disk, free_bytes=1_200_000_000)),
        "warning",
        "Only 1.2 GB of the disk are free.",
    ),
    "no room": (
        lambda s: replace(s, disk=replace(s.disk, free_bytes=100_000_000)),
        "broken",
        "Only 0.1 GB of the disk are free.",
    ),
    "no sandbox": (
        lambda s: replace(s, sandbox=Probe(Tier.NONE, ("all",), "apt", now())),
        "broken",
        "Nothing can be built: there is no sandbox.",
    ),
    "weak sandbox": (
        lambda s: replace(s, sandbox=Probe(Tier.WEAK, ("some",), "apt", now())),
        "warning",
        "The sandbox is weak: only our own templates run.",
    ),
    "unmeasured": (
        lambda s: replace(s, disk=replace(s.disk, measured_at=now() - OLD)),
        "warning",
        "The disk has not been measured for a while.",
    ),
    "uncleaned": (
        lambda s: replace(s, clean_up=CleanUpView(now() - OLD, 0, {}, [])),
        "warning",
        "There was no clean-up for two days.",
    ),
    "unclean": (
        lambda s: replace(s, clean_up=CleanUpView(now(), 0, {}, ["trash x: denied"])),
        "warning",
        "The last clean-up could not remove everything: trash x: denied.",
    ),
    "late": (
        lambda s: replace(s, web=WebView(1.0, 900.0, 60.0)),
        "warning",
        "The web process was held up for 900 ms.",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named_with_what_to_do(seen: Overview, name: str) -> None:
    break_it, level, words = WRONG[name]
    found = findings.find_all(break_it(seen))
    assert [(one.level, one.what.startswith(words)) for one in found] == [(level, True)]
    assert found[0].action.endswith(".") or found[0].action.startswith("Run: ")
    assert findings.headline(found) == found[0].what.rstrip(".")


def test_what_is_broken_comes_before_what_will_be(seen: Overview) -> None:
    both = replace(WRONG["weak sandbox"][0](seen), parts=DOWN)
    found = findings.find_all(both)
    assert [one.level for one in found] == ["broken", "warning"]
    assert findings.headline(found) == "worker-build-1 is not running (signal 9), and 1 more"


def test_parts_are_those_of_the_supervisor_with_their_last_words(
    session: Session, operator: Actor, logs: Path
) -> None:
    written = {"name": "clock", "state": "running", "pid": 5, "started_at": "2026-01-01T00:00:00+00:00",
               "restarts": 1, "last_exit": "exit 1"}  # fmt: skip
    file = settings().data / "processes.json"
    file.write_text(json.dumps({"processes": [written]}))
    (logs / "clock.log").write_text(
        "2026-01-01T00:00:00Z [info     ] began\n2026-01-01T00:00:01Z [info ] done x\n\n"
    )
    try:
        parts = operations.look(session, operator).parts or []
    finally:
        file.unlink()
    assert [(part.name, part.restarts, part.last_words) for part in parts] == [("clock", 1, "[info ] done x")]
    assert operations.look(session, operator).parts is None


def test_errors_of_the_last_day_are_found_in_each_kind_of_log(logs: Path) -> None:
    at = now().isoformat(timespec="seconds").replace("+00:00", "Z")
    plain = now().strftime("%Y-%m-%d %H:%M:%S.000 UTC")
    old = (now() - timedelta(days=2)).isoformat(timespec="seconds").replace("+00:00", "Z")
    (logs / "web.log").write_text(
        f"{at} [info     ] fine [error] is a word here\n{at} [error    ] event.failed [app]\n{old} [error ] old\n"
    )
    (logs / "apps.log").write_text(
        json.dumps({"level": "error", "event": "it broke", "timestamp": at}) + "\n"
    )
    (logs / "postgres.log").write_text(
        f"{plain} [1] FATAL:  out of memory\n{plain} [1] FATAL:  terminating connection due to administrator command\n"
    )
    found = {
        (error.part, "it broke" in error.text or error.text.split("] ")[-1]) for error in recent_errors()
    }
    assert {part for part, _ in found} == {"web", "apps", "postgres"}
    assert len([error for error in recent_errors() if error.part == "postgres"]) == 1


def test_no_secret_of_a_log_reaches_the_screen(logs: Path) -> None:
    at = now().isoformat(timespec="seconds").replace("+00:00", "Z")
    (logs / "web.log").write_text(
        f"{at} [error ] could not open postgresql://user:hunter2-hunter2@db/x Cookie: a=b token=ism_{'k' * 40}\n"
    )
    shown = last_words("web") + "".join(error.text for error in errors_in(logs / "web.log"))
    assert "could not open" in shown
    assert "hunter2" not in shown and "k" * 40 not in shown


def test_the_report_names_no_person_and_no_application(
    session: Session, operator: Actor, make_user: Callable[..., Any]
) -> None:
    user, other = make_user(session, email="bob@example.com", name="Bob Builder")
    failed_one(session, (user, other), "Secret project")
    text = as_text(operations.look(session, operator, WebView(0.4, 3.0, 60.0)))
    assert "tests_failed" in text and "PostgreSQL" in text and "event loop" in text
    for word in ("Secret project", "Bob", "bob@example.com", "ada@example.com", str(settings().data)):
        assert word not in text
    for url in (settings().database_url, settings().redis_url):
        assert url.partition("@")[0].rpartition(":")[2] not in text


def failed_one(session: Session, who: Any, name: str) -> None:
    """Store an execution that failed."""
    row = add_execution(session, *who, name=name)
    row.state, row.finished_at = State.FAILED, now()
    row.error_code, row.error_message, row.next_action = (
        "tests_failed",
        "2 of 41 tests failed.",
        "Look at them.",
    )
    session.flush()


def test_failures_of_other_teams_are_seen_but_neither_named_nor_opened(
    session: Session, operator: Actor, make_user: Callable[..., Any]
) -> None:
    bob = make_user(session, email="bob@example.com")
    failed_one(session, bob, "Secret project")
    foreign = recent_failures(session, operator)[0]
    assert (foreign.name, foreign.readable, foreign.error_message) == (
        "Of another team",
        False,
        "2 of 41 tests failed.",
    )
    own = recent_failures(session, bob[1])[0]
    assert (own.name, own.readable) == ("Secret project", True)


def test_only_the_last_twenty_failures_are_shown(session: Session, operator: Actor, make_user: Any) -> None:
    bob = make_user(session, email="bob@example.com")
    for number in range(23):
        failed_one(session, bob, f"App {number}")
    assert len(recent_failures(session, operator)) == 20


def test_the_disk_is_measured_by_kind_and_nothing_is_counted_twice(session: Session, clean: Settings) -> None:
    folder = clean.data / "workspaces" / "exec_disk"
    folder.mkdir(parents=True)
    (folder / "a").write_bytes(b"x" * 100_000)
    (folder / "b").hardlink_to(folder / "a")
    try:
        keep_fact(session, FactName.DISK, measure_disk(), this_host())
        seen = disk(session)
        assert 100_000 <= size_of(folder) < 200_000
    finally:
        shutil.rmtree(folder)
    kinds = {kind.name: kind.size_bytes for kind in seen.kinds}
    assert kinds["workspaces"] >= 100_000 and kinds["postgres"] > 1_000_000
    assert abs((seen.used_bytes or 0) - size_of(clean.data)) < 5_000_000
    assert seen.measured_at is not None and seen.free_bytes > 0


def test_a_measurement_takes_the_place_of_the_one_before(session: Session) -> None:
    for number in (1, 2):
        keep_fact(session, FactName.VERSIONS, {"git": str(number)}, "a")
    keep_fact(session, FactName.VERSIONS, {"git": "other"}, "b")
    known = find_fact(session, FactName.VERSIONS, "a")
    assert known is not None and known.data == {"git": "2"}
    assert find_fact(session, FactName.VERSIONS, "c") is None


def test_programs_are_asked_and_a_missing_one_is_no_error() -> None:
    assert ask_programs()["git"][:1].isdigit()


def test_the_overview_tells_what_the_last_clean_up_removed(clean: Settings) -> None:
    aged.ended(aged.person(), days_ago=8)
    clean_up()
    with transaction() as session:
        known = last_clean_up(session)
    assert known is not None and known.removed["workspaces"] == 1 and known.size_bytes > 0
