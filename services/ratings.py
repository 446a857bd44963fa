"""Ratings: a live application asks its owner once how well it does what they wanted."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.accounts import Role
from models.clock import now
from models.deployments import Deployment, Observed
from models.errors import Conflict, FieldError, InvalidInput, NotAllowed
from models.executions import Execution, State
from models.ratings import LONGEST_WORDS, Rating
from services import audit
from services.accounts import Actor
from services.deployments.views import find_deployment

STARS = range(1, 6)


@dataclass(frozen=True, slots=True)
class RatingView:
    """What was said about a deployment. `stars` is None while nothing was, or when the question was skipped.

    `ask` says that the actor is to be asked now: live for the first time, and neither answered nor skipped.
    """

    deployment_id: str
    stars: int | None
    words: str
    skipped: bool
    may_rate: bool
    ask: bool
    changed_at: datetime | None


def get_rating(session: Session, actor: Actor, deployment_id: str) -> RatingView:
    """Return what was said about a deployment, to whoever may see it.

    Raises:
        NotFound: no such deployment, or of another team.
    """
    deployment = find_deployment(session, actor, "deployments:read", deployment_id)
    return view_of(session, actor, deployment)


def rate(
    session: Session, actor: Actor, deployment_id: str, stars: int | None, words: str = ""
) -> RatingView:
    """Store or change what its owner says about a deployment. Without stars the question is skipped for good.

    Skipping what was rated before changes nothing.

    Raises:
        NotFound: no such deployment, or of another team.
        NotAllowed: neither its maker nor an owner of its team.
        Conflict: it has not been live yet.
        InvalidInput: stars outside 1 to 5, or words that are too long.
    """
    deployment = find_deployment(session, actor, "deployments:write", deployment_id, locked=True)
    if not is_owner(actor, deployment):
        raise NotAllowed("Only who launched it, or an owner of its team, may rate it.", "not_the_owner")
    if not has_been_live(session, deployment):
        raise Conflict("It has not been live yet. Rate it once it answers.", "not_live_yet")
    said = checked(stars, words)
    row = find_row(session, deployment.id)
    if row is None:
        row = Rating(
            deployment_id=deployment.id,
            team_id=deployment.team_id,
            user_id=actor.user_id,
            template_slug=deployment.template_slug,
        )
        session.add(row)
    elif stars is None or (row.stars, row.words) == (stars, said):
        return view_of(session, actor, deployment)
    row.stars, row.words, row.user_id, row.changed_at = stars, said, actor.user_id, now()
    session.flush()
    action = "rating.skipped" if stars is None else "rating.given"
    audit.record(
        session, actor, action, row.id, row.team_id, {"deployment_id": deployment.id, "stars": stars}
    )
    return view_of(session, actor, deployment)


def checked(stars: int | None, words: str) -> str:
    """Return the words to store, or raise with every field that cannot be used."""
    said, wrong = " ".join(words.split()), []
    if stars is not None and stars not in STARS:
        wrong.append(FieldError("/stars", "Choose 1 to 5."))
    if len(said) > LONGEST_WORDS or not said.isprintable():
        wrong.append(FieldError("/words", f"Use at most {LONGEST_WORDS} printable characters."))
    if wrong:
        raise InvalidInput(wrong[0].message, "invalid_rating", fields=wrong)
    return "" if stars is None else said


def view_of(session: Session, actor: Actor, deployment: Deployment) -> RatingView:
    """Return what the actor sees."""
    row = find_row(session, deployment.id)
    mine = is_owner(actor, deployment)
    return RatingView(
        deployment_id=deployment.id,
        stars=row.stars if row else None,
        words=row.words if row else "",
        skipped=row is not None and row.stars is None,
        may_rate=mine,
        ask=mine and row is None and has_been_live(session, deployment),
        changed_at=row.changed_at if row else None,
    )


def find_row(session: Session, deployment_id: str) -> Rating | None:
    """Return the one answer for a deployment."""
    return session.scalars(select(Rating).where(col(Rating.deployment_id) == deployment_id)).one_or_none()


def is_owner(actor: Actor, deployment: Deployment) -> bool:
    """Whether it is this person's to judge: what the command line launched belongs to the owners of its team."""
    return deployment.user_id == actor.user_id or actor.roles.get(deployment.team_id) == Role.OWNER


def has_been_live(session: Session, deployment: Deployment) -> bool:
    """Whether it was ever seen to work: by its probe now, or by the last step of an execution."""
    if deployment.observed == Observed.RUNNING:
        return True
    verified = select(Execution.id).where(
        col(Execution.deployment_id) == deployment.id, col(Execution.state) == State.SUCCEEDED
    )
    return session.scalars(verified.limit(1)).first() is not None
