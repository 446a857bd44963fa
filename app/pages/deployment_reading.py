"""What a deployment's page shows when it is opened, read in one transaction; and a change of it, in one more."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from app.components.toast import say
from app.session import for_visitor
from models.errors import IdeasmithError
from services import deployments, ratings
from services.accounts import Actor


@dataclass(frozen=True)
class Care:
    """A deployment with its last day."""

    view: deployments.DeploymentView
    quarters: list[deployments.Quarter]


@dataclass(frozen=True)
class Opened:
    """What stands above the tabs and in the first one."""

    care: Care
    rating: ratings.RatingView | None  # None for who has no say in it


def find_opened(session: Session, actor: Actor | None, deployment_id: str) -> Opened | None:
    """Return what is shown at first; None for a visitor.

    Raises:
        NotFound: no such deployment, or of another team.
    """
    care = find_care(session, actor, deployment_id)
    return None if care is None else Opened(care, find_rating(session, actor, deployment_id))


def find_care(session: Session, actor: Actor | None, deployment_id: str) -> Care | None:
    """Return a deployment and its last day; None for a visitor."""
    if actor is None:
        return None
    view = deployments.get_deployment(session, actor, deployment_id)
    return Care(view, list(deployments.last_day(session, actor, deployment_id)))


def find_rating(session: Session, actor: Actor | None, deployment_id: str) -> ratings.RatingView | None:
    """Return what was said; None for a visitor and for who has no say in it."""
    try:
        return ratings.get_rating(session, actor, deployment_id) if actor else None
    except IdeasmithError:
        return None  # the page itself says why it cannot be read


def find_view(session: Session, actor: Actor | None, deployment_id: str) -> deployments.DeploymentView | None:
    """Return a deployment; None for a visitor."""
    return deployments.get_deployment(session, actor, deployment_id) if actor else None


async def changed(state: rx.State, service: Callable[..., Any], *arguments: Any) -> bool:
    """Let a service change something for who is behind an event, and say whether it did; a refusal is shown."""

    def call(session: Session, actor: Actor | None) -> bool:
        if actor is not None:
            service(session, actor, *arguments)
        return actor is not None

    try:
        return await for_visitor(state, call)
    except IdeasmithError as error:
        await say(state, error.message, "failed")
        return False
