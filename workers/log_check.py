"""The check of a long log in a process of its own: a million hashes would hold up everybody whom the web serves.

`python -m workers.log_check EXPECTED` takes what the log is held against as JSON, and writes a JSON line now and then:
`{"seq": n}` while it goes on, and its finding at the end. Every event is read every time; what was found is not
remembered, since a byte may be changed after it.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict

from models.db import close_engine, transaction
from services.events.chain import ChainEnd
from services.provenance.checks import Check, Outcome
from services.provenance.evidence import stored_log
from services.provenance.log import Expected, Stored, check_log
from workers.processes import die_with_parent

SHORT = 2_000  # events that are checked in passing
TOLD_EVERY = 10_000
# More at once would only slow each other down; whoever comes later waits.
AT_ONCE = threading.BoundedSemaphore(1)


def nobody(seq: int) -> None:
    """Tell nobody."""


def check_elsewhere(expected: Expected, told: Callable[[int], None] = nobody) -> Check:
    """Check the stored log of an execution in another process; `told` hears the number of the event it has come to.

    Raises:
        RuntimeError: the process ended without a finding.
    """
    command = [sys.executable, "-m", "workers.log_check", json.dumps(asdict(expected))]
    with AT_ONCE, subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            said = json.loads(line)
            if "name" in said:
                return Check(said["name"], Outcome(said["outcome"]), said["reason"])
            told(said["seq"])
    raise RuntimeError(f"the check of a log ended with {process.returncode}")


def expected_of(said: dict[str, object]) -> Expected:
    """Return what `asdict` made into a document."""
    ends = {name: ChainEnd(**said[name]) if said[name] else None for name in ("signed", "removed")}  # type: ignore[arg-type]
    return Expected(**{**said, **ends})  # type: ignore[arg-type]


def counted(events: Iterable[Stored]) -> Iterator[Stored]:
    """Yield events, and say now and then how far they are."""
    for event in events:
        if event[0].seq % TOLD_EVERY == 0:
            say({"seq": event[0].seq})
        yield event


def say(line: dict[str, object]) -> None:
    """Write one line at once."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Check the log that the command line tells of."""
    die_with_parent(os.getppid())
    expected = expected_of(json.loads(sys.argv[1]))
    with transaction() as session:
        found = check_log(counted(stored_log(session, expected.execution_id)), expected)
    close_engine()
    say({"name": found.name, "outcome": found.outcome.value, "reason": found.reason})


if __name__ == "__main__":
    main()
