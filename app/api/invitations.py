"""Invitations into a team, by mail."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, InvitationId, TeamId
from app.api.idempotency import Answer, OnceOnly
from app.api.paging import PageOut
from app.api.problem import READING, WRITING, problems
from models.accounts import Role
from models.db import transaction
from services import teams

router = APIRouter(tags=["Teams"])


class InvitationOut(BaseModel):
    """One open invitation. Its link is only in the mail."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.INVITATION})

    id: str
    email: str
    role: Role
    invited_by: str = Field(description="The name of who invited last.")
    created_at: datetime = Field(description="When it was sent last.")
    expires_at: datetime
    expired: bool = Field(description="Whether its link has ended; it can be sent again.")


class NewInvitation(BaseModel):
    """Whom to invite as what."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"email": "alan@example.com", "role": "viewer"}}
    )

    email: str = Field(max_length=300, description="With or without an account here.")
    role: Role = Field(default=Role.MEMBER, description="Only owners invite owners.")


@router.get("/teams/{id}/invitations", summary="List invitations", responses=problems(404, *READING))
def list_invitations(actor: CurrentActor, id: TeamId) -> PageOut[InvitationOut]:  # noqa: A002
    """Return the open invitations of a team, newest first, to its admins. There is only ever one page."""
    with transaction() as session:
        found = teams.list_invitations(session, actor, id)
    return PageOut(items=[InvitationOut.model_validate(one) for one in found], next_cursor=None)


@router.post(
    "/teams/{id}/invitations",
    summary="Invite somebody",
    status_code=201,
    response_model=InvitationOut,
    responses=problems(404, *WRITING),
)
def create_invitation(actor: CurrentActor, once: OnceOnly, id: TeamId, body: NewInvitation) -> Response:  # noqa: A002
    """Send an invitation that works for seven days. Inviting again sends a fresh link with the new role."""

    def make() -> Answer:
        made = teams.invite(session, actor, id, body.email, body.role)
        return Answer(201, InvitationOut.model_validate(made))

    with transaction() as session:
        return once.answer(session, actor, make)


@router.post(
    "/invitations/{id}/resend",
    summary="Send an invitation again",
    response_model=InvitationOut,
    responses=problems(404, *WRITING),
)
def resend_invitation(actor: CurrentActor, once: OnceOnly, id: InvitationId) -> Response:  # noqa: A002
    """Send a fresh link for seven more days; the one before ends. At most once a minute."""

    def make() -> Answer:
        return Answer(200, InvitationOut.model_validate(teams.resend(session, actor, id)))

    with transaction() as session:
        return once.answer(session, actor, make)


@router.delete(
    "/invitations/{id}",
    summary="Take an invitation back",
    status_code=204,
    responses=problems(401, 403, 404, 409, 422, 500, 503),
)
def revoke_invitation(actor: CurrentActor, id: InvitationId) -> None:  # noqa: A002
    """End an open invitation: its link opens nothing any more."""
    with transaction() as session:
        teams.revoke(session, actor, id)
