"""Votes for one idea while web and clock are killed: none that was acknowledged is lost, and the counter is the votes.

`python -m tests.chaos.votes` starts a product of its own; VOTES= and SEED= are honoured. JSON lines; 1 when missed.
"""

import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import create_engine, func, select, text
from sqlmodel import Session, col

from app.session import SESSION_COOKIE
from models.accounts import User
from models.db import psycopg_url
from models.idea_ranks import IdeaRank, Vote
from models.ids import new_id
from models.settings import Settings
from services import accounts
from services.accounts import Actor
from tests.market import publish
from tests.product import Product, running_product
from workers.embedded.servers import postgres_for

HANDS = 8
KILLED = ("web", "clock")
KILL_EVERY_S = 1.0
# Each two times: from the third on the supervisor lets a part rest longer than the story takes.
MOST_KILLS = 4
PATIENCE_S = 60.0


@dataclass
class Told:
    """What the product has acknowledged, and how often it was killed meanwhile."""

    idea: str
    voted: dict[str, bool] = field(default_factory=dict)
    kills: list[str] = field(default_factory=list)
    unanswered: int = 0


def scenario(product: Product, votes: int = 500, seed: int = 1) -> dict[str, Any]:
    """Let `votes` accounts vote, a tenth of them take it back, kill on the way, and return what was left."""
    engine = create_engine(psycopg_url(postgres_for(Settings(data=product.data, database_url="")).url))
    try:
        told, tokens = begin(engine, votes)
        stop = threading.Event()
        killer = threading.Thread(target=kill_now_and_then, args=(product, told, stop, random.Random(seed)))
        killer.start()
        try:
            with ThreadPoolExecutor(HANDS) as pool:
                jobs = [
                    pool.submit(vote, product, told, user, token, takes_back=at % 10 == 0)
                    for at, (user, token) in enumerate(tokens.items())
                ]
                for job in jobs:
                    job.result()
        finally:
            stop.set()
            killer.join()
        return settled(engine, told)
    finally:
        engine.dispose()


def begin(engine: Any, count: int) -> tuple[Told, dict[str, str]]:
    """Publish an idea, and return it with the sessions of as many voters."""
    with Session(engine) as session, session.begin():
        idea = publish(session, account(session, "author"), "Votes under fire")
        sessions = {}
        for _ in range(count):
            actor = account(session, "voter")
            sessions[actor.user_id] = accounts.open_session(session, session.get_one(User, actor.user_id))
        return Told(idea.id), sessions


def account(session: Session, name: str) -> Actor:
    """Somebody new. Nobody types a password, and hashing one is slow."""
    user = User(email=f"{new_id('user')}@example.com", name=name)
    accounts.add_with_team(session, user, f"{name}'s team")
    return accounts.actor_for_user(session, user, via="session")


def vote(product: Product, told: Told, user: str, token: str, *, takes_back: bool) -> None:
    """Vote until it is acknowledged, as a browser that tries again does; and so for taking it back."""
    headers = {"Cookie": f"{SESSION_COOKIE}={token}", "Origin": product.url}
    with httpx.Client(base_url=f"{product.url}/api/v1", headers=headers, timeout=10) as client:
        for method, voted in (("PUT", True), ("DELETE", False))[: 1 + takes_back]:
            until = time.monotonic() + PATIENCE_S
            while not acknowledged(client, method, told):
                assert time.monotonic() < until, "nobody answered in time"
                time.sleep(0.1)
            told.voted[user] = voted


def acknowledged(client: httpx.Client, method: str, told: Told) -> bool:
    """Whether the product says that it is done. Whether it was is not known otherwise."""
    try:
        answer = client.request(method, f"/ideas/{told.idea}/vote")
    except httpx.HTTPError:
        told.unanswered += 1
        return False
    assert answer.status_code in (200, 502, 503), answer.text
    return answer.status_code == 200


def kill_now_and_then(product: Product, told: Told, stop: threading.Event, chance: random.Random) -> None:
    """Kill web and clock in turns, a second or less apart."""
    while len(told.kills) < MOST_KILLS and not stop.wait(chance.uniform(0.2, KILL_EVERY_S)):
        name = KILLED[len(told.kills) % len(KILLED)]
        state = json.loads((product.data / "processes.json").read_text())
        pid = next((one["pid"] for one in state["processes"] if one["name"] == name and one["pid"]), None)
        if pid is None:
            continue
        try:
            os.kill(pid, signal.SIGKILL)
            told.kills.append(name)
        except ProcessLookupError:
            continue


def settled(engine: Any, told: Told) -> dict[str, Any]:
    """Wait until everything is folded, by the clock that came back, and return what is stored beside what was said."""
    until = time.monotonic() + PATIENCE_S
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.scalar(text("SELECT EXISTS (SELECT 1 FROM vote_deltas)")):
            assert time.monotonic() < until, "the votes were not folded in time"
            time.sleep(0.1)
    with Session(engine) as session:
        stored = set(session.scalars(select(col(Vote.user_id)).where(col(Vote.idea_id) == told.idea)))
        weights = session.scalar(select(func.sum(Vote.weight)).where(col(Vote.idea_id) == told.idea)) or 0.0
        rank = session.get_one(IdeaRank, told.idea)
        said = {user for user, voted in told.voted.items() if voted}
        return {
            "acknowledged": len(said), "votes": len(stored), "counter": rank.votes,
            "lost": len(said - stored), "not_asked_for": len(stored - said),
            "weight_off": abs(rank.weight - weights) > 1e-6, "kills": told.kills, "unanswered": told.unanswered,
        }  # fmt: skip


def holds(report: dict[str, Any]) -> bool:
    """Whether nothing was lost, doubled or made up."""
    exact = report["acknowledged"] == report["votes"] == report["counter"]
    return bool(exact and not report["lost"] and not report["not_asked_for"] and not report["weight_off"])


def main() -> int:
    """Start a product, tell the story, and say how it went."""
    with tempfile.TemporaryDirectory(prefix="ism-votes-") as folder:
        Path(folder).chmod(0o711)
        with running_product(Path(folder) / "data") as product:
            report = scenario(product, int(os.environ.get("VOTES") or 500), int(os.environ.get("SEED") or 1))
    sys.stdout.write(json.dumps({"name": "votes_under_kills", "met": holds(report), **report}) + "\n")
    return 0 if holds(report) else 1


if __name__ == "__main__":
    sys.exit(main())
