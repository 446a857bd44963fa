"""What moderators are told of ideas that resemble others, and of accounts that vote as one."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, IdeaId, RingId
from app.api.idempotency import Answer, OnceOnly
from app.api.paging import Cursor, Limit, PageOut
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from models.rings import RingState
from services.ideas.likeness.findings import list_likenesses
from services.ideas.rings import cases, listing

router = APIRouter(prefix="/ideas", tags=["Moderation"])
rings_router = APIRouter(prefix="/vote-rings", tags=["Moderation"])


class LikenessOut(BaseModel):
    """An earlier idea that one resembles: how much, and none of the words."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.LIKENESS})

    other_id: str
    other_title: str
    other_author_id: str
    other_version: int
    version: int = Field(description="The version that was compared.")
    score: float = Field(description="From 0 to 1; from 0.85 on the idea is held.")
    share: float = Field(description="The part of the words that stand in both, what is sold included.")
    public_share: float = Field(description="The same of what everybody reads alone.")
    words: int = Field(description="How many words stand in both.")
    passages: int = Field(description="In how many passages of eight words and more.")
    longest: int = Field(description="The longest of them, in words.")
    in_order: bool = Field(description="Whether they follow each other as they do in the earlier idea.")
    bought: bool = Field(description="Whether its author had bought the earlier idea.")
    found_at: datetime
    cleared_at: datetime | None = Field(description="When a moderator found nothing wrong with that much.")


class RingIdeaOut(BaseModel):
    """An idea that a ring has voted for."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    votes: int = Field(description="By how many of the ring's accounts.")


class RingOut(BaseModel):
    """Accounts that vote as one: how many, and by which signs. Who they are is not told."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.RING})

    id: str
    state: RingState = Field(
        description="suspected: one sign, the votes count. stopped: they count no more. cleared: they count."
    )
    accounts: int
    signs: dict[str, int] = Field(
        description="How many accounts bear each sign: same_ideas, same_times, same_places."
    )
    ideas: list[RingIdeaOut]
    found_at: datetime
    seen_at: datetime = Field(description="The last night in which it was found.")
    decided_at: datetime | None = Field(description="When a moderator decided.")


@router.get("/{id}/likeness", summary="List what an idea is like", responses=problems(404, *READING))
def get_idea_likeness(actor: CurrentActor, id: IdeaId) -> PageOut[LikenessOut]:  # noqa: A002
    """Return the earlier ideas of others that an idea resembles, the nearest first. Operator only; one page."""
    with transaction() as session:
        found = list_likenesses(session, actor, id)
        items = [LikenessOut.model_validate(one) for one in found]
    return PageOut(items=items, next_cursor=None)


@rings_router.get("", summary="List vote rings", responses=problems(*READING))
def list_vote_rings(actor: CurrentActor, cursor: Cursor = "", limit: Limit = 25) -> PageOut[RingOut]:
    """Return what the nightly search has found, what was seen last first. Operator only."""
    with transaction() as session:
        page = listing.list_rings(session, actor, cursor, limit)
        items = [RingOut.model_validate(one) for one in page.items]
    return PageOut(items=items, next_cursor=page.next_cursor)


@rings_router.post(
    "/{id}/stop", summary="Stop a ring's votes", response_model=RingOut, responses=problems(404, *WRITING)
)
def stop_vote_ring(actor: CurrentActor, once: OnceOnly, id: RingId) -> Response:  # noqa: A002
    """Count the votes of a ring no more. Operator only; twice is once."""

    def stop() -> Answer:
        cases.confirm(session, actor, id)
        return Answer(200, RingOut.model_validate(listing.get_ring(session, actor, id)))

    with transaction() as session:
        return once.answer(session, actor, stop)


@rings_router.post(
    "/{id}/clear", summary="Count a ring's votes", response_model=RingOut, responses=problems(404, *WRITING)
)
def clear_vote_ring(actor: CurrentActor, once: OnceOnly, id: RingId) -> Response:  # noqa: A002
    """Count the votes of a ring again: nothing was wrong, or an appeal was granted. Operator only; twice is once."""

    def clear() -> Answer:
        cases.clear(session, actor, id)
        return Answer(200, RingOut.model_validate(listing.get_ring(session, actor, id)))

    with transaction() as session:
        return once.answer(session, actor, clear)
