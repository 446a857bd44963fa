"""The overview as text, to be sent to whoever helps: nothing secret, nobody's names, no address of anybody."""

from collections.abc import Iterable, Iterator

from services.operations.overview import Overview
from services.redaction import redact


def as_text(seen: Overview) -> str:
    """Return the report. Names of applications, people and teams are left out; ids and codes stay."""
    blocks = [list(block) for block in (head(seen), parts(seen), waiting(seen), room(seen), failed(seen))]
    return redact("\n\n".join("\n".join(block) for block in blocks if block)) + "\n"


def head(seen: Overview) -> Iterator[str]:
    """The first line, what was found, versions and sandbox."""
    yield f"Ideasmith, {seen.at:%Y-%m-%d %H:%M:%S} UTC: {seen.headline}"
    yield from (f"- {one.level}: {one.what} {one.action}" for one in seen.findings)
    yield "versions: " + listed(f"{name} {version}" for name, version in seen.versions.programs)
    yield f"schema: {seen.versions.schema or 'empty'} (expected {seen.versions.expected_schema})"
    yield f"sandbox: {seen.sandbox.tier}" + "".join(f"; {wall}" for wall in seen.sandbox.missing)


def parts(seen: Overview) -> Iterator[str]:
    """Processes and servers."""
    for part in seen.parts or []:
        since = f", since {part.since:%Y-%m-%d %H:%M:%S} UTC" if part.since else ""
        ended = f", last {part.last_exit}" if part.last_exit else ""
        yield f"{part.name}: {part.state}{since}, restarts {part.restarts}{ended}"
    for server in seen.servers:
        answer = "answers" if server.answers else f"does not answer ({server.detail})"
        size = f", {megabytes(server.size_bytes)}" if server.size_bytes is not None else ""
        yield f"{server.name}: {answer}{size}, connections {server.connections or '-'}"
    if seen.web is not None:
        yield f"event loop: {seen.web.lag_ms} ms late, at most {seen.web.worst_ms} ms in {seen.web.over_s:.0f} s"


def waiting(seen: Overview) -> Iterator[str]:
    """Queues, outbox, executions, applications."""
    for queue in seen.queues or []:
        yield f"queue {queue.name}: {queue.length} waiting, oldest {age(queue.oldest_s)}, workers {queue.workers}"
    yield f"outbox: {seen.work.outbox_unsent} unsent, oldest {age(seen.work.outbox_oldest_s)}"
    yield "executions: " + listed(f"{state} {count}" for state, count in seen.work.states.items())
    yield "applications: " + listed(f"{state} {count}" for state, count in seen.apps.states.items() if count)


def room(seen: Overview) -> Iterator[str]:
    """The disk and the last clean-up."""
    yield f"disk: {megabytes(seen.disk.free_bytes)} free of {megabytes(seen.disk.total_bytes)}"
    yield from (f"- {kind.name}: {megabytes(kind.size_bytes)}" for kind in seen.disk.kinds)
    if seen.clean_up is not None:
        counts = listed(f"{kind} {count}" for kind, count in seen.clean_up.removed.items())
        yield f"last clean-up: {seen.clean_up.at:%Y-%m-%d %H:%M} UTC, {megabytes(seen.clean_up.size_bytes)}; {counts}"


def failed(seen: Overview) -> Iterator[str]:
    """What failed lately."""
    for one in seen.failures:
        yield f"{one.at:%Y-%m-%d %H:%M:%S} UTC {one.execution_id} {one.template_slug} {one.error_code}"
    for error in seen.log_errors:
        yield f"{error.at:%Y-%m-%d %H:%M:%S} UTC {error.part}: {error.text}"


def listed(words: Iterable[str]) -> str:
    """Return words in one line."""
    return ", ".join(words) or "none"


def age(seconds: float | None) -> str:
    """Return an age, or a dash."""
    return "-" if seconds is None else f"{seconds:.0f} s"


def megabytes(size_bytes: int) -> str:
    """Return a size."""
    return f"{size_bytes / 1_000_000:,.1f} MB"
