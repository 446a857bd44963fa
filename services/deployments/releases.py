"""Making a release: the code of one execution becomes the wanted version of a deployment."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from models.clock import now
from models.deployments import Deployment, Release, Wanted
from models.errors import Conflict, InvalidInput
from models.executions import Execution
from models.templates import TemplateVersion
from services import audit
from services.deployment_backups.before_release import want_backup_before
from services.deployments.places import release_folder
from services.deployments.slugs import free_slug
from services.deployments.wanting import want_release
from services.sandbox.slots import APP_UIDS

# One uid an app for life, so that its data stays its own. Beyond the sandbox's range come those that Debian gives to
# local accounts from 1000 upwards: 40,000 are rarely reached, and a container without root maps no more than 65,536.
UIDS: tuple[int, ...] = (*APP_UIDS, *range(40_000, 60_000))
LOCK = "requirements.lock"


@dataclass(frozen=True, slots=True)
class OnBehalf:
    """The person whose execution makes the change, for the audit trail."""

    user_id: str
    via: str = "execution"


def create_release(
    session: Session,
    *,
    execution: Execution,
    folder: Path,
    commit: str,
    deployment_id: str | None,
    slug_wish: str,
    edited: bool = False,
) -> Release:
    """Make what lies in `folder` the wanted release of a deployment, a new one when `deployment_id` is None.

    `edited` says that somebody else than a template wrote of it, so that only a good sandbox may run it.

    Called again for the same build of an execution it returns the same release. The folder is copied; the keeper
    hears of it when the transaction is committed.

    Raises:
        Conflict: the deployment was deleted meanwhile.
        InvalidInput: the folder or the template says too little to start an app from.
    """
    take_turn(session)
    made = session.scalar(
        select(Release).where(
            col(Release.execution_id) == execution.id, col(Release.build) == execution.build
        )
    )
    manifest = app_manifest(session, execution, folder) | ({"edited": True} if edited else {})
    deployment = find_target(
        session, execution, deployment_id or (made.deployment_id if made else None), slug_wish
    )
    release = made or add_release(session, execution, deployment, commit, manifest)
    copy_release(folder, release_folder(release.id))
    release.cleaned_at = None
    if release.manifest.get("refused"):
        # The step is tried again, so the keeper shall try again too.
        release.manifest, deployment.restart_requested_at = manifest, now()
    if made is None:
        want_backup_before(session, deployment, release)
    want_release(session, deployment, release)
    return release


def take_turn(session: Session) -> None:
    """Let one transaction at a time choose slugs, uids and release numbers."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('ideasmith.deployments'))"))


def app_manifest(session: Session, execution: Execution, folder: Path) -> dict[str, Any]:
    """Return how the app is started and probed, as its template says."""
    version = session.get(TemplateVersion, execution.template_version_id)
    table = (version.manifest if version else {}).get("app", {})
    start, health = table.get("start"), table.get("health", "/healthz")
    if not isinstance(start, list) or not start or not all(isinstance(word, str) for word in start):
        raise InvalidInput("The template does not say how its app is started: [app] start.", "bad_template")
    if not isinstance(health, str) or not health.startswith("/") or not health.isprintable() or " " in health:
        raise InvalidInput("The template's [app] health must be a path such as /healthz.", "bad_template")
    if not (folder / LOCK).is_file():
        raise InvalidInput(f"The app has no {LOCK}, so it cannot be started.", "bad_template")
    return {"start": start, "health": health}


def find_target(
    session: Session, execution: Execution, deployment_id: str | None, slug_wish: str
) -> Deployment:
    """Return the deployment to change, made now when there is none yet."""
    if deployment_id is None:
        return add_deployment(session, execution, slug_wish)
    deployment = session.get(Deployment, deployment_id, with_for_update=True)
    if deployment is None or deployment.team_id != execution.team_id or deployment.wanted == Wanted.DELETED:
        raise Conflict(
            "The deployment was deleted meanwhile. Launch the template anew.", "deployment_deleted"
        )
    return deployment


def add_deployment(session: Session, execution: Execution, slug_wish: str) -> Deployment:
    """Store a new deployment with an address and a uid of its own."""
    deployment = Deployment(
        team_id=execution.team_id,
        user_id=execution.user_id,
        template_slug=execution.template_slug,
        slug=free_slug(session, slug_wish or execution.name),
        name=execution.name,
        slot_uid=free_uid(session),
    )
    session.add(deployment)
    session.flush()
    actor = OnBehalf(execution.user_id)
    audit.record(
        session, actor, "deployment.created", deployment.id, deployment.team_id, {"slug": deployment.slug}
    )
    return deployment


def add_release(
    session: Session, execution: Execution, deployment: Deployment, commit: str, manifest: dict[str, Any]
) -> Release:
    """Store the next release of a deployment."""
    last = session.scalar(select(func.max(Release.number)).where(col(Release.deployment_id) == deployment.id))
    release = Release(
        deployment_id=deployment.id,
        team_id=deployment.team_id,
        execution_id=execution.id,
        build=execution.build,
        number=(last or 0) + 1,
        commit=commit,
        manifest=manifest,
    )
    session.add(release)
    session.flush()
    data = {"deployment_id": deployment.id, "number": release.number, "commit": commit}
    audit.record(session, OnBehalf(execution.user_id), "release.created", release.id, release.team_id, data)
    return release


def free_uid(session: Session) -> int:
    """Return the first uid that no live deployment has."""
    live = select(Deployment.slot_uid).where(col(Deployment.deleted_at).is_(None))
    taken: set[int] = set(session.scalars(live))
    for uid in UIDS:
        if uid not in taken:
            return uid
    raise Conflict("This machine holds as many deployments as it can. Delete one first.", "no_free_slot")


def copy_release(source: Path, target: Path) -> None:
    """Copy an app's code to where its release lies, readable by the app's own uid. Whole, or not at all."""
    if target.exists():
        return
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    # Links stay links: what they name is looked up inside the box, never here.
    shutil.copytree(source, draft, symlinks=True, ignore=leave_out)
    for path in [draft, *draft.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    draft.rename(target)


def leave_out(folder: str, names: list[str]) -> set[str]:
    """Return what of a folder is not copied: the history, caches, and whatever is neither file, folder nor link."""
    paths = {name: Path(folder, name) for name in names}
    return {
        name
        for name, path in paths.items()
        if name in {".git", "__pycache__", ".pytest_cache"}
        or not (path.is_symlink() or path.is_dir() or path.is_file())
    }
