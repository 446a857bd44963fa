"""Verifying an execution for whoever asks: a long log is checked beside this process, not in it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from app.session import in_pool, in_thread
from services.accounts import Actor
from services.provenance import verifying
from services.provenance.verifying import Verification, judge
from workers.log_check import SHORT, check_elsewhere, nobody

KEPT_S = 60.0  # how long a finding waits for the page that asked for it


async def verify(actor: Actor, execution_id: str, told: Callable[[int], None] = nobody) -> Verification:
    """Hold an execution against what was signed. `told` hears the number of the event that a long check has come to.

    Raises:
        NotFound: there is none with this id in the actor's teams.
    """
    evidence, length = await in_thread(verifying.prepare, actor, execution_id)
    if length <= SHORT:
        return await in_thread(verifying.verify, actor, execution_id)
    # No transaction is open meanwhile: pages need the connections.
    return await in_pool(judge, evidence, lambda expected: check_elsewhere(expected, told))


@dataclass
class Verifying:
    """A verification that a page waits for."""

    task: asyncio.Task[Verification]
    seq: int = 0  # the event that the check of the log has come to


_asked: dict[tuple[str, str], Verifying] = {}


def begin(actor: Actor, execution_id: str) -> None:
    """Begin to verify an execution, unless that goes on already for this person."""
    key = (actor.user_id, execution_id)
    if (before := _asked.get(key)) and not before.task.done():
        return

    def told(seq: int) -> None:
        asked.seq = seq

    asked = Verifying(asyncio.create_task(verify(actor, execution_id, told)))
    _asked[key] = asked
    loop = asyncio.get_running_loop()
    asked.task.add_done_callback(lambda _: loop.call_later(KEPT_S, forget, key, asked))


def forget(key: tuple[str, str], asked: Verifying) -> None:
    """Let a finding go that nobody came for."""
    if _asked.get(key) is asked:
        del _asked[key]
    if not asked.task.cancelled():
        asked.task.exception()


async def wait(actor: Actor, execution_id: str, seconds: float) -> Verification | int | None:
    """Return what was found, or after `seconds` the event that the check has come to. None: nobody has begun.

    Raises:
        IdeasmithError: why it could not be verified.
    """
    asked = _asked.get((actor.user_id, execution_id))
    if asked is None:
        return None
    await asyncio.wait({asked.task}, timeout=seconds)
    return asked.task.result() if asked.task.done() else asked.seq
