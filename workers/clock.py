"""What happens every second: rings that were never sent, executions that nobody works on, what is no longer needed."""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from models.clock import now
from models.db import transaction
from models.settings import settings
from services import queue, saved_searches
from services.comments import forget_deleted
from services.deployment_backups import want_nightly
from services.executions import turns
from services.ideas import standing, views, vocabulary, words
from services.ideas.evidence import builds
from services.ideas.feed import heads
from services.ideas.likeness import keeping as likeness
from services.ideas.receipts import days, making
from services.ideas.rings import nightly as rings
from services.ideas.rings import stopping
from services.messages import sending
from services.notifications import digest, notify
from services.privacy import exports, remains
from services.proving import keeping
from services.structured_logs import configure
from services.trust import days as trust_days
from workers import owners
from workers.upkeep import keep_up

log = structlog.get_logger()

# The outbox is looked at by the reaper for as long as a ring may lie in the queue, after that by nobody.
PURGES = (
    "DELETE FROM outbox WHERE sent_at < clock_timestamp() - interval '10 minutes'",
    "DELETE FROM idempotency_records WHERE created_at < clock_timestamp() - interval '1 day'",
    "DELETE FROM one_time_links WHERE expires_at < clock_timestamp() - interval '1 day'",
    "DELETE FROM deployment_minutes WHERE minute < clock_timestamp() - interval '2 days'",
    "DELETE FROM saved_searches WHERE deleted_at < clock_timestamp() - interval '1 hour'",
    "DELETE FROM messages WHERE created_at < clock_timestamp() - interval '30 days' AND state <> 'queued'",
)

SEARCHED_EVERY = timedelta(minutes=5)
# From the moment at which an idea counts as published to the end of its transaction.
LONGEST_PUBLISHING = timedelta(seconds=30)


@dataclass
class Duty:
    """One thing that is due again and again. Any number of clocks may run: each duty skips what another has locked."""

    name: str
    every_s: float
    do: Callable[[Session], int]
    due_at: float = 0.0
    failing: bool = field(default=False)

    def tick(self, moment: float) -> None:
        """Do it if it is due, in a transaction of its own. What it needs may be away: it is tried again."""
        if moment < self.due_at:
            return
        self.due_at = moment + self.every_s
        try:
            with transaction() as session:
                done = self.do(session)
        except (DBAPIError, RedisError) as error:
            if not self.failing:
                log.warning("clock.waits", duty=self.name, error=str(error).splitlines()[0])
            self.failing = True
            return
        if self.failing:
            log.info("clock.goes_on", duty=self.name)
        self.failing = False
        if done:
            log.info("clock.did", duty=self.name, count=done)


def purge(session: Session) -> int:
    """Delete what nobody reads any more."""
    old = sum(session.execute(text(statement)).rowcount for statement in PURGES)  # type: ignore[attr-defined]
    old += standing.forget_moves(session) + views.forget(session)
    return old + forget_deleted(session) + trust_days.forget(session)


def tell_searches(session: Session) -> int:
    """Tell whoever keeps a search of what is new and fits. Each is looked at once in five minutes."""
    moment = now()
    return saved_searches.tell_due(
        session, notify, before=moment - SEARCHED_EVERY, until=moment - LONGEST_PUBLISHING
    )


def duties() -> list[Duty]:
    """Return all that is due regularly."""
    return [
        Duty("dispatch", 0.5, queue.dispatch),
        Duty("votes", 0.5, standing.fold_votes),
        Duty("views", 2.0, standing.fold_views),
        Duty("heat", 60.0, standing.warm),
        Duty("top", 60.0, heads.deal_hands),
        Duty("searched_ranks", 60.0, words.refresh),
        Duty("receipts", 10.0, making.make_missing),
        Duty("receipt_day", 60.0, days.close_day),
        Duty("builds", 60.0, builds.watch_builds),
        Duty("vocabulary", 60.0, vocabulary.collect_when_due),
        Duty("likeness", 60.0, likeness.want_missing),
        Duty("rings", 60.0, rings.want),
        Duty("ring_votes", 60.0, stopping.stop_again),
        Duty("hand_back", 1.0, owners.hand_back_dead),
        Duty("reap", 1.0, turns.reap),
        Duty("mails", 5.0, sending.ring_due),
        Duty("notified", 10.0, digest.mail_due),
        Duty("searches", 5.0, tell_searches),
        Duty("ring_again", 5.0, queue.ring_again),
        Duty("exports", 10.0, exports.keep_house),
        Duty("remains", 10.0, remains.empty_teams),
        Duty("app_backups", 30.0, want_nightly),
        Duty("reap_proofs", 5.0, keeping.reap),
        Duty("purge", 300.0, purge),
    ]


def run(stop: threading.Event) -> None:
    """Do every duty in its time until told to stop."""
    everything = duties()
    while not stop.is_set():
        for duty in everything:
            duty.tick(time.monotonic())
        stop.wait(max(0.05, min(duty.due_at for duty in everything) - time.monotonic()))


def main() -> None:
    """Run the clock until SIGTERM or SIGINT."""
    configure(settings(), "clock")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    slow = threading.Thread(target=keep_up, args=(stop,), name="upkeep", daemon=True)
    slow.start()
    run(stop)
