"""Reviews of ideas, by who has bought them."""

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, IdeaId, Reader, ReviewId
from app.api.cached import TAGGED, cached
from app.api.idea_comments import WORDS
from app.api.paging import Cursor, Limit, PageOut
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from models.errors import NotFound
from models.reviews import LEAST, MOST
from services import reviews
from services.reviews import ReviewFields, ReviewState

router = APIRouter(tags=["Reviews"])

SCALE = f"From {LEAST} to {MOST}."


class ReplyOut(BaseModel):
    """What the author of the idea replied."""

    model_config = ConfigDict(from_attributes=True)

    author_name: str
    words: str = Field(description="Markdown.")
    created_at: datetime
    edited_at: datetime | None = None


class ReviewOut(BaseModel):
    """What a buyer says of an idea."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.REVIEW})

    id: str
    idea_id: str
    author_id: str | None = Field(None, description="Who reviewed it; null where the account is gone.")
    author_name: str
    mine: bool
    state: ReviewState = Field(
        description="Only shown ones count; the others you read because they are yours."
    )
    version_number: int = Field(description="Of which version of the idea it speaks.")
    clarity: int = Field(description=SCALE)
    novelty: int = Field(description=SCALE)
    feasibility: int = Field(description=SCALE)
    would_build: bool
    words: str = Field(description="Markdown, or empty.")
    helpful: int = Field(description="How many people found it helpful.")
    marked: bool = Field(description="Whether you did.")
    created_at: datetime
    edited_at: datetime | None = None
    reply: ReplyOut | None = Field(None, description="What the author of the idea replied.")


class AveragesOut(BaseModel):
    """What all reviews of an idea say. Means are told from three reviews on."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.AVERAGES})

    count: int
    clarity: float | None = None
    novelty: float | None = None
    feasibility: float | None = None
    would_build: float | None = Field(None, description="The share who would build it, from 0 to 1.")


class ReviewsOut(PageOut[ReviewOut]):
    """One page of reviews, and what all of them say."""

    averages: AveragesOut


class NewReview(BaseModel):
    """What you say of an idea that you have bought."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": examples.NEW_REVIEW})

    clarity: int = Field(description=f"How clearly it is told. {SCALE}")
    novelty: int = Field(description=f"How new it is. {SCALE}")
    feasibility: int = Field(description=f"How well it can be built. {SCALE}")
    would_build: bool = Field(description="Whether you would build it.")
    words: str = Field(default="", description=WORDS.replace("1 to", "up to"))


class NewReply(BaseModel):
    """What you say to a review of your idea."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"words": "Thank you."}})

    words: str = Field(description=WORDS)


@router.get(
    "/ideas/{id}/reviews",
    summary="List reviews of an idea",
    response_model=ReviewsOut,
    responses=TAGGED | problems(404, *READING),
)
def list_idea_reviews(
    request: Request,
    actor: Reader,
    id: IdeaId,  # noqa: A002
    cursor: Cursor = "",
    limit: Limit = 25,
) -> Response:
    """Return what buyers say of an idea, newest first."""
    with transaction() as session:
        page = reviews.list_reviews(session, actor, id, cursor, limit)
        averages = AveragesOut.model_validate(reviews.averages_of(session, actor, id))
    items = [ReviewOut.model_validate(one) for one in page.items]
    return cached(request, actor, ReviewsOut(items=items, next_cursor=page.next_cursor, averages=averages))


@router.get("/ideas/{id}/review", summary="Get your review of an idea", responses=problems(404, *READING))
def get_my_review(actor: CurrentActor, id: IdeaId) -> ReviewOut:  # noqa: A002
    """Return what you have said of an idea, whether it counts or not."""
    with transaction() as session:
        found = reviews.my_review(session, actor, id)
    if found is None:
        raise NotFound("You have not reviewed this idea.")
    return ReviewOut.model_validate(found)


@router.put("/ideas/{id}/review", summary="Review an idea", responses=problems(404, *WRITING))
def write_my_review(actor: CurrentActor, id: IdeaId, body: NewReview) -> ReviewOut:  # noqa: A002
    """Say what you think of an idea that you have bought, or change what you said. Doing it twice changes nothing."""
    fields = ReviewFields(**body.model_dump())
    with transaction() as session:
        return ReviewOut.model_validate(reviews.write_review(session, actor, id, fields))


@router.delete(
    "/ideas/{id}/review", summary="Withdraw your review", status_code=204, responses=problems(404, *WRITING)
)
def withdraw_my_review(actor: CurrentActor, id: IdeaId) -> None:  # noqa: A002
    """Take your review back; twice is once. It counts no more, and can be given again."""
    with transaction() as session:
        reviews.withdraw_review(session, actor, id)


@router.get("/reviews/{id}", summary="Get a review", responses=problems(404, *READING))
def get_review(actor: Reader, id: ReviewId) -> ReviewOut:  # noqa: A002
    """Return one review."""
    with transaction() as session:
        return ReviewOut.model_validate(reviews.get_review(session, actor, id))


@router.put("/reviews/{id}/reply", summary="Reply to a review", responses=problems(404, *WRITING))
def write_review_reply(actor: CurrentActor, id: ReviewId, body: NewReply) -> ReviewOut:  # noqa: A002
    """Reply to a review of your own idea, or change the reply. Doing it twice changes nothing."""
    with transaction() as session:
        return ReviewOut.model_validate(reviews.write_reply(session, actor, id, body.words))


@router.delete(
    "/reviews/{id}/reply", summary="Delete a reply", status_code=204, responses=problems(404, *WRITING)
)
def delete_review_reply(actor: CurrentActor, id: ReviewId) -> None:  # noqa: A002
    """Delete your reply to a review; twice is once."""
    with transaction() as session:
        reviews.delete_reply(session, actor, id)


@router.put("/reviews/{id}/helpful", summary="Find a review helpful", responses=problems(404, *WRITING))
def mark_review(actor: CurrentActor, id: ReviewId) -> ReviewOut:  # noqa: A002
    """Say that somebody else's review helped you; twice is once."""
    with transaction() as session:
        return ReviewOut.model_validate(reviews.set_helpful(session, actor, id, helpful=True))


@router.delete("/reviews/{id}/helpful", summary="Take a mark back", responses=problems(404, *WRITING))
def unmark_review(actor: CurrentActor, id: ReviewId) -> ReviewOut:  # noqa: A002
    """Take back that a review helped you; twice is once."""
    with transaction() as session:
        return ReviewOut.model_validate(reviews.set_helpful(session, actor, id, helpful=False))
