"""The signed-in browsers of an account."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, SessionId
from app.api.paging import PageOut
from app.api.problem import READING, problems
from models.db import transaction
from services import sessions

router = APIRouter(prefix="/sessions", tags=["Account"])
ENDING = (401, 403, 404, 422, 500, 503)


class SessionOut(BaseModel):
    """One signed-in browser."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.SESSION})

    id: str
    device: str = Field(description="Browser and system, such as “Firefox on Linux”.")
    address: str = Field(description="The network address it signed in from.")
    created_at: datetime
    last_seen_at: datetime = Field(description="Written down every five minutes at most.")
    expires_at: datetime
    current: bool = Field(description="Whether it is the one that asks.")


@router.get("", summary="List sessions", responses=problems(*READING))
def list_sessions(actor: CurrentActor) -> PageOut[SessionOut]:
    """Return the browsers that are signed in to your account. There is only ever one page."""
    with transaction() as session:
        rows = sessions.list_sessions(session, actor)
    return PageOut(items=[SessionOut.model_validate(row) for row in rows], next_cursor=None)


@router.delete("", summary="End other sessions", status_code=204, responses=problems(*ENDING))
def end_other_sessions(actor: CurrentActor) -> None:
    """Sign every browser of your account out, except the one that asks. Doing it twice is harmless."""
    with transaction() as session:
        sessions.revoke_other_sessions(session, actor)


@router.delete("/{id}", summary="End a session", status_code=204, responses=problems(*ENDING))
def end_session(actor: CurrentActor, id: SessionId) -> None:  # noqa: A002
    """Sign one browser out at once. Doing it twice is harmless."""
    with transaction() as session:
        sessions.revoke_session(session, actor, id)
