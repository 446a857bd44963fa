"""What the checker reads: rows by plain SQL, the records of the outside, files; no word of the product itself."""

import functools
import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from models.ids import encode_id

Row = dict[str, Any]
BORN = "born"  # the file that says when a world has begun
TICKS = os.sysconf("SC_CLK_TCK")


def text_id(kind: str, value: Any) -> str:
    """Return an id as the outside knows it."""
    return encode_id(kind, value) if value else ""


class Evidence:
    """Everything that is known about one campaign. Read once; rows are dictionaries."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        where = json.loads((folder / "world.json").read_text())
        with psycopg.connect(where["database"], row_factory=dict_row) as connection:
            read = functools.partial(rows_of, connection)
            self.executions = read("SELECT * FROM executions WHERE NOT example")
            self.steps = grouped(read("SELECT * FROM steps ORDER BY position"), "execution_id")
            self.events = grouped(read("SELECT * FROM events ORDER BY execution_id, seq"), "execution_id")
            self.deployments = read("SELECT * FROM deployments WHERE deleted_at IS NULL")
            self.releases = read("SELECT * FROM releases")
            self.messages = read("SELECT * FROM messages")
            self.exports = read("SELECT * FROM exports")
            self.now = read("SELECT clock_timestamp() AS at")[0]["at"]
        self.outside = lines_of(folder / "outside.jsonl")
        self.mails = lines_of(folder / "mails.jsonl")
        self.claims = lines_of(folder / "claims.jsonl")
        self.rings = lines_of(folder / "rings.jsonl")
        self.letters = lines_of(folder / "letters.jsonl")
        self.launches = lines_of(folder / "launches.jsonl")
        self.faults = lines_of(folder / "faults.jsonl")
        self.standings = lines_of(folder / "standings.jsonl")

    def name_of(self, execution: Row) -> str:
        """Return the id of an execution as the API gave it."""
        return text_id("exec", execution["id"])

    def steps_of(self, name: str) -> list[Row]:
        """Return the steps of the execution that the API calls `name`."""
        found = next((row for row in self.executions if self.name_of(row) == name), None)
        return self.steps.get(found["id"], []) if found else []

    def resumes(self) -> list[tuple[float, str, str]]:
        """Return for each run that a fault has met how long it was silent after the last fault: seconds, kind, id."""
        moments = sorted(
            (line["at"], line["kind"]) for line in self.faults if line["kind"] != "started_again"
        )
        found = []
        for execution_id, events in self.events.items():
            times = [event["at"].timestamp() for event in events]
            for before, after in pairwise(times):
                within = [fault for fault in moments if before < fault[0] < after]
                if within:
                    found.append((after - within[-1][0], within[-1][1], text_id("exec", execution_id)))
        return found

    def figures(self) -> Row:
        """Return what was counted and measured."""
        waits = sorted(wait for wait, *_ in self.resumes())
        states = Counter(row["state"] for row in self.executions)
        keys = Counter(line["key"] for line in self.outside)
        return {
            "executions": len(self.executions),
            "states": dict(states),
            "errors": dict(Counter(row["error_code"] for row in self.executions if row["error_code"])),
            "events": sum(map(len, self.events.values())),
            "upgrades": dict(Counter(f"{row['way']} {row['kind']} {row['state']}" for row in self.standings)),
            "effects": len(keys),
            "calls": len(self.outside),
            "mails": len({line["key"] for line in self.mails}),
            "mails_transmitted": len(self.mails),
            "faults": sum(line["kind"] != "started_again" for line in self.faults),
            "faults_by_kind": dict(Counter(line["kind"] for line in self.faults)),
            "resumes": len(waits),
            "resume_p50_s": round(waits[len(waits) // 2], 2) if waits else None,
            "resume_p99_s": round(waits[int(len(waits) * 0.99)], 2) if waits else None,
            "resume_max_s": round(waits[-1], 2) if waits else None,
            "resume_over_15_s": sum(wait > 15 for wait in waits),
            "slowest": [(round(wait, 1), kind, one) for wait, kind, one in sorted(self.resumes())[-5:]],
        }


def rows_of(connection: psycopg.Connection[Row], query: str) -> list[Row]:
    """Return the rows of a query."""
    return connection.execute(query).fetchall()  # type: ignore[arg-type]


def grouped(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    """Return rows by one of their columns."""
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found


def lines_of(file: Path) -> list[Row]:
    """Return a record's lines."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


@dataclass(frozen=True, slots=True)
class Process:
    """One process: its parent, when it was born (seconds since this machine has started), and how it was started."""

    pid: int
    parent: int
    born_s: float
    words: bytes
    environment: bytes

    def __str__(self) -> str:
        return f"{self.pid} {self.words.replace(bytes(1), b' ').decode(errors='replace')[:160]}"


def processes_of(folder: Path) -> list[str]:
    """Return every process of a world that still runs: it was born after it, with its folder in its environment or its
    command, or below such a one. Who began the campaign may name the folder as well, and is older."""
    since = world_born_s(folder)
    young = {one.pid: one for one in processes() if one.born_s >= since and one.pid != os.getpid()}
    name = os.fsencode(folder)
    found = {pid for pid, one in young.items() if name in one.words + one.environment}
    while below := {pid for pid, one in young.items() if one.parent in found and pid not in found}:
        found |= below
    return [str(young[pid]) for pid in sorted(found)]


def note_birth(folder: Path, later_s: float = 0.0) -> None:
    """Write down that a world begins, now or later."""
    (folder / BORN).write_text(str(time.clock_gettime(time.CLOCK_BOOTTIME) + later_s))


def world_born_s(folder: Path) -> float:
    """Return when a world has begun, in the ticks that the kernel counts births in."""
    file = folder / BORN
    return int(float(file.read_text()) * TICKS) / TICKS if file.exists() else 0.0


def processes() -> Iterator[Process]:
    """Yield the processes of this machine that we may look at."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            # Behind the name, which may have anything in it; `man 5 proc_pid_stat`: ppid is 4, starttime 22.
            fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
            words, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
        except OSError:
            continue
        yield Process(int(folder.name), int(fields[1]), int(fields[19]) / TICKS, words, environment)


def seconds(moment: datetime) -> float:
    """Return a moment as the records write it."""
    return moment.timestamp()
