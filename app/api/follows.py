"""Following authors: being told when they publish."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import AuthorId, CurrentActor
from app.api.paging import Cursor, Limit, PageOut
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from services import follows

router = APIRouter(tags=["Notifications"])


class FollowOut(BaseModel):
    """How you stand to an author."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.FOLLOW})

    followers: int = Field(description="How many follow this author, you among them or not.")
    following: bool


class FollowedOut(BaseModel):
    """An author whom you follow."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.FOLLOWED})

    author_id: str
    name: str
    followed_at: datetime


@router.put("/authors/{id}/follow", summary="Follow an author", responses=problems(404, 429, *WRITING))
def follow_author(actor: CurrentActor, id: AuthorId) -> FollowOut:  # noqa: A002
    """Be told when an author publishes; twice is once. A key needs `ideas:vote`."""
    with transaction() as session:
        return FollowOut.model_validate(follows.set_follow(session, actor, id, followed=True))


@router.delete(
    "/authors/{id}/follow", summary="Follow an author no longer", responses=problems(404, *WRITING)
)
def leave_author(actor: CurrentActor, id: AuthorId) -> FollowOut:  # noqa: A002
    """Be told no more; twice is once."""
    with transaction() as session:
        return FollowOut.model_validate(follows.set_follow(session, actor, id, followed=False))


@router.get("/following", summary="List whom you follow", responses=problems(*READING))
def list_following(actor: CurrentActor, cursor: Cursor = "", limit: Limit = 25) -> PageOut[FollowedOut]:
    """Return the authors whom you follow, the last one first. A key needs `ideas:read`."""
    with transaction() as session:
        page = follows.list_following(session, actor, cursor, limit)
    return PageOut(
        items=[FollowedOut.model_validate(one) for one in page.items], next_cursor=page.next_cursor
    )
