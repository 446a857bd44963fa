"""What the keeper of apps asks of the database and tells it: a few statements, whatever the number of apps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.clock import now
from models.deployments import Deployment, Observed, Release, Wanted
from models.ids import decode_id
from models.settings import settings
from services import audit
from services.deployment_backups.removal import forget_all
from services.deployment_backups.wishes import with_wishes
from services.variables.removing import forget_variables


@dataclass(frozen=True, slots=True)
class WantedApp:
    """All that the keeper needs to know of a deployment, so that it can go on without the database."""

    deployment_id: str
    slug: str
    name: str
    wanted: str
    slot_uid: int
    restarts: int
    restart_requested_at: str  # ISO 8601, empty when never
    release_id: str | None
    release_number: int
    start: tuple[str, ...]
    health: str
    # Being deleted, while that can still be undone: stopped, and unknown to the door.
    hidden: bool = False
    # The last release that was seen to serve well, which serves when the wanted one does not.
    good_id: str | None = None
    good_number: int = 0
    good_start: tuple[str, ...] = ()
    good_health: str = ""
    sleep_after_s: int | None = None
    variables_mark: str = ""  # another one when its variables or their key are
    backup_first: str = ""  # the backup that the wanted release waits for
    restore: str = ""  # the restore that is wanted, and may begin
    restore_backup: str = ""
    restore_checksum: str = ""
    restore_before: str = ""  # the backup that was made first
    restore_release: bool = False  # the data belongs to the wanted release, not to the one that serves
    restore_waits: bool = False  # such a restore is wanted, and the backup before it is still being made
    recalled: bool = False  # from the keeper's memory: the database was not asked yet
    # Whether their code holds what its owner has written.
    edited: bool = False
    good_edited: bool = False

    @property
    def wish(self) -> tuple[str, str | None, str, bool]:
        """What makes it another box, or none. The rest of it may change while one starts."""
        return (self.wanted, self.release_id, self.restart_requested_at, self.hidden)

    def as_good(self) -> "WantedApp | None":
        """Return the same app with the release to return to, or None when there is no other one."""
        if self.good_id is None or self.good_id == self.release_id:
            return None
        return replace(
            self,
            release_id=self.good_id,
            release_number=self.good_number,
            start=self.good_start,
            health=self.good_health,
            edited=self.good_edited,
        )

    def with_good(self, good: "WantedApp") -> "WantedApp":
        """Return the same wish, with the release of `good` as the one to return to."""
        return replace(
            self,
            good_id=good.release_id,
            good_number=good.release_number,
            good_start=good.start,
            good_health=good.health,
            good_edited=good.edited,
        )

    @property
    def host(self) -> str:
        """The host that browsers name when they ask for it."""
        config = settings()
        return f"{self.slug}.{config.apps_domain}:{config.apps_port}"


@dataclass(frozen=True, slots=True)
class ObservedApp:
    """What one look at an app saw."""

    deployment_id: str
    state: Observed
    detail: str
    release_id: str | None
    probe_ms: float | None
    restarts: int
    at: datetime
    good_id: str | None = None  # the release to return to, until it is stored
    memory_bytes: int | None = None
    cpu_share: float | None = None
    disk_bytes: int | None = None
    variables_revision: int | None = None  # which changes of its variables serve


def list_wanted(session: Session) -> list[WantedApp]:
    """Return every deployment that is not gone yet."""
    good = aliased(Release)
    statement = (
        select(Deployment, Release, good)
        .join(Release, col(Release.id) == col(Deployment.wanted_release_id), isouter=True)
        .join(good, col(good.id) == col(Deployment.good_release_id), isouter=True)
        .where(col(Deployment.deleted_at).is_(None))
        .order_by(col(Deployment.id))
    )
    return with_wishes(session, [wanted_app(*row) for row in session.execute(statement)])


def wanted_app(deployment: Deployment, release: Release | None, good: Release | None) -> WantedApp:
    """Return what the keeper needs of a deployment, its wanted release and the one to return to."""
    restart = deployment.restart_requested_at
    manifest = release.manifest if release else {}
    hidden = deployment.wanted == Wanted.DELETED and not is_due(deployment)
    return WantedApp(
        deployment_id=deployment.id,
        slug=deployment.slug,
        name=deployment.name,
        wanted=Wanted.STOPPED if hidden else deployment.wanted,
        slot_uid=deployment.slot_uid,
        restarts=deployment.restarts,
        restart_requested_at=restart.isoformat() if restart else "",
        release_id=release.id if release else None,
        release_number=release.number if release else 0,
        start=tuple(manifest.get("start", ())),
        health=manifest.get("health", "/healthz"),
        hidden=hidden,
        good_id=good.id if good else None,
        good_number=good.number if good else 0,
        good_start=tuple(good.manifest.get("start", ())) if good else (),
        good_health=good.manifest.get("health", "/healthz") if good else "",
        sleep_after_s=deployment.sleep_after_s,
        variables_mark=sealed_at.isoformat() if (sealed_at := deployment.variables_sealed_at) else "",
        edited=bool(manifest.get("edited")),
        good_edited=bool(good.manifest.get("edited")) if good else False,
    )


def is_due(deployment: Deployment) -> bool:
    """Whether a deletion can no longer be undone."""
    return deployment.wanted == Wanted.DELETED and (
        deployment.delete_at is None or deployment.delete_at <= now()
    )


RECORD = text(
    """
    UPDATE deployments AS d
       SET observed = seen.state, observed_detail = seen.detail, observed_release_id = seen.release_id,
           probe_ms = seen.probe_ms, restarts = seen.restarts, observed_at = seen.at,
           good_release_id = COALESCE(seen.good_id, d.good_release_id), memory_bytes = seen.memory_bytes,
           cpu_share = seen.cpu_share, disk_bytes = seen.disk_bytes,
           observed_variables = COALESCE(seen.variables, d.observed_variables)
      FROM jsonb_to_recordset(:seen) AS seen(
           id uuid, state text, detail text, release_id uuid, probe_ms float8, restarts integer, at timestamptz,
           good_id uuid, memory_bytes bigint, cpu_share float8, disk_bytes bigint, variables integer)
     WHERE d.id = seen.id AND d.deleted_at IS NULL AND (d.observed_at IS NULL OR d.observed_at <= seen.at)
    """
).bindparams(bindparam("seen", type_=JSONB))


def record_observed(session: Session, seen: Sequence[ObservedApp]) -> None:
    """Store what was seen, in one statement. A newer look is never replaced by an older one."""
    if not seen:
        return
    rows = [
        {
            "id": str(decode_id("depl", one.deployment_id)),
            "state": one.state.value,
            "detail": one.detail,
            "release_id": str(decode_id("rel", one.release_id)) if one.release_id else None,
            "probe_ms": one.probe_ms,
            "restarts": one.restarts,
            "at": one.at.isoformat(),
            "good_id": str(decode_id("rel", one.good_id)) if one.good_id else None,
            "memory_bytes": one.memory_bytes,
            "cpu_share": one.cpu_share,
            "disk_bytes": one.disk_bytes,
            "variables": one.variables_revision,
        }
        for one in seen
    ]
    session.execute(RECORD, {"seen": rows})


def known_releases(session: Session) -> set[str]:
    """Return the ids of all releases that may be started again."""
    statement = select(Release.id).join(Deployment, col(Deployment.id) == col(Release.deployment_id))
    return set(session.scalars(statement.where(col(Deployment.deleted_at).is_(None))))


def claim_removal(session: Session, deployment_id: str) -> list[str] | None:
    """Return the ids of all releases of a deployment that is to be removed, None when that was undone meanwhile.

    The row's lock decides between this and `control.restore`: whoever comes second sees what the first one did.
    """
    row = session.get(Deployment, deployment_id, with_for_update=True, populate_existing=True)
    if row is None or not is_due(row):
        return None
    return list(session.scalars(select(Release.id).where(col(Release.deployment_id) == deployment_id)))


def mark_removed(session: Session, deployment_id: str) -> None:
    """Say that nothing is left of a deployment: its slug and uid are free again."""
    row = session.get(Deployment, deployment_id, with_for_update=True)
    if row is not None and row.deleted_at is None:
        row.deleted_at = row.observed_at = now()
        row.observed, row.observed_detail = Observed.STOPPED, "Removed."
        forget_variables(session, row.id)
        forget_all(session, row.id)
        audit.record(session, None, "deployment.removed", row.id, row.team_id, {"slug": row.slug})
