"""What people see of deployments: what the last look saw, and how long ago that was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Label, case, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.clock import now
from models.deployments import Deployment, Observed, Release, Wanted
from models.errors import NotFound
from models.paging import Page
from models.settings import settings
from services.accounts import Actor, require
from services.deployments.limits import Use, use_of
from services.keyset import read_page

# The keeper looks every 2 s. What is older than this is not known any more, and never shown as running.
STALE_S = 10.0
RELEASES_SHOWN = 50
NO_SUCH = ("There is no such deployment. It may have been deleted.", "no_such_deployment")


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """One version of a deployment. `current` is the one that serves, which need not be the newest."""

    id: str
    number: int
    commit: str
    execution_id: str
    created_at: datetime
    current: bool
    refused: str = ""  # why it was not taken into service, or was taken out of it
    kept: bool = True  # whether its files are still there, to go back to it


@dataclass(frozen=True, slots=True)
class DeploymentView:
    """A deployment as the last look saw it. `state` is "unknown" when that was too long ago."""

    id: str
    slug: str
    name: str
    url: str
    wanted: str
    state: str
    detail: str
    observed_at: datetime | None
    observed_age_s: float | None
    probe_ms: float | None
    release_number: int | None
    releases: list[ReleaseView]
    template_slug: str
    execution_id: str | None
    clone_url: str
    restarts: int
    created_at: datetime
    team_id: str
    sleep_after_s: int | None
    use: Use


def app_url(slug: str) -> str:
    """Return the address of an app, as the door answers it."""
    config = settings()
    scheme = "https" if config.secure_cookies else "http"
    return f"{scheme}://{slug}.{config.apps_domain}:{config.apps_port}"


def clone_url(slug: str) -> str:
    """Return the address to give to `git clone`."""
    return f"{settings().public_url}/git/{slug}.git"


def list_deployments(
    session: Session,
    actor: Actor,
    *,
    query: str = "",
    template: str = "",
    cursor: str = "",
    limit: int = 25,
    most: int = 0,
) -> Page[DeploymentView]:
    """Return the deployments of the team that the actor works in, newest first.

    `query` is looked for in name and slug.

    What is being deleted is not among them. `most` lifts the limit of 100 for screens that show more at once.
    """
    require(actor, "deployments:read", actor.team_id)
    statement = matching(actor, query=query, template=template)
    page = read_page(session, statement, Deployment, cursor, limit, most)
    serving = releases_of(session, [shown_release_id(row) for row in page.items])
    return Page([view_of(row, serving.get(row.id, [])) for row in page.items], page.next_cursor)


def matching(actor: Actor, *, query: str = "", template: str = "") -> SelectOfScalar[Deployment]:
    """Return the statement for the live deployments of the actor's team that fit."""
    statement = select(Deployment).where(
        col(Deployment.team_id) == actor.team_id,
        col(Deployment.deleted_at).is_(None),
        col(Deployment.wanted) != Wanted.DELETED,
    )
    if template:
        statement = statement.where(col(Deployment.template_slug) == template.replace("\x00", ""))
    if words := query.replace("\x00", "").strip():
        name, slug = col(Deployment.name), col(Deployment.slug)
        statement = statement.where(
            or_(name.icontains(words, autoescape=True), slug.icontains(words, autoescape=True))
        )
    return statement


def get_deployment(session: Session, actor: Actor, deployment_id: str) -> DeploymentView:
    """Return one deployment with its releases, newest first.

    Raises:
        NotFound: no such deployment, deleted, or of another team.
    """
    row = find_deployment(session, actor, "deployments:read", deployment_id)
    statement = (
        select(Release)
        .where(col(Release.deployment_id) == row.id)
        .order_by(col(Release.number).desc())
        .limit(RELEASES_SHOWN)
    )
    return view_of(row, list(session.scalars(statement)))


def find_deployment(
    session: Session, actor: Actor, permission: str, deployment_id: str, *, locked: bool = False
) -> Deployment:
    """Return the row of a live deployment that the actor may use, by its id."""
    row = session.get(Deployment, deployment_id, with_for_update=locked)
    return allowed(actor, permission, row)


def find_by_name(session: Session, actor: Actor, permission: str, name: str) -> Deployment:
    """Return the row of a live deployment that the actor may use, by its slug or id."""
    if name.startswith("depl_"):
        return find_deployment(session, actor, permission, name)
    live = select(Deployment).where(col(Deployment.slug) == name, col(Deployment.deleted_at).is_(None))
    return allowed(actor, permission, session.scalar(live))


def allowed(actor: Actor, permission: str, row: Deployment | None) -> Deployment:
    """Return the row if there is one and the actor may do this with it; of a foreign team reads as not there."""
    if row is None or row.deleted_at is not None:
        raise NotFound(*NO_SUCH)
    require(actor, permission, row.team_id)
    return row


def releases_of(session: Session, release_ids: Iterable[str | None]) -> dict[str, list[Release]]:
    """Return releases by the deployment that they belong to."""
    wanted = [one for one in release_ids if one is not None]
    found: dict[str, list[Release]] = {}
    for release in session.scalars(select(Release).where(col(Release.id).in_(wanted))):
        found.setdefault(release.deployment_id, []).append(release)
    return found


def shown_release_id(row: Deployment) -> str | None:
    """Return the release that serves, or before the first has, the one that shall."""
    return row.observed_release_id or row.wanted_release_id


def view_of(row: Deployment, releases: list[Release]) -> DeploymentView:
    """Return what people see of a row. Of `releases` the serving one gives number and execution."""
    age = age_of(row)
    state, detail = shown_state(row, age)
    shown = next((one for one in releases if one.id == shown_release_id(row)), None)
    return DeploymentView(
        id=row.id,
        slug=row.slug,
        name=row.name,
        url=app_url(row.slug),
        wanted=row.wanted,
        state=state,
        detail=detail,
        observed_at=row.observed_at,
        observed_age_s=None if age is None else round(age, 1),
        probe_ms=row.probe_ms if state == Observed.RUNNING else None,
        release_number=shown.number if shown else None,
        releases=[release_view(one, row) for one in releases],
        template_slug=row.template_slug,
        execution_id=shown.execution_id if shown else None,
        clone_url=clone_url(row.slug),
        restarts=row.restarts,
        created_at=row.created_at,
        team_id=row.team_id,
        sleep_after_s=row.sleep_after_s,
        use=use_of(row, known=state != Observed.UNKNOWN),
    )


def release_view(release: Release, row: Deployment) -> ReleaseView:
    """Return what people see of a release."""
    return ReleaseView(
        id=release.id,
        number=release.number,
        commit=release.commit,
        execution_id=release.execution_id,
        created_at=release.created_at,
        current=release.id == row.observed_release_id,
        refused=str(release.manifest.get("refused", "")),
        kept=release.cleaned_at is None,
    )


def seen_now() -> Label[str]:
    """Return what may be claimed of a row now, in SQL: what the last look saw, unknown when that was too long ago."""
    fresh = col(Deployment.observed_at) >= now() - timedelta(seconds=STALE_S)
    return case((fresh, col(Deployment.observed)), else_=Observed.UNKNOWN.value).label("seen")


def state_of(row: Deployment) -> str:
    """Return the state that may be claimed of a row now."""
    return shown_state(row, age_of(row))[0]


def age_of(row: Deployment) -> float | None:
    """Return how many seconds ago somebody has looked; None when nobody has."""
    return None if row.observed_at is None else max(0.0, (now() - row.observed_at).total_seconds())


def shown_state(row: Deployment, age_s: float | None) -> tuple[str, str]:
    """Return the state that may be claimed now, and a sentence beside it."""
    if row.wanted == Wanted.DELETED:
        return "deleting", row.observed_detail
    if age_s is None:
        return Observed.UNKNOWN, "Nobody has looked at it yet."
    if age_s > STALE_S:
        return (
            Observed.UNKNOWN,
            f"Last seen {row.observed} {age_s:.0f} s ago. The keeper of apps does not answer.",
        )
    return row.observed, row.observed_detail
