"""What needs the operator: each finding says what is wrong and what to do now. None means that everything runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from models.clock import now
from services.sandbox.base import Tier

if TYPE_CHECKING:
    from services.operations.overview import Overview

GIGABYTE = 1_000_000_000
LITTLE_ROOM = 2 * GIGABYTE
NO_ROOM = 300_000_000
LONG_QUEUED_S = 120.0
LONG_UNSENT_S = 30.0
LOOK_IS_OLD_S = 30.0
LATE_MS = 500.0
OFTEN = 3
LATELY = timedelta(minutes=10)
MEASURED_WITHIN = timedelta(minutes=20)
CLEANED_WITHIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that needs the operator. "broken": something does not work; "warning": it will not for long."""

    level: Literal["broken", "warning"]
    what: str
    action: str


def find_all(seen: "Overview") -> list[Finding]:
    """Return every finding, what is broken first."""
    looks = (of_parts, of_servers, of_work, of_apps, of_disk, of_sandbox, of_upkeep, of_web)
    found = [finding for look in looks for finding in look(seen)]
    return sorted(found, key=lambda finding: finding.level != "broken")


def headline(findings: list[Finding]) -> str:
    """Return the first line: that everything runs, or what does not."""
    if not findings:
        return "Everything runs"
    rest = f", and {len(findings) - 1} more" if len(findings) > 1 else ""
    return findings[0].what.rstrip(".") + rest


def of_parts(seen: "Overview") -> Iterator[Finding]:
    """A process that is down, or that does not stay up."""
    for part in seen.parts or []:
        log = f"Its last words stand below; the whole log is {part.name}.log in the data folder's logs."
        if part.state != "running":
            ended = f" ({part.last_exit})" if part.last_exit else ""
            yield Finding(
                "broken", f"{part.name} is not running{ended}.", f"It starts again by itself. {log}"
            )
        elif part.restarts >= OFTEN and part.since is not None and now() - part.since < LATELY:
            yield Finding("warning", f"{part.name} was started again {part.restarts} times.", log)


def of_servers(seen: "Overview") -> Iterator[Finding]:
    """A server that does not answer, or is nearly full; a schema of another version."""
    for server in seen.servers:
        if not server.answers:
            yield Finding(
                "broken",
                f"{server.name} does not answer.",
                "Nothing is lost. Look at its last words below; what waits goes on when it is back.",
            )
        elif server.detail:
            yield Finding(
                "broken", f"{server.name}: {server.detail}", "Look for room and rights on its disk."
            )
        elif (
            server.connections
            and server.most_connections
            and server.connections > 0.9 * server.most_connections
        ):
            yield Finding(
                "warning",
                f"{server.name} has {server.connections} of {server.most_connections} connections.",
                "Lower IDEASMITH_DATABASE_POOL, or let the server take more.",
            )
    if seen.versions.schema != seen.versions.expected_schema:
        found, expected = seen.versions.schema or "empty", seen.versions.expected_schema
        yield Finding(
            "broken",
            f"The database has schema {found}, the code expects {expected}.",
            "Run `ideasmith migrate`.",
        )


def of_work(seen: "Overview") -> Iterator[Finding]:
    """Work that nobody takes."""
    if (seen.work.outbox_oldest_s or 0) > LONG_UNSENT_S:
        yield Finding(
            "warning",
            f"{seen.work.outbox_unsent} rings have waited for {seen.work.outbox_oldest_s:.0f} s to be sent.",
            "The clock sends them: see whether it and Valkey run.",
        )
    if (seen.work.oldest_queued_s or 0) > LONG_QUEUED_S:
        idle = not seen.work.states.get("running")
        action = (
            "No worker takes it: see whether the build workers run."
            if idle
            else "All workers are busy. With more of them it goes faster: IDEASMITH_BUILD_WORKERS."
        )
        yield Finding(
            "warning", f"An execution has been queued for {seen.work.oldest_queued_s:.0f} s.", action
        )


def of_apps(seen: "Overview") -> Iterator[Finding]:
    """Applications that are down, and a keeper that does not look."""
    down = seen.apps.states.get("crashed", 0) + seen.apps.states.get("unhealthy", 0)
    if (seen.apps.last_look_s or 0) > LOOK_IS_OLD_S:
        yield Finding(
            "broken",
            f"Deployed applications were last looked at {seen.apps.last_look_s:.0f} s ago.",
            "The part apps looks at them every 2 s: see whether it runs. The applications themselves go on.",
        )
    elif down:
        words = "1 deployed application is" if down == 1 else f"{down} deployed applications are"
        yield Finding("warning", f"{words} down.", "Each starts again by itself; its log says why it ended.")


def of_disk(seen: "Overview") -> Iterator[Finding]:
    """A disk that is nearly full."""
    free = seen.disk.free_bytes
    if free < LITTLE_ROOM:
        level: Literal["broken", "warning"] = "broken" if free < NO_ROOM else "warning"
        yield Finding(
            level,
            f"Only {free / GIGABYTE:.1f} GB of the disk are free.",
            "Delete deployments that nobody needs, or run `ideasmith clean`.",
        )


def of_sandbox(seen: "Overview") -> Iterator[Finding]:
    """A sandbox that is not whole."""
    fix = f"Run: {seen.sandbox.fix}" if seen.sandbox.fix else "Its missing walls are named below."
    if seen.sandbox.tier == Tier.NONE:
        yield Finding("broken", "Nothing can be built: there is no sandbox.", fix)
    elif seen.sandbox.tier == Tier.WEAK:
        yield Finding("warning", "The sandbox is weak: only our own templates run.", fix)


def of_upkeep(seen: "Overview") -> Iterator[Finding]:
    """A clock that does not measure or clean up, and a clean-up that met trouble."""
    measured, cleaned = seen.disk.measured_at, seen.clean_up
    if measured is not None and now() - measured > MEASURED_WITHIN:
        yield Finding("warning", "The disk has not been measured for a while.", "See whether the clock runs.")
    if cleaned is not None and now() - cleaned.at > CLEANED_WITHIN:
        yield Finding(
            "warning", "There was no clean-up for two days.", "Run `ideasmith clean` and read what it says."
        )
    if cleaned is not None and cleaned.problems:
        yield Finding(
            "warning", f"The last clean-up could not remove everything: {cleaned.problems[0]}.",
            "Look at the rights of what it names; the next clean-up tries again.",
        )  # fmt: skip


def of_web(seen: "Overview") -> Iterator[Finding]:
    """An event loop that is held up."""
    if seen.web is not None and seen.web.worst_ms > LATE_MS:
        yield Finding(
            "warning",
            f"The web process was held up for {seen.web.worst_ms:.0f} ms.",
            "The machine is busy. If it stays so, run fewer build workers: IDEASMITH_BUILD_WORKERS.",
        )
