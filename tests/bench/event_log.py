"""What the hash chain costs: events stored a second with it, beside the same without it, in turns on one database."""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from models.db import close_engine, transaction
from models.settings import reset_settings, settings
from services.accounts import Actor
from services.events import EventWriter
from services.events import writer as pen
from services.events.chain import START, ChainEnd
from services.events.reader import chain_end
from services.executions import lease
from tests.bench.measure import Measure
from tests.note import launch, person, tiny_catalogue
from workers.embedded.servers import running
from workers.hold import Hold
from workers.migrate import migrate

EVENTS, ROUNDS, BAR = 3_000, 9, 0.85
LINE = "tests/test_pages.py::test_a_page_says_what_it_is[de-dark-1280] PASSED"


def measures() -> Sequence[Measure]:
    """Return the share of the speed that is left with the chain."""
    with installation() as actor:
        rate(actor)  # warm
        pairs = [(rate(actor), rate_without(actor)) for _ in range(ROUNDS)]
    ratio = statistics.median(chained / bare for chained, bare in pairs)
    found, bare = (statistics.median(values) for values in zip(*pairs, strict=True))
    return [
        Measure(
            "events_per_s_with_chain", round(ratio, 3), "of without", BAR, at_most=False,
            reference=round(bare), ratio=round(ratio, 3), n=ROUNDS, p50=round(found),
            note=f"{EVENTS} lines a round, written and stored",
        )
    ]  # fmt: skip


@contextmanager
def installation() -> Iterator[Actor]:
    """Have a database of its own, and somebody in it."""
    folder = Path(tempfile.mkdtemp(prefix="ism-bench-"))
    with patch.dict(os.environ, {"IDEASMITH_DATA": str(folder / "data")}):
        reset_settings()
        with running(settings()) as environment, patch.dict(os.environ, environment):
            reset_settings()
            with redirect_stdout(sys.stderr):
                migrate()
            with tiny_catalogue(folder / "templates"):
                yield person("bench@example.com")
            close_engine()
    reset_settings()
    shutil.rmtree(folder, ignore_errors=True)


def rate(actor: Actor) -> float:
    """Return events a second, from the first word to the last row."""
    execution_id = launch(actor)
    with transaction() as session:
        claim = lease.claim(session, execution_id, "bench")
        assert claim is not None
    started = time.perf_counter()
    with EventWriter(execution_id, claim.team_id, claim.epoch, 0, Hold(claim).transaction) as writer:
        for _ in range(EVENTS):
            writer.say("log.line", LINE, span="test")
    seconds = time.perf_counter() - started
    with transaction() as session:
        assert chain_end(session, execution_id).seq == EVENTS, "the machine is too busy: not all were stored"
    return EVENTS / seconds


def rate_without(actor: Actor) -> float:
    """Return the same with hashes that cost nothing."""

    def unchained(
        execution_id: str, end: ChainEnd, events: Sequence[object]
    ) -> Iterator[tuple[object, ChainEnd]]:
        for number, event in enumerate(events, end.seq + 1):
            yield event, ChainEnd(number, START)

    with patch.object(pen, "chained", unchained):
        return rate(actor)
