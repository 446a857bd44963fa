"""Who owns an execution, in words that its machine can check: what a dead process held is handed on at once.

A lease that runs out is how another machine learns of a death. On the same one the kernel knows of it sooner, and
surely: a process is named by its id with the moment of its birth, in the namespace in which that id counts.
"""

import functools
import os
import socket
from pathlib import Path

import structlog
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from models.db import close_engine, transaction
from services.executions import lease
from workers.processes import born_at

log = structlog.get_logger()


def owner() -> str:
    """Return the name of this process as an owner."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{born_at(os.getpid())}:{ground()}"


@functools.cache
def ground() -> str:
    """Return where process ids of ours count: this start of the kernel, and this namespace of ids."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")[:12]
    return f"{boot}.{Path('/proc/self/ns/pid').stat().st_ino}"


def is_dead(name: str) -> bool:
    """Whether an owner is surely gone. Of another machine, or of a name that is none of ours, nothing is known."""
    host, _, rest = name.partition(":")
    pid, _, rest = rest.partition(":")
    born, _, place = rest.partition(":")
    return bool(host) and place == ground() and pid.isdigit() and str(born_at(int(pid))) != born


def hand_back_dead(session: Session) -> int:
    """Free what dead processes of this machine hold and ring for the next owner. Returns how much that was."""
    held = [one for one in lease.held(session, ground()) if is_dead(one.owner)]
    freed = [one.claim for one in held if lease.hand_back(session, one.claim)]
    for claim in freed:
        log.info("lease.handed_back", execution_id=claim.execution_id, epoch=claim.epoch)
    return len(freed)


def hand_back_now() -> None:
    """Do that in a transaction of its own, for a process that forks: it keeps no connection."""
    try:
        with transaction() as session:
            hand_back_dead(session)
    except DBAPIError as error:
        log.warning(
            "lease.not_handed_back", error=str(error.orig)
        )  # the clock does it, or the lease runs out
    finally:
        close_engine()
