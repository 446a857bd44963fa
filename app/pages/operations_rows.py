"""What the operator's overview shows, as plain texts."""

from dataclasses import dataclass, field

from app.wording import count, moment, seconds, size
from services.operations import Overview

STATE_WORDS = {
    "queued": "Queued",
    "running": "Running",
    "waiting": "Waiting for a person",
    "succeeded": "Succeeded",
    "failed": "Failed",
    "cancelled": "Cancelled",
}


@dataclass
class FindingRow:
    """One thing that needs the operator."""

    level: str
    what: str
    action: str


@dataclass
class PartRow:
    """One process. Moments are ISO texts."""

    name: str
    state: str
    pid: str
    since: str
    restarts: str
    words: str


@dataclass
class ServerRow:
    """One server."""

    name: str
    state: str
    version: str
    size: str
    connections: str
    log: str


@dataclass
class QueueRow:
    """One queue."""

    name: str
    waiting: str
    oldest: str
    workers: str


@dataclass
class FailureRow:
    """One failed execution, or one error of a part's log; `address` leads on where it may be opened."""

    title: str
    address: str
    message: str
    action: str
    at: str


@dataclass
class KeptRow:
    """How long something is kept, and what the last clean-up took of it."""

    title: str
    keep: str
    spares: str
    removed: str


@dataclass
class Board:
    """The whole overview."""

    ok: bool = True
    headline: str = "Operations"
    at: str = ""
    host: str = ""
    findings: list[FindingRow] = field(default_factory=list)
    supervised: bool = True
    parts: list[PartRow] = field(default_factory=list)
    servers: list[ServerRow] = field(default_factory=list)
    lag: str = ""
    queues: list[QueueRow] = field(default_factory=list)
    work: list[tuple[str, str]] = field(default_factory=list)
    apps: list[tuple[str, str]] = field(default_factory=list)
    free: str = ""
    total: str = ""
    used_percent: int = 0
    measured_at: str = ""
    disk: list[tuple[str, str]] = field(default_factory=list)
    versions: list[tuple[str, str]] = field(default_factory=list)
    tier: str = ""
    walls: list[str] = field(default_factory=list)
    fix: str = ""
    failures: list[FailureRow] = field(default_factory=list)
    errors: list[FailureRow] = field(default_factory=list)
    kept: list[KeptRow] = field(default_factory=list)
    cleaned_at: str = ""
    cleaned_size: str = ""


def board_of(seen: Overview) -> Board:
    """Return the overview as its page shows it."""
    return Board(
        ok=not seen.findings,
        headline=seen.headline,
        at=moment(seen.at),
        host=seen.host,
        findings=[FindingRow(one.level, one.what, one.action) for one in seen.findings],
        supervised=seen.parts is not None,
        parts=part_rows(seen),
        servers=server_rows(seen),
        lag=lag_words(seen),
        queues=queue_rows(seen),
        work=work_figures(seen),
        apps=[(state.capitalize(), f"{number:,}") for state, number in seen.apps.states.items() if number],
        free=size(seen.disk.free_bytes),
        total=size(seen.disk.total_bytes),
        used_percent=round(100 * (1 - seen.disk.free_bytes / seen.disk.total_bytes)),
        measured_at=moment(seen.disk.measured_at),
        disk=[(kind.title, size(kind.size_bytes)) for kind in seen.disk.kinds],
        versions=[*seen.versions.programs, ("Schema", schema_words(seen))],
        tier=seen.sandbox.tier.capitalize(),
        walls=list(seen.sandbox.missing),
        fix=seen.sandbox.fix,
        failures=failure_rows(seen),
        errors=[FailureRow(one.part, "", one.text, "", moment(one.at)) for one in seen.log_errors],
        kept=kept_rows(seen),
        cleaned_at=moment(seen.clean_up.at) if seen.clean_up else "",
        cleaned_size=freed_words(seen),
    )


def part_rows(seen: Overview) -> list[PartRow]:
    """Return the processes."""
    return [
        PartRow(
            part.name,
            part.state,
            str(part.pid or "–"),
            moment(part.since) if part.state == "running" else "",
            f"{part.restarts}" + (f" ({part.last_exit})" if part.last_exit else ""),
            part.last_words,
        )
        for part in seen.parts or []
    ]


def server_rows(seen: Overview) -> list[ServerRow]:
    """Return the servers."""
    return [
        ServerRow(
            server.name,
            "running" if server.answers else "silent",
            server.version or "–",
            size(server.size_bytes),
            f"{server.connections or '–'} of {server.most_connections:,}" if server.most_connections else "–",
            size(server.log_bytes),
        )
        for server in seen.servers
    ]


def lag_words(seen: Overview) -> str:
    """Return how late the event loop is; the first look only begins to measure."""
    if seen.web is None:
        return "Being measured"
    return f"{seen.web.lag_ms:.1f} ms, at most {seen.web.worst_ms:.0f} ms in {seen.web.over_s:.0f} s"


def queue_rows(seen: Overview) -> list[QueueRow]:
    """Return the queues, and the outbox as one more."""
    rows = [
        QueueRow(
            queue.name.capitalize(),
            f"{queue.length:,}",
            seconds(queue.oldest_s),
            count(queue.workers, "worker"),
        )
        for queue in seen.queues or []
    ]
    outbox = QueueRow("Outbox", f"{seen.work.outbox_unsent:,}", seconds(seen.work.outbox_oldest_s), "clock")
    return [*rows, outbox]


def work_figures(seen: Overview) -> list[tuple[str, str]]:
    """Return the executions by state."""
    figures = [(STATE_WORDS[state], f"{number:,}") for state, number in seen.work.states.items()]
    return [*figures, ("Oldest queued", seconds(seen.work.oldest_queued_s))]


def schema_words(seen: Overview) -> str:
    """Return the schema, with the expected one where that is another."""
    stored, expected = seen.versions.schema or "empty", seen.versions.expected_schema
    return stored if stored == expected else f"{stored}, expected {expected}"


def failure_rows(seen: Overview) -> list[FailureRow]:
    """Return the failed executions."""
    return [
        FailureRow(
            one.name,
            f"/executions/{one.execution_id}" if one.readable else "",
            one.error_message,
            one.next_action,
            moment(one.at),
        )
        for one in seen.failures
    ]


def freed_words(seen: Overview) -> str:
    """Return what the last clean-up freed."""
    if seen.clean_up is None or not seen.clean_up.size_bytes:
        return "there was nothing to free"
    return f"{size(seen.clean_up.size_bytes)} freed"


def kept_rows(seen: Overview) -> list[KeptRow]:
    """Return the rules with what the last clean-up took."""
    removed = seen.clean_up.removed if seen.clean_up else {}
    return [
        KeptRow(
            rule.title,
            rule.keep[:1].upper() + rule.keep[1:],
            rule.spares,
            f"{removed[rule.name]:,}" if rule.name in removed else "–",
        )
        for rule in seen.kept
    ]
