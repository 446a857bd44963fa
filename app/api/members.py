"""Members of a team and their roles."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, MemberId, TeamId
from app.api.paging import PageOut
from app.api.problem import READING, WRITING, problems
from models.accounts import Role
from models.db import transaction
from services import teams

router = APIRouter(prefix="/teams/{id}/members", tags=["Teams"])


class MemberOut(BaseModel):
    """One member of a team."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.MEMBER})

    user_id: str
    name: str
    email: str
    role: Role
    since: datetime
    you: bool = Field(description="Whether this is who asks.")


class NewRole(BaseModel):
    """What a member shall be."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"role": "admin"}})

    role: Role


@router.get("", summary="List members", responses=problems(404, *READING))
def list_members(actor: CurrentActor, id: TeamId) -> PageOut[MemberOut]:  # noqa: A002
    """Return the members of a team, owners first. There is only ever one page."""
    with transaction() as session:
        found = teams.list_members(session, actor, id)
    return PageOut(items=[MemberOut.model_validate(one) for one in found], next_cursor=None)


@router.patch("/{user_id}", summary="Change a member's role", responses=problems(404, *WRITING))
def change_member_role(actor: CurrentActor, id: TeamId, user_id: MemberId, body: NewRole) -> MemberOut:  # noqa: A002
    """Give a member another role. Admins change everybody but owners; a team always keeps an owner."""
    with transaction() as session:
        return MemberOut.model_validate(teams.change_role(session, actor, id, user_id, body.role))


@router.delete(
    "/{user_id}",
    summary="Remove a member",
    status_code=204,
    responses=problems(401, 403, 404, 409, 422, 500, 503),
)
def remove_member(actor: CurrentActor, id: TeamId, user_id: MemberId) -> None:  # noqa: A002
    """Take a member out of a team, or leave it oneself. What the member made stays; keys made there end."""
    with transaction() as session:
        teams.remove_member(session, actor, id, user_id)
