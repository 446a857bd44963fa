"""The operator's overview, for programs that watch an installation."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor
from app.api.problem import READING, problems
from app.lag import meter
from app.session import in_thread
from services import operations

router = APIRouter(prefix="/operations", tags=["Operations"])


class Seen(BaseModel):
    """What is read off the overview."""

    model_config = ConfigDict(from_attributes=True)


class FindingOut(Seen):
    """One thing that needs the operator."""

    level: str = Field(description="broken: something does not work; warning: it will not for long.")
    what: str
    action: str = Field(description="What to do now.")


class PartOut(Seen):
    """One process of this machine's tree."""

    name: str
    state: str = Field(description="running or restarting.")
    pid: int | None
    since: datetime | None
    restarts: int
    last_exit: str = Field(description="How it last ended, empty when it never did.")
    last_words: str = Field(description="The last line of its log, without secrets.")


class ServerOut(Seen):
    """PostgreSQL or Valkey."""

    name: str
    answers: bool
    version: str
    size_bytes: int | None = Field(description="The database, or the memory in use.")
    connections: int | None
    most_connections: int | None
    log_bytes: int | None = Field(
        description="Write-ahead log or append-only file; null where it may not be seen."
    )
    detail: str


class WebOut(Seen):
    """How late the event loop of the answering web process was."""

    lag_ms: float = Field(description="Median.")
    worst_ms: float
    over_s: float = Field(description="Over how many seconds this was measured.")


class QueueOut(Seen):
    """One queue."""

    name: str
    length: int
    oldest_s: float | None = Field(description="Age of its oldest entry; null while it is empty.")
    workers: int = Field(description="How many listen to it.")


class WorkOut(Seen):
    """Work that is written down. Examples are never among it."""

    states: dict[str, int] = Field(
        description="Open executions, and those that ended within a day, by state."
    )
    oldest_queued_s: float | None
    outbox_unsent: int
    outbox_oldest_s: float | None


class AppsOut(Seen):
    """Deployed applications over all teams."""

    states: dict[str, int] = Field(description="By what the last probe saw.")
    last_look_s: float | None = Field(description="Age of the oldest of those looks.")


class DiskKindOut(Seen):
    """One kind of data."""

    name: str
    title: str
    size_bytes: int


class DiskOut(Seen):
    """The disk below the data folder. The kinds are as old as `measured_at`, free space is of now."""

    free_bytes: int
    total_bytes: int
    used_bytes: int | None
    measured_at: datetime | None
    kinds: list[DiskKindOut]


class VersionsOut(Seen):
    """What runs here, in which version."""

    programs: dict[str, str]
    schema_version: str
    expected_schema_version: str


class SandboxOut(Seen):
    """Where foreign code runs."""

    tier: str
    missing: list[str] = Field(description="The walls that it lacks.")
    fix: str = Field(description="The command that lifts it; empty when there is none.")


class CleanUpOut(Seen):
    """What the last clean-up removed."""

    at: datetime
    size_bytes: int
    removed: dict[str, int]
    problems: list[str]


class KeptOut(Seen):
    """How long one kind of thing is kept."""

    name: str
    title: str
    keep: str
    setting: str = Field(description="The variable that changes it; empty where it is fixed.")


class FailureOut(Seen):
    """One execution that failed, of any team."""

    execution_id: str
    template_slug: str
    error_code: str
    error_message: str
    next_action: str
    at: datetime
    readable: bool = Field(description="Whether you may open it: it is of one of your teams.")


class LogErrorOut(Seen):
    """One error that a part wrote within a day."""

    part: str
    at: datetime
    text: str


class OperationsOut(Seen):
    """Everything that the operator sees."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.OPERATIONS})

    at: datetime
    host: str
    headline: str = Field(description="That everything runs, or what does not.")
    findings: list[FindingOut] = Field(description="What needs the operator, broken things first.")
    parts: list[PartOut] | None = Field(description="Null where no supervisor runs on this data folder.")
    servers: list[ServerOut]
    web: WebOut | None = Field(description="Null before the first sample: ask again in a second.")
    queues: list[QueueOut] | None = Field(description="Null while Valkey does not answer.")
    work: WorkOut
    apps: AppsOut
    disk: DiskOut
    versions: VersionsOut
    sandbox: SandboxOut
    clean_up: CleanUpOut | None
    kept: list[KeptOut]
    failures: list[FailureOut] = Field(description="The last 20.")
    log_errors: list[LogErrorOut]


def shown(seen: operations.Overview) -> OperationsOut:
    """Return the overview as the API tells it."""
    versions = VersionsOut(
        programs=dict(seen.versions.programs),
        schema_version=seen.versions.schema,
        expected_schema_version=seen.versions.expected_schema,
    )
    rest = {name: getattr(seen, name) for name in OperationsOut.model_fields if name != "versions"}
    return OperationsOut.model_validate({**rest, "versions": versions})


@router.get("", summary="Get the operator's overview", responses=problems(*READING))
async def get_operations(actor: CurrentActor) -> OperationsOut:
    """Return the health of every part, what waits, what room is left, and what failed, with what to do about it.

    For the operator alone: signed in, or by a key of theirs with the scope `installation:read`.
    """
    return shown(await in_thread(operations.look, actor, meter.read()))
