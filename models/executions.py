"""One walk of a template (later: of the agent team), its steps, and everything that it said."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel, col

from models.columns import (
    created_column,
    digest_column,
    id_column,
    json_column,
    moment_column,
    one_of,
    ref_column,
    text_column,
)
from models.ids import Id


class State(StrEnum):
    """The life of an execution, and of each of its steps."""

    QUEUED = "queued"  # written, not begun
    RUNNING = "running"  # a worker holds the lease
    WAITING = "waiting"  # needs a person: it was paused
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({State.SUCCEEDED, State.FAILED, State.CANCELLED})
STEP_NAMES = ("validate", "render", "install", "test", "scan", "package", "deploy", "verify")
# What an upgrade does instead: the code comes from a merge, and the new version is tried on a copy of the data.
UPGRADE_STEP_NAMES = (
    "validate", "merge", "install", "before", "test", "scan", "migrate", "package", "deploy", "verify"
)  # fmt: skip


class Execution(SQLModel, table=True):
    """One execution. `epoch` rises with each owner: a write that carries an older one is refused (the fence)."""

    __tablename__ = "executions"
    __table_args__ = (
        one_of("state", State),
        Index("ix_executions_team_id_created_at", "team_id", text("created_at DESC"), text("id DESC")),
        Index("ix_executions_lease", "lease_until", postgresql_where=text("state IN ('queued', 'running')")),
        Index(
            "ix_executions_turn",
            "user_id",
            "created_at",
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index("ix_executions_version_finished", "template_version_id", text("finished_at DESC")),
        Index("ix_executions_finished_at", "finished_at"),
    )

    id: str = id_column("exec")
    team_id: str = ref_column("team", "teams.id")
    user_id: str = ref_column("user", "users.id", index=True)
    template_version_id: str = ref_column("tver", "template_versions.id")
    template_slug: str = Field(max_length=60)
    template_name: str = Field(max_length=80)
    name: str = Field(max_length=120)
    config: dict[str, Any] = json_column()
    # A recorded launch for newcomers. It is shown with a mark, and no figure counts it: see `real`.
    example: bool = Field(default=False)
    state: str = Field(default=State.QUEUED, max_length=16)
    # The deployment that this execution replaces (redeploy) or made. No foreign key: it may be deleted since.
    deployment_id: str | None = Field(default=None, sa_type=Id("depl"), index=True)
    epoch: int = Field(default=0)
    lease_until: datetime | None = moment_column()
    lease_owner: str = Field(default="", max_length=120)
    cancel_requested_at: datetime | None = moment_column()
    # Set until it is resumed. The owner stops before its next step; the state is `waiting` from then on.
    pause_requested_at: datetime | None = moment_column()
    # How often it was started by a person, and how often its code was made: each build is a release of its own.
    attempt: int = Field(default=1)
    build: int = Field(default=1)
    # The execution that this one branched from, and at which step. No foreign key: it may be deleted since.
    from_execution_id: str | None = Field(default=None, sa_type=Id("exec"), index=True)
    from_step: str = Field(default="", max_length=40)
    # Of an upgrade: what it starts from and what was chosen (services/upgrades/order.py). Empty for all else.
    upgrade: dict[str, Any] = json_column()
    cost_micros: int = Field(default=0, sa_type=BigInteger)
    error_code: str = Field(default="", max_length=60)
    error_message: str = text_column()
    next_action: str = text_column()
    url: str = text_column()
    created_at: datetime = created_column()
    started_at: datetime | None = moment_column()
    finished_at: datetime | None = moment_column()
    # When the retention removed its events, and its folder. A retry makes both anew.
    log_cleaned_at: datetime | None = moment_column()
    files_cleaned_at: datetime | None = moment_column()


def real() -> ColumnElement[bool]:
    """Return the condition that every figure over executions carries: it happened here, and is no example."""
    return col(Execution.example).is_(False)


class Step(SQLModel, table=True):
    """One step of an execution. Its idempotency key is `execution_id:name`, the same over all attempts."""

    __tablename__ = "steps"
    __table_args__ = (
        one_of("state", State),
        UniqueConstraint("execution_id", "name"),
        Index("ix_steps_input_hash", "team_id", "input_hash", postgresql_where=text("input_hash <> ''")),
    )

    id: str = id_column("step")
    execution_id: str = ref_column("exec", "executions.id", ondelete="CASCADE")
    team_id: str = ref_column("team", "teams.id", index=True)
    position: int
    name: str = Field(max_length=40)
    state: str = Field(default=State.QUEUED, max_length=16)
    attempt: int = Field(default=0)
    epoch: int = Field(default=0)
    result: dict[str, Any] = json_column()
    summary: str = text_column()
    error_code: str = Field(default="", max_length=60)
    error_message: str = text_column()
    # What its result depends on (services/steps/inputs.py); empty while unknown.
    input_hash: str = Field(default="", max_length=64)
    # The execution whose result this is, when it was not made here.
    reused_from: str | None = Field(default=None, sa_type=Id("exec"))
    # Asked for by a person: to be done anew, whatever is known already.
    fresh: bool = Field(default=False)
    # How long earlier owners of this attempt have worked on it.
    spent_s: float = Field(default=0.0)
    started_at: datetime | None = moment_column()
    finished_at: datetime | None = moment_column()


class Attempt(SQLModel, table=True):
    """What an execution was before it was retried: its end, its options and its steps at that time."""

    __tablename__ = "attempts"
    __table_args__ = (UniqueConstraint("execution_id", "number"),)

    id: str = id_column("att")
    execution_id: str = ref_column("exec", "executions.id", ondelete="CASCADE")
    team_id: str = ref_column("team", "teams.id", index=True)
    number: int
    state: str = Field(max_length=16)
    config: dict[str, Any] = json_column()
    error_code: str = Field(default="", max_length=60)
    error_message: str = text_column()
    next_action: str = text_column()
    started_at: datetime | None = moment_column()
    finished_at: datetime | None = moment_column()
    steps: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB, nullable=False)


class Turn(SQLModel, table=True):
    """When a user was last served. Whoever claims for them holds this row, so that their limit is counted by one."""

    __tablename__ = "turns"

    user_id: str = ref_column("user", "users.id", primary_key=True, ondelete="CASCADE")
    served_at: datetime | None = moment_column()


class Event(SQLModel, table=True):
    """One thing that an execution said. `seq` is gapless from 1; `span` is the step it belongs to, or empty."""

    __tablename__ = "events"
    __table_args__ = (
        # What is no line of output is a handful a log, and all that its outline is made of.
        Index("ix_events_marks", "execution_id", "seq", postgresql_where=text("kind <> 'log.line'")),
    )

    execution_id: str = ref_column("exec", "executions.id", primary_key=True, ondelete="CASCADE")
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    team_id: str = ref_column("team", "teams.id", index=True)
    epoch: int
    at: datetime = created_column()
    span: str = Field(default="", max_length=40)
    kind: str = Field(max_length=40)
    level: str = Field(default="info", max_length=10)
    text: str = text_column()
    # What a reader sees of `text`, where colours or overwritten progress make that something else: searched instead.
    plain: str | None = Field(default=None, sa_type=Text)
    data: dict[str, Any] = json_column()
    # Over this event and the one before (services/events/chain.py). None: stored before events were chained.
    chain_hash: str | None = digest_column(nullable=True)
