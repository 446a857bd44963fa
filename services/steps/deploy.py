"""Make a release and wait until the keeper of apps has seen it serve."""

import time

from sqlmodel import Session, col, select

from models.deployments import Deployment, Release, Wanted
from models.executions import Execution, Step
from services import repositories
from services.crashpoints import AFTER_PUBLISH, AFTER_TAKE_BACK, crashpoint
from services.deployment_backups.before_release import said_before
from services.deployments import app_url, create_release
from services.deployments.app_logs.reading import last_lines
from services.deployments.bell import ring_keeper
from services.deployments.outcome import Outcome, release_outcome
from services.steps.base import StepContext, StepFailed, StepResult
from services.steps.package import make_repository, slug_wish

PATIENCE_S = 30.0
LOOK_EVERY_S = 0.05
LAST_LINES = 20


def run(context: StepContext) -> StepResult:
    """Release the code, then wait for it to be live."""
    commit = context.results["package"]["commit"]
    if context.deployment_id is not None:
        commit = publish(context, context.deployment_id, commit)
    release, url = make_release(context, commit)
    if context.deployment_id is None:
        context.deployment_id = release.deployment_id
        publish(context, release.deployment_id, commit)
    context.line(f"release {release.number} of {url}")
    wait_until_live(context, release)
    if said := backup_before(context, release):
        context.line(said)
    data = {
        "url": url,
        "deployment_id": release.deployment_id,
        "release_id": release.id,
        "number": release.number,
    }
    return StepResult(f"Release {release.number} answers at {url}", data)


def publish(context: StepContext, deployment_id: str, commit: str) -> str:
    """Bring the commit into the repository that people clone, upon what others have released meanwhile."""
    repository = context.workspace / "repository.git"
    with repositories.publishing(deployment_id) as target:
        if not repositories.publish(repository, target, commit):
            commit = make_repository(context)
            repositories.publish(repository, target, commit)
    crashpoint(AFTER_PUBLISH, "deploy")
    return commit


def make_release(context: StepContext, commit: str) -> tuple[Release, str]:
    """Write the release, the same one in every attempt, and what the execution has made."""
    with context.transaction() as session:
        execution = session.get_one(Execution, context.execution_id)
        release = create_release(
            session,
            execution=execution,
            folder=context.tree,
            commit=commit,
            deployment_id=context.deployment_id,
            slug_wish=slug_wish(context),
            edited=context.edited,
        )
        forget_refusal(release)
        deployment = session.get_one(Deployment, release.deployment_id)
        execution.deployment_id = deployment.id
        return release, app_url(deployment.slug)


def forget_refusal(release: Release) -> None:
    """Give a release that an earlier attempt saw fail another chance."""
    release.manifest = {name: value for name, value in release.manifest.items() if name != "refused"}


def wait_until_live(context: StepContext, release: Release) -> None:
    """Watch what the keeper sees."""
    until = time.monotonic() + PATIENCE_S
    outcome = Outcome("waiting", "")
    while time.monotonic() < until:
        context.go_on()
        with context.transaction() as session:
            outcome = release_outcome(session, release.id)
        if outcome.state == "live":
            return
        if outcome.state == "failed":
            raise not_live(context, release, outcome.detail)
        time.sleep(LOOK_EVERY_S)
    raise not_live(context, release, f"It did not answer within {PATIENCE_S:.0f} s. {outcome.detail}".strip())


def backup_before(context: StepContext, release: Release) -> str:
    """Return what became of the backup of the data before this release, in a sentence; "" where there was no data."""
    with context.transaction() as session:
        return said_before(session, release.id)


def not_live(context: StepContext, release: Release, reason: str) -> StepFailed:
    """Return the failure, with the last words of the application in the log."""
    lines = [one.text for one in last_lines(release.deployment_id, LAST_LINES) if one.kind == "log.line"]
    for line in lines:
        context.line(line)
    action = "Read the application's last lines in the log, then retry." if lines else "Retry the execution."
    message = f"The application did not start. {reason}"
    return StepFailed("not_live", message, action, {"deployment_id": release.deployment_id})


def take_back_merge(session: Session, execution_id: str, release: Release) -> None:
    """Take an upgrade that came to nothing out of the repository: the next one merges with what was there before."""
    execution = session.get_one(Execution, execution_id)
    merged = session.scalar(
        select(Step).where(col(Step.execution_id) == execution_id, col(Step.name) == "merge")
    )
    if execution.upgrade and merged is not None and merged.result.get("head") != release.commit:
        repositories.take_back(release.deployment_id, release.commit)
        crashpoint(AFTER_TAKE_BACK, "deploy")


def step_back(session: Session, execution_id: str, *, cancelled: bool) -> None:
    """Let the release before this execution's serve again. Without one, a cancelled application is stopped.

    A new application that failed stays as it is: its owner reads its log and decides.
    """
    made = select(Release).where(col(Release.execution_id) == execution_id)
    release = session.scalars(made.order_by(col(Release.number).desc()).limit(1)).first()
    if release is not None:
        take_back_merge(session, execution_id, release)
    deployment = session.get(Deployment, release.deployment_id, with_for_update=True) if release else None
    if release is None or deployment is None or deployment.wanted_release_id != release.id:
        return
    before = select(Release).where(
        col(Release.deployment_id) == deployment.id,
        col(Release.number) < release.number,
        ~col(Release.manifest).has_key("refused"),  # type: ignore[attr-defined]
        col(Release.cleaned_at).is_(None),
    )
    previous = session.scalars(before.order_by(col(Release.number).desc()).limit(1)).one_or_none()
    if previous is not None:
        deployment.wanted_release_id = previous.id
    elif cancelled and deployment.wanted == Wanted.RUNNING:
        deployment.wanted = Wanted.STOPPED
    session.flush()
    ring_keeper(session, deployment.id)
