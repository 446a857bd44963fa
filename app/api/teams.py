"""Teams: which there are, made, renamed, deleted."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, TeamId
from app.api.idempotency import Answer, OnceOnly
from app.api.paging import PageOut
from app.api.problem import READING, WRITING, problems
from models.accounts import Role
from models.db import transaction
from services import teams
from services.accounts import Actor

router = APIRouter(prefix="/teams", tags=["Teams"])


class TeamDetailOut(BaseModel):
    """One of your teams."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.TEAM})

    id: str
    name: str
    role: Role = Field(description="Yours.")
    personal: bool = Field(description="Whether it came with an account. Nobody is invited into such a team.")
    chosen: bool = Field(description="Whether this request works in it.")
    members: int
    created_at: datetime


class NewTeam(BaseModel):
    """What to call a team."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"name": "Tea Corner"}})

    name: str = Field(max_length=200, description="1 to 80 characters.")


@router.get("", summary="List teams", responses=problems(*READING))
def list_teams(actor: CurrentActor) -> PageOut[TeamDetailOut]:
    """Return your teams, the personal one first. A key sees the one that it acts in. There is only ever one page."""
    with transaction() as session:
        found = teams.list_teams(session, actor)
    return PageOut(items=[TeamDetailOut.model_validate(one) for one in found], next_cursor=None)


@router.post(
    "",
    summary="Create a team",
    status_code=201,
    response_model=TeamDetailOut,
    responses=problems(*WRITING),
)
def create_team(actor: CurrentActor, once: OnceOnly, body: NewTeam) -> Response:
    """Make a team whose owner you are. Not by a key: that acts in the team in which it was made."""

    def make() -> Answer:
        row = teams.create_team(session, actor, body.name)
        return Answer(201, shown(teams.get_team(session, widened(actor, row.id), row.id)))

    with transaction() as session:
        return once.answer(session, actor, make)


def widened(actor: Actor, team_id: str) -> Actor:
    """Return the actor with the team that it has just made."""
    return replace(actor, roles={**actor.roles, team_id: Role.OWNER})


def shown(view: teams.TeamView) -> TeamDetailOut:
    """Return a team as an answer."""
    return TeamDetailOut.model_validate(view)


@router.get("/{id}", summary="Get a team", responses=problems(404, *READING))
def get_team(actor: CurrentActor, id: TeamId) -> TeamDetailOut:  # noqa: A002
    """Return one of your teams."""
    with transaction() as session:
        return shown(teams.get_team(session, actor, id))


@router.patch("/{id}", summary="Rename a team", responses=problems(404, *WRITING))
def rename_team(actor: CurrentActor, id: TeamId, body: NewTeam) -> TeamDetailOut:  # noqa: A002
    """Give a team another name. Its admins and owners may."""
    with transaction() as session:
        teams.rename_team(session, actor, id, body.name)
        return shown(teams.get_team(session, actor, id))


@router.delete(
    "/{id}", summary="Delete a team", status_code=204, responses=problems(401, 403, 404, 409, 422, 500, 503)
)
def delete_team(
    actor: CurrentActor,
    id: TeamId,  # noqa: A002
    name: Annotated[
        str, Query(max_length=200, description="Its name, to be sure that it is the one you mean.")
    ],
) -> None:
    """Delete a team in which nothing runs any more, with its executions, keys and invitations.

    Its owners may, signed in; a key may not.
    """
    with transaction() as session:
        teams.delete_team(session, actor, id, name)
