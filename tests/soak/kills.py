"""The whole product with apps under visitors, and every 20 s a kill -9 of anything but door and supervisor."""

import json
import os
import random
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from models.db import close_engine, transaction
from models.settings import reset_settings, settings
from services import accounts, deployments
from tests.bench.measure import Measure
from tests.parts import eventually
from tests.product import Product, running_product
from tests.soak.campaign import Campaign
from tests.soak.hammer import Hammer
from tests.tiny_app import add_execution, write_app
from workers.embedded.servers import running
from workers.processes import descendants

EVERY_S, APPS = 20.0, 5
SPARED = frozenset({"door"})


def measures(campaign: Campaign) -> list[Measure]:
    """Kill at random, and count what visitors miss."""
    killed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="ism-soak-") as folder:
        Path(folder).chmod(0o711)
        with running_product(Path(folder) / "data") as product, pytest.MonkeyPatch.context() as patch:
            slugs = deploy(product, Path(folder), patch)
            chance = random.Random(campaign.seed)
            with Hammer(product.apps_port, slugs, campaign.seed, pause_s=0.01) as visitors:
                while not campaign.over():
                    time.sleep(EVERY_S)
                    killed[kill_one(product, chance)] += 1
                time.sleep(EVERY_S / 2)
    share = 100 * (1 - visitors.failed / max(1, visitors.asked))
    note = f"killed {dict(killed)}, failures {dict(visitors.failures)}, longest {visitors.longest_s:.1f} s"
    bar = 99.99
    return [Measure("kills_answered", round(share, 4), "%", bar, at_most=False, n=visitors.asked, note=note)]


def deploy(product: Product, folder: Path, patch: pytest.MonkeyPatch, count: int = APPS) -> list[str]:
    """Deploy tiny apps straight into the product's database, and wait until each answers."""
    for name in ("DATABASE_URL", "REDIS_URL", "IDEASMITH_RUN_DIR"):
        patch.delenv(name, raising=False)
    patch.setenv("IDEASMITH_DATA", str(product.data))
    close_engine()
    reset_settings()
    with running(settings()) as environment:
        for name, value in environment.items():
            patch.setenv(name, value)
        reset_settings()
        slugs, made = [f"kept-{n}" for n in range(count)], []
        with transaction() as session:
            user = accounts.sign_up(session, email="soak@example.com", password="a long enough password")
            session.flush()
            actor = accounts.actor_for_user(session, user, via="session")
            for slug in slugs:
                made.append(
                    deployments.create_release(
                        session,
                        execution=add_execution(session, user, actor),
                        folder=write_app(folder / slug, slug),
                        commit="",
                        deployment_id=None,
                        slug_wish=slug,
                    ).id
                )

        def live(release_id: str) -> bool:
            with transaction() as session:
                return deployments.release_outcome(session, release_id).state == "live"

        eventually(lambda: all(map(live, made)), within_s=90)
        close_engine()
    return slugs


def kill_one(product: Product, chance: random.Random) -> str:
    """Kill one part of the product, one of its servers or the box of one app, and return what it was."""
    parts = {
        str(one["name"]): int(one["pid"])
        for one in json.loads((product.data / "processes.json").read_text())["processes"]
        if one["pid"] and one["name"] not in SPARED
    }
    boxes = [
        pid
        for pid in descendants(product.process.pid)
        if b"serve.py" in (command_of(pid)) and b"bwrap" not in command_of(pid)
    ]
    name = chance.choice([*sorted(parts), "app"])
    pid = chance.choice(boxes) if name == "app" and boxes else parts.get(name)
    if pid:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return "nothing"
    return name


def command_of(pid: int) -> bytes:
    """Return the command line of a process, empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
