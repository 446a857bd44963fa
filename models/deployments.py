"""Applications that run, and the releases that they run from."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import (
    created_column,
    id_column,
    json_column,
    moment_column,
    one_of,
    ref_column,
    text_column,
)
from models.ids import Id


class Wanted(StrEnum):
    """What its owner wants of a deployment."""

    RUNNING = "running"
    STOPPED = "stopped"
    DELETED = "deleted"  # from `delete_at` on the keeper removes what is left, then sets `deleted_at`


class Observed(StrEnum):
    """What the last probe saw."""

    UNKNOWN = "unknown"  # nothing has been seen yet
    STARTING = "starting"
    RUNNING = "running"
    UNHEALTHY = "unhealthy"  # the process lives, its health check does not answer
    CRASHED = "crashed"  # ended by itself, comes back with back-off
    STOPPED = "stopped"
    SLEEPING = "sleeping"  # nobody asked for it for a while: started again by the next request


class Deployment(SQLModel, table=True):
    """A running application. What it shows is what was observed, with the age of that look."""

    __tablename__ = "deployments"
    __table_args__ = (
        one_of("wanted", Wanted),
        one_of("observed", Observed),
        # A slug is an address: free again once the deployment is gone.
        Index("uq_deployments_slug_live", "slug", unique=True, postgresql_where=text("deleted_at IS NULL")),
        Index(
            "uq_deployments_slot_live", "slot_uid", unique=True, postgresql_where=text("deleted_at IS NULL")
        ),
        Index("ix_deployments_team_id_created_at", "team_id", text("created_at DESC"), text("id DESC")),
    )

    id: str = id_column("depl")
    team_id: str = ref_column("team", "teams.id")
    user_id: str = ref_column("user", "users.id", index=True)
    template_slug: str = Field(max_length=60)
    slug: str = Field(max_length=63)
    name: str = Field(max_length=120)
    slot_uid: int
    wanted: str = Field(default=Wanted.RUNNING, max_length=16)
    wanted_release_id: str | None = Field(default=None, sa_type=Id("rel"))
    # The last release that served well: what serves again when a newer one does not.
    good_release_id: str | None = Field(default=None, sa_type=Id("rel"))
    sleep_after_s: int | None = Field(default=None)  # None: never
    # Grows by one with each variable that is changed; what serves was started with `observed_variables`.
    variables_revision: int = Field(default=0)
    observed_variables: int = Field(default=0)
    variables_sealed_at: datetime | None = moment_column()  # also moves when only the key is another one
    nightly_backup: bool = Field(default=True)
    # A deletion can be undone until `delete_at`; then this is wanted again.
    wanted_before: str = Field(default="", max_length=16)
    delete_at: datetime | None = moment_column()
    # Raised by "restart": the keeper restarts an app whose box is older than this.
    restart_requested_at: datetime | None = moment_column()
    observed: str = Field(default=Observed.UNKNOWN, max_length=16)
    observed_release_id: str | None = Field(default=None, sa_type=Id("rel"))
    observed_at: datetime | None = moment_column()
    observed_detail: str = text_column()
    probe_ms: float | None = Field(default=None)
    restarts: int = Field(default=0)
    # What it used at the last look: resident memory of all its processes, cores' worth of CPU, its data folder.
    memory_bytes: int | None = Field(default=None, sa_type=BigInteger)
    cpu_share: float | None = Field(default=None)
    disk_bytes: int | None = Field(default=None, sa_type=BigInteger)
    created_at: datetime = created_column()
    deleted_at: datetime | None = moment_column()


class Release(SQLModel, table=True):
    """One version of a deployment: a folder that never changes, and the commit that it came from."""

    __tablename__ = "releases"
    __table_args__ = (UniqueConstraint("deployment_id", "number"), UniqueConstraint("execution_id", "build"))

    id: str = id_column("rel")
    deployment_id: str = ref_column("depl", "deployments.id", ondelete="CASCADE")
    team_id: str = ref_column("team", "teams.id", index=True)
    # Unique: the deploy step makes one release of what an execution has built, however often it runs.
    execution_id: str = ref_column("exec", "executions.id")
    build: int = Field(default=1)
    number: int
    commit: str = Field(default="", max_length=64)
    # How to start and probe it: the template's [app] table at the time.
    manifest: dict[str, Any] = json_column()
    created_at: datetime = created_column()
    # When the retention removed its folder. Its code stays in the repository.
    cleaned_at: datetime | None = moment_column()
