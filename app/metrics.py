"""The numbers of this installation in Prometheus' text format.

What is durable is counted in PostgreSQL, so every web process says the same and a restart forgets nothing; requests
are counted by the process that answers.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.edge.requests import BUCKETS_S, RequestNumbers, numbers
from models.deployments import Deployment, Observed
from models.executions import Execution, State, Step, real
from models.journal import OutboxRow
from services.deployments.views import seen_now

Sample = tuple[dict[str, str], float]


def exposition(session: Session) -> str:
    """Return every family of numbers, one after the other."""
    families = [*stored_families(session), *request_families(numbers)]
    return "".join(family(name, kind, words, samples) for name, kind, words, samples in families)


def stored_families(session: Session) -> Iterator[tuple[str, str, str, Iterable[Sample]]]:
    """Count what is in the database."""
    executions = count_by(session, col(Execution.state), State, real())
    yield "ideasmith_executions", "gauge", "Executions by state.", labelled("state", executions)
    live = col(Deployment.deleted_at).is_(None)
    deployments = count_by(session, seen_now(), Observed, live)
    yield (
        "ideasmith_deployments",
        "gauge",
        "Deployments by what the last probe saw; unknown when that was too long ago.",
        labelled("state", deployments),
    )
    yield "ideasmith_steps_failed", "gauge", "Failed steps by name.", labelled("step", failed_steps(session))
    unsent = session.scalar(select(func.count()).where(col(OutboxRow.sent_at).is_(None))) or 0
    yield (
        "ideasmith_outbox_unsent",
        "gauge",
        "Committed work that nobody has been told of yet.",
        [({}, unsent)],
    )
    waiting = executions[State.QUEUED]
    yield "ideasmith_queue_depth", "gauge", "Executions that no worker has taken yet.", [({}, waiting)]


def count_by(session: Session, column: object, known: Iterable[str], *where: object) -> dict[str, int]:
    """Return how many rows have each known value, zeros included: a series that appears late cannot be alerted on."""
    statement = select(column, func.count()).where(*where).group_by(column)  # type: ignore[call-overload]
    return {str(value): 0 for value in known} | {
        str(value): count for value, count in session.execute(statement)
    }


def failed_steps(session: Session) -> dict[str, int]:
    """Return how many steps of each name have failed."""
    name = col(Step.name)
    owner = col(Execution.id) == col(Step.execution_id)
    failed = select(name, func.count()).join(Execution, owner).where(real(), col(Step.state) == State.FAILED)
    return dict(session.execute(failed.group_by(name)).tuples().all())


def request_families(counted: RequestNumbers) -> Iterator[tuple[str, str, str, Iterable[Sample]]]:
    """Tell what this process has answered."""
    requests = [
        ({"kind": kind, "method": method, "status": str(status)}, count)
        for (kind, method, status), count in sorted(counted.count.items())
    ]
    yield "ideasmith_http_requests_total", "counter", "Requests answered by this process.", requests
    yield "ideasmith_http_open", "gauge", "Requests being answered, streams included.", [({}, counted.open)]
    yield "ideasmith_http_seconds", "histogram", "How long requests took.", latency_samples(counted)


def latency_samples(counted: RequestNumbers) -> Iterator[Sample]:
    """Return the histogram of each kind: cumulative buckets, then sum and count, marked by their suffix."""
    totals: dict[str, int] = {}
    for (kind, _, _), count in counted.count.items():
        totals[kind] = totals.get(kind, 0) + count
    for kind, total in sorted(totals.items()):
        below = 0
        for bucket in BUCKETS_S:
            below += counted.buckets[kind, bucket]
            yield {"__suffix": "_bucket", "kind": kind, "le": f"{bucket:g}"}, below
        yield {"__suffix": "_bucket", "kind": kind, "le": "+Inf"}, total
        yield {"__suffix": "_sum", "kind": kind}, round(counted.seconds[kind], 6)
        yield {"__suffix": "_count", "kind": kind}, total


def labelled(label: str, counts: dict[str, int]) -> list[Sample]:
    """Return one sample for each value of a label."""
    return [({label: value}, count) for value, count in sorted(counts.items())]


def family(name: str, kind: str, words: str, samples: Iterable[Sample]) -> str:
    """Return one family of numbers as Prometheus reads it."""
    lines = [f"# HELP {name} {words}", f"# TYPE {name} {kind}"]
    for labels, value in samples:
        suffix = labels.get("__suffix", "")
        inner = ",".join(f'{key}="{quoted(text)}"' for key, text in labels.items() if key != "__suffix")
        lines.append(f"{name}{suffix}{{{inner}}} {value:g}" if inner else f"{name}{suffix} {value:g}")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Return a label's value with what the format escapes."""
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
