"""`make run`, from the outside: what a person sees, and what is left when it ends."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from models.settings import reset_settings, short_run_dir
from tests.product import Product, copy_project, start, wait_ready
from tests.soak.hammer import Hammer
from tests.soak.kills import deploy
from workers import frontend
from workers.processes import descendants, is_alive, name_of

ENDED_S = 5.0


def whole_tree(product: Product) -> list[int]:
    """Return every process of a product, the first one included."""
    return [product.process.pid, *descendants(product.process.pid)]


def until_gone(pids: list[int], timeout_s: float) -> None:
    """Wait until none of these processes lives.

    Raises:
        AssertionError: one still does.
    """
    deadline = time.monotonic() + timeout_s
    while left := [pid for pid in pids if is_alive(pid)]:
        assert time.monotonic() < deadline, f"still alive: {[name_of(pid) for pid in left]}"
        time.sleep(0.02)


def assert_nothing_is_left(product: Product) -> None:
    """See that no socket, lock or list of processes remains, and that the ports are free again."""
    assert not short_run_dir(product.data).exists()
    assert not (product.data / "lock").exists()
    assert not (product.data / "processes.json").exists()
    for port in (int(product.url.rpartition(":")[2]), product.apps_port):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))


def processes(product: Product) -> dict[str, dict[str, object]]:
    """Return what the supervisor says of its parts, by name."""
    found = json.loads((product.data / "processes.json").read_text())["processes"]
    return {part["name"]: part for part in found}


def refused(product: Product, timeout_s: float = 20.0) -> str:
    """Return the one sentence of a start that must not succeed."""
    assert product.process.wait(timeout_s) == 1, product.said()
    said = product.said().strip()
    assert "Traceback" not in said
    assert "Ready" not in said
    return said


@contextmanager
def ended(product: Product) -> Iterator[Product]:
    """See that a product does not outlive its test."""
    try:
        yield product
    finally:
        if product.process.poll() is None:
            product.stop()


def test_it_says_ready_once_and_web_and_door_answer(server: Product) -> None:
    assert len(re.findall(r"^Ready: ", server.said(), re.MULTILINE)) == 1
    assert f"Ready: {server.url}\n" in server.said()
    assert httpx.get(f"{server.url}/readyz").status_code == 200
    assert (
        httpx.get(f"http://127.0.0.1:{server.apps_port}/", headers={"Host": "nobody.localhost"}).status_code
        == 404
    )


def test_every_part_runs(server: Product) -> None:
    expected = {
        "postgres",
        "valkey",
        "web",
        "door",
        "apps",
        "clock",
        "worker-short",
        "worker-build-1",
        "worker-build-2",
    }
    parts = processes(server)
    assert set(parts) == expected
    assert {name: part["restarts"] for name, part in parts.items()} == dict.fromkeys(expected, 0)


def test_no_file_of_secrets_can_be_read_by_others(server: Product) -> None:
    assert server.data.stat().st_mode & 0o077 == 0
    for name in ("postgres-password", "valkey-password", "local-key"):
        assert (server.data / name).stat().st_mode & 0o077 == 0


def test_the_doctor_finds_everything_in_order(server: Product) -> None:
    port = server.url.rpartition(":")[2]
    environment = {
        **os.environ,
        "PORT": port,
        "APPS_PORT": str(server.apps_port),
        "IDEASMITH_DATA": str(server.data),
    }
    for name in ("DATABASE_URL", "REDIS_URL"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "workers.doctor", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert (done.returncode, report["ok"]) == (0, True), report
    states = {check["name"]: check["state"] for check in report["checks"]}
    assert {states[name] for name in ("postgres", "valkey", "processes", "web", "door", "front end")} == {
        "fine"
    }


def test_a_second_start_on_the_same_data_is_refused_in_one_sentence(server: Product) -> None:
    product = start(server.data)
    product.output.rename(server.data.with_name("second.out"))
    product.output = server.data.with_name("second.out")
    assert re.fullmatch(
        r"Ideasmith runs on .+ already \(process \d+, http://.+\)\. Stop it first, .+", refused(product)
    )
    assert httpx.get(f"{server.url}/readyz").status_code == 200


def test_a_taken_port_is_refused_before_anything_starts(server: Product, tmp_path: Path) -> None:
    port = server.url.rpartition(":")[2]
    product = start(tmp_path / "data", more={"PORT": port})
    assert refused(product).startswith(f"Port {port} is taken by another program.")
    product = start(tmp_path / "other", more={"APPS_PORT": str(server.apps_port)})
    assert f"Port {server.apps_port} is taken" in refused(product)
    assert not (tmp_path / "data" / "postgres").exists()


def test_a_setting_that_cannot_be_is_refused_in_words(tmp_path: Path) -> None:
    assert refused(start(tmp_path / "data", more={"PORT": "99999"})).startswith("A setting cannot be used: ")


def test_a_second_product_beside_the_first_and_its_stop_by_ctrl_c(server: Product, tmp_path: Path) -> None:
    """On a path with a space, much longer than a socket's may be."""
    data = tmp_path / "my data" / ("long" * 30)
    with ended(start(data)) as product:
        wait_ready(product)
        tree = whole_tree(product)
        # The terminal sends Ctrl-C to every process of the group; those below are in groups of their own.
        assert product.stop(signal.SIGINT) < ENDED_S
        assert product.process.returncode == 0
        assert [pid for pid in tree if is_alive(pid)] == []
        assert_nothing_is_left(product)
    assert httpx.get(f"{server.url}/readyz").status_code == 200


def test_parts_come_back_apps_answer_meanwhile_and_a_killed_supervisor_leaves_nothing(tmp_path: Path) -> None:
    """One product for four things, since each start costs seconds."""
    with ended(start(tmp_path / "data")) as product:
        wait_ready(product)
        with pytest.MonkeyPatch.context() as patch:
            slugs = deploy(product, tmp_path, patch, count=1)
        reset_settings()
        with Hammer(product.apps_port, slugs, seed=1, connections=2, pause_s=0.02) as visitors:
            for name in ("worker-short", "worker-build-1", "worker-build-2", "valkey", "postgres"):
                os.kill(int(str(processes(product)[name]["pid"])), signal.SIGKILL)
            deadline = time.monotonic() + 30
            while processes(product)["postgres"]["restarts"] != 1 or not answers(product):
                assert time.monotonic() < deadline, product.log()
                time.sleep(0.05)
            asked = visitors.asked
        assert visitors.failed == 0 and asked > 10, visitors.failures
        before = {name: int(str(processes(product)[name]["restarts"])) for name in ("web", "clock")}
        for name in ("web", "clock"):
            os.kill(int(str(processes(product)[name]["pid"])), signal.SIGKILL)
        deadline = time.monotonic() + 30
        while any(
            processes(product)[name]["restarts"] == count for name, count in before.items()
        ) or not answers(product):
            assert time.monotonic() < deadline, product.log()
            time.sleep(0.05)
        assert "web ended (signal 9) and starts again in" in product.said()

        tree = whole_tree(product)
        supervisor = json.loads((product.data / "processes.json").read_text())["supervisor"]
        os.kill(supervisor, signal.SIGKILL)
        until_gone(tree, ENDED_S)
        product.process.wait(ENDED_S)
        assert_nothing_is_left(product)

        # The next start is a clean one; this time the outermost process is killed.
        again = wait_ready(start(product.data))
        tree = whole_tree(again)
        again.process.kill()
        again.process.wait()
        until_gone(tree, ENDED_S)
        assert not short_run_dir(product.data).exists()


def until_said(product: Product, words: str, timeout_s: float = 60) -> None:
    """Wait until a product has said something."""
    deadline = time.monotonic() + timeout_s
    while words not in product.said():
        assert time.monotonic() < deadline, product.log()
        time.sleep(0.02)


def answers(product: Product) -> bool:
    """Whether the web process answers."""
    try:
        return httpx.get(f"{product.url}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def test_a_damaged_data_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "postgres").mkdir(parents=True)
    said = refused(start(data))
    assert re.search(
        r"The database in .+ is damaged \(PostgreSQL says: its PG_VERSION is missing\)\. .+ `mv '", said
    )


def test_make_dev_starts_the_parts_anew_when_a_source_changes(server: Product, tmp_path: Path) -> None:
    """In a copy of the project, with the front end that the first product has built."""
    project = copy_project(tmp_path / "copy")
    shutil.copytree(frontend.ensure(), project / ".cache" / "frontend" / frontend.key())
    command = [sys.executable, "-m", "workers.supervisor", "--reload"]
    with ended(start(tmp_path / "data", command=command, project=project)) as product:
        wait_ready(product)
        unknown = f"{product.url}/api/v1/templates/nowhere"
        assert "There is no template" in httpx.get(unknown).json()["detail"]
        servers = {name: processes(product)[name]["pid"] for name in ("postgres", "valkey")}
        until_said(product, "Watching the sources.")
        source = project / "services" / "catalog" / "gallery.py"
        source.write_text(source.read_text().replace("There is no template", "Nobody knows a template"))
        until_said(product, "Started again: ")
        assert "Changed: services/catalog/gallery.py" in product.said()
        assert "Nobody knows a template" in httpx.get(unknown).json()["detail"]
        assert {name: processes(product)[name]["pid"] for name in servers} == servers
