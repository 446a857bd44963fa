"""Seeded faults of the product's own: each takes one guard away.

Applied by `inside` in every process of a mutated product, as soon as it reads the module. Nothing of the product is
imported here: this is read while the product's modules are.
"""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import true

Change = tuple[str, Callable[[Any], None]]


def no_fence(lease: Any) -> None:
    """Let every owner write, whoever came after it."""
    select = lease.select

    def fence(session: Any, claim: Any) -> Any:
        return session.scalars(
            select(lease.Execution)
            .where(lease.Execution.id == claim.execution_id)
            .with_for_update(key_share=True)
        ).one()

    lease.fence = fence


def no_lease(lease: Any) -> None:
    """Take a run from whoever works on it."""
    lease.free = true


def no_reaper(turns: Any) -> None:
    """Never look for runs that nobody works on."""
    turns.reap = lambda session: 0


def no_heartbeat(lease: Any) -> None:
    """Never extend a lease, and say that it was."""
    lease.extend = lambda session, claim: True


def sent_before_sending(mails: Any) -> None:
    """Store a mail as sent, then send it."""

    def send(message_id: str) -> bool:
        way_out = mails.sending.mailer()
        with mails.transaction() as session:
            mail = mails.sending.claim(session, message_id)
            if mail is not None:
                mails.sending.mark_sent(session, message_id)
        if mail is None or way_out is None:
            return False
        mails.crashpoint(mails.AFTER_EFFECT, "mail")
        way_out.send(mail)
        return True

    mails.send = send


def new_key_on_retry(sending: Any) -> None:
    """Give each try of a mail another Message-ID."""
    as_mail = sending.as_mail

    def renamed(row: Any, config: Any) -> Any:
        mail = as_mail(row, config)
        return type(mail)(f"<{row.attempts}.{mail.message_id[1:]}", *(getattr(mail, name) for name in REST))

    sending.as_mail = renamed


REST = ("recipient", "recipient_name", "subject", "text", "html")


def enqueue_before_commit(queue: Any) -> None:
    """Ring for a row that is not there yet."""

    def enqueue_all(session: Any, topic: str, payloads: Any) -> Any:
        rows = [queue.OutboxRow(topic=topic, payload=payload, sent_at=queue.now()) for payload in payloads]
        session.add_all(rows)
        session.flush()
        for row in rows:
            queue.ring(row)
        time.sleep(2)
        return rows

    queue.enqueue_all = enqueue_all


def marked_before_rung(queue: Any) -> None:
    """Store a ring as made, then make it."""

    def ring_now(rows: Any) -> None:
        with queue.transaction() as session:
            ids = [row.id for row in rows]
            session.execute(
                queue.update(queue.OutboxRow).where(queue.OutboxRow.id.in_(ids)).values(sent_at=queue.now())
            )
        queue.crashpoint(queue.BEFORE_RING, "edge")
        for row in rows:
            queue.ring(row)

    queue.ring_now = ring_now


def no_dispatcher(queue: Any) -> None:
    """Never ring for what was left unsent."""
    queue.dispatch = lambda session: 0


def promise_forgotten(queue: Any) -> None:
    """Take a ring for the work itself."""
    queue.ring_again = lambda session: 0


def seq_restarts(walk: Any) -> None:
    """Have each owner count from one."""
    walk.last_seq = lambda session, execution_id: 0


def forgets_what_is_done(walk: Any) -> None:
    """Begin with the first step after each crash."""
    list_steps = walk.progress.list_steps

    def fresh(session: Any, execution_id: str) -> Any:
        walk.progress.rewind_steps(session, execution_id, 0)
        return list_steps(session, execution_id)

    walk.progress.list_steps = fresh


def log_apart_from_rows(walk: Any) -> None:
    """Store a step's result in one transaction and its event in another."""
    complete = walk.Walk.complete

    def in_two(self: Any, step: Any, result: Any, hash_: str, seconds: float, *, last: bool) -> None:
        with self.hold.transaction() as session:
            walk.progress.complete_step(
                session, step, result.summary, result.data, input_hash=hash_, reused_from=result.reused_from
            )
        walk.crashpoint(walk.AFTER_COMMIT, step.name)
        complete(self, step, result, hash_, seconds, last=last)

    walk.Walk.complete = in_two


def horse_outlives(horse: Any) -> None:
    """Do not bind the work horse to its worker."""
    horse.die_with_parent = lambda parent: None


def orphans_live(tree: Any) -> None:
    """Let what a dead part has left go on."""
    tree.Tree.end_orphans = lambda self: None


def release_anew(releases: Any) -> None:
    """Forget that an earlier attempt has made the release."""
    create = releases.create_release

    def create_again(session: Any, *, execution: Any, **rest: Any) -> Any:
        session.execute(
            releases.text("UPDATE releases SET execution_id = (SELECT id FROM executions WHERE id <> :id LIMIT 1) "
                          "WHERE execution_id = :id"),
            {"id": releases.Release.execution_id.type.process_bind_param(execution.id, None)},
        )  # fmt: skip
        return create(session, execution=execution, **rest)

    releases.create_release = create_again


def merge_is_left(repositories: Any) -> None:
    """Leave the merge of a failed upgrade in the repository that its owner clones."""
    repositories.take_back = lambda deployment_id, commit: False


def no_keeper_lock(keeper: Any) -> None:
    """Let two keepers of apps work in one folder."""
    keeper.fcntl = type("NoLock", (), {"LOCK_EX": 0, "LOCK_NB": 0, "flock": staticmethod(lambda *_: None)})


def never_buries(app: Any) -> None:
    """Do not notice that an app has ended, and show it as it was."""

    async def look(self: Any) -> None:
        self.looked_at = app.now()

    app.App.bury, app.App.look = lambda self: None, look


LEASE, WALK, QUEUE, MAILS = "services.executions.lease", "workers.walk", "services.queue", "workers.mails"
CHANGES: dict[str, tuple[Change, ...]] = {
    "no_fence": ((LEASE, no_fence),),
    "no_lease": ((LEASE, no_lease),),
    "no_heartbeat": ((LEASE, no_heartbeat),),
    "no_reaper": (("services.executions.turns", no_reaper),),
    "ack_before_commit": ((MAILS, sent_before_sending),),
    "new_key_on_retry": (("services.messages.sending", new_key_on_retry),),
    "enqueue_before_commit": ((QUEUE, enqueue_before_commit),),
    "marked_before_rung": ((QUEUE, marked_before_rung),),
    "no_dispatcher": ((QUEUE, no_dispatcher),),
    "promise_forgotten": ((QUEUE, promise_forgotten),),
    "seq_restarts": ((WALK, seq_restarts),),
    "forgets_what_is_done": ((WALK, forgets_what_is_done),),
    "log_apart_from_rows": ((WALK, log_apart_from_rows),),
    "release_made_anew": (("services.deployments.releases", release_anew),),
    "horse_outlives_worker": (("workers.horse", horse_outlives), ("workers.supervisor.tree", orphans_live)),
    "merge_is_left": (("services.repositories", merge_is_left),),
    "keeper_starts_twice": (("workers.apps.keeper", no_keeper_lock),),
    "shown_without_a_look": (("workers.apps.app", never_buries),),
}
