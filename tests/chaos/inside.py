"""What is different in a product under chaos: the tiny template, an outside record, shorter patience, one mutant.

Called for every module of ours that a process reads. The changes that are always made:

- the catalogue lies in the campaign's own folder;
- after its work each step calls a keyed provider outside, which is one line in the outside record;
- a mail's claim lasts 10 s instead of 15 min, an export's 10 s instead of 60 s, what was rung for and not done is rung
  for again after 10 s instead of 60 s, a part counts as settled after 3 s instead of 30 s: hundreds of kills in
  minutes hit each part more often than a machine's bad year does.
"""

import json
import os
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

TEMPLATES = "CHAOS_TEMPLATES"
OUTSIDE = "CHAOS_OUTSIDE"
MUTANT = "CHAOS_MUTANT"
SHORT_LEASE = "CHAOS_LEASE_S"
PATIENCE = "CHAOS_PATIENCE_S"
TOLD = (
    "commit",
    "release_id",
    "deployment_id",
    "number",
    "url",
    "tree_hash",
    "head",
)  # what of a result is an effect's content


def change(module: ModuleType) -> None:
    """Change a module that has just been read."""
    for alter in ALWAYS.get(module.__name__, ()):
        alter(module)
    if mutant := os.environ.get(MUTANT):
        from tests.chaos.changes import CHANGES

        for name, alter in CHANGES[mutant]:
            if name == module.__name__:
                alter(module)


def use_templates(module: Any) -> None:
    """Read the catalogue from the campaign's folder."""
    module.templates_folder = ContextVar("templates_folder", default=Path(os.environ[TEMPLATES]))


def record_effects(module: Any) -> None:
    """Have each step call a provider outside when its work is done."""
    for name, run in list(module.RUN.items()):
        module.RUN[name] = recorded(name, run)


def record_claims(module: Any) -> None:
    """Write down who owns a run from when on."""
    for name in ("take", "take_next"):
        setattr(module, name, noted(getattr(module, name)))


def noted(take: Callable[..., Any]) -> Callable[..., Any]:
    """Return a way to take a run that leaves a line about who has it."""

    def taken(*which: str) -> Any:
        since = time.time()  # the claim is made between this moment and that of the line
        found = take(*which)
        if found is not None:
            claim = found.claim
            write_record(
                "claims", execution=claim.execution_id, epoch=claim.epoch, since=since, pid=os.getpid()
            )
        return found

    return taken


def recorded(name: str, run: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a step that leaves a line in the outside record."""

    def step(context: Any) -> Any:
        result = run(context)
        told = {key: result.data[key] for key in TOLD if key in result.data}
        epoch = context.transaction.__self__.epoch
        write_outside(f"{context.execution_id}:{name}", epoch, told)
        return result

    return step


def record_rings(module: Any) -> None:
    """Write down for each ring whether its run was there when it came."""
    advance = module.advance

    def heard(execution_id: str) -> Any:
        from models.executions import Execution

        with module.transaction() as session:
            found = session.get(Execution, execution_id) is not None
        write_record("rings", execution=execution_id, found=found)
        return advance(execution_id)

    module.advance = heard


def write_outside(key: str, epoch: int, told: dict[str, Any]) -> None:
    """Append one call to the outside record."""
    write_record("outside", key=key, epoch=epoch, pid=os.getpid(), told=told)


def write_record(record: str, **line: Any) -> None:
    """Append a line to a record beside the outside one, in one write."""
    with Path(os.environ[OUTSIDE]).with_name(f"{record}.jsonl").open("a") as file:
        file.write(json.dumps({"at": time.time(), **line}) + "\n")


def hurry_mails(module: Any) -> None:
    """Try a mail again soon."""
    module.TRY_TAKES = module.RING_PATIENCE = timedelta(seconds=float(os.environ.get(SHORT_LEASE, "10")))
    module.WAITS = tuple(timedelta(seconds=5) for _ in module.WAITS)


def hurry_promises(module: Any) -> None:
    """Ring again soon for what was rung for and not done."""
    module.RING_PATIENCE = timedelta(seconds=float(os.environ.get(PATIENCE, "10")))


def hurry_exports(module: Any) -> None:
    """Take an export over soon."""
    module.LEASE = timedelta(seconds=10)


def settle_soon(module: Any) -> None:
    """Forgive a part its earlier ends soon."""
    module.SETTLED_S = 3.0


def shorten_lease(module: Any) -> None:
    """Notice a dead owner sooner, where a scenario says so."""
    if short := os.environ.get(SHORT_LEASE):
        module.LEASE_S = module.RING_PATIENCE_S = float(short)
        module.BEAT_S = float(short) / 5


ALWAYS: dict[str, tuple[Callable[[Any], None], ...]] = {
    "services.catalog.index": (use_templates,),
    "workers.walk": (record_effects, record_claims),
    "workers.jobs": (record_rings,),
    "services.messages.sending": (hurry_mails,),
    "services.queue": (hurry_promises,),
    "services.privacy.exports": (hurry_exports,),
    "workers.supervisor.child": (settle_soon,),
    "services.executions.lease": (shorten_lease,),
}
