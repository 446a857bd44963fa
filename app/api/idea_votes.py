"""Votes: one an account, taken back as easily."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, IdeaId
from app.api.paging import Cursor, Limit, PageOut
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from services import votes
from services.ideas import voted

router = APIRouter(tags=["Ideas"])


class VoteOut(BaseModel):
    """How an idea stands after you voted."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.VOTE})

    count: int = Field(description="Its votes now, yours among them or not.")
    voted: bool = Field(description="Whether one of them is yours.")


class MyVoteOut(BaseModel):
    """One of your votes."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.MY_VOTE})

    idea_id: str
    title: str
    voted_at: datetime


@router.put("/ideas/{id}/vote", summary="Vote for an idea", responses=problems(404, *WRITING))
def cast_vote(actor: CurrentActor, id: IdeaId) -> VoteOut:  # noqa: A002
    """Vote for an idea; twice is once. Your own and your team's are refused."""
    with transaction() as session:
        return VoteOut.model_validate(votes.set_vote(session, actor, id, voted=True))


@router.delete("/ideas/{id}/vote", summary="Take a vote back", responses=problems(404, *WRITING))
def take_vote_back(actor: CurrentActor, id: IdeaId) -> VoteOut:  # noqa: A002
    """Take your vote back; twice is once."""
    with transaction() as session:
        return VoteOut.model_validate(votes.set_vote(session, actor, id, voted=False))


@router.get("/votes", summary="List your votes", responses=problems(404, *READING))
def list_votes(actor: CurrentActor, cursor: Cursor = "", limit: Limit = 25) -> PageOut[MyVoteOut]:
    """Return what you have voted for and can still see, newest idea first."""
    with transaction() as session:
        page = voted.list_votes(session, actor, cursor, limit)
    return PageOut(items=[MyVoteOut.model_validate(one) for one in page.items], next_cursor=page.next_cursor)
