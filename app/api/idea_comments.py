"""Comments on ideas. What everybody reads of an idea, a visitor may read what was said about it, too."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CommentId, CurrentActor, IdeaId, Reader
from app.api.cached import TAGGED, cached
from app.api.idempotency import Answer, OnceOnly
from app.api.paging import Cursor, Limit, PageOut
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from services import comments
from services.comments import CommentState, CommentView

router = APIRouter(tags=["Comments"])

SAID: dict[int | str, dict[str, Any]] = {
    201: {
        "description": "It is said.",
        "headers": {"Location": {"description": "The comment's address.", "schema": {"type": "string"}}},
    }
}
WORDS = "Markdown without headings, tables and pictures; 1 to 4,000 characters."


class AnswerOut(BaseModel):
    """What somebody said."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.ANSWER})

    id: str
    idea_id: str
    parent_id: str | None = Field(
        None, description="The comment that it answers; null for one that answers none."
    )
    author_id: str | None = Field(
        None, description="Null where there is no name: deleted, hidden, or the account is."
    )
    author_name: str
    by_author: bool = Field(description="Whether the author of the idea said it.")
    mine: bool
    state: CommentState = Field(
        description="deleted and hidden ones keep their place while there are answers."
    )
    words: str = Field(description="Markdown; empty where only the place is left.")
    created_at: datetime
    edited_at: datetime | None = Field(
        None, description="When it was changed, if later than 15 minutes after it was said."
    )
    answers: int = Field(description="How many answers everybody sees.")


class CommentOut(AnswerOut):
    """A comment with its latest answers."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.COMMENT})

    latest: list[AnswerOut] = Field(description="The last answers, oldest first; `/answers` has all of them.")


class NewComment(BaseModel):
    """What you want to say."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"words": examples.COMMENT["words"], "answer_to": None}}
    )

    words: str = Field(description=WORDS)
    answer_to: str | None = Field(
        default=None, max_length=40, description="The id of the comment that you answer."
    )


class ChangedComment(BaseModel):
    """What you want to have said."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"words": examples.COMMENT["words"]}}
    )

    words: str = Field(description=WORDS)


def shown(view: CommentView) -> CommentOut:
    """Return a comment as it is sent."""
    return CommentOut.model_validate(view)


@router.get(
    "/ideas/{id}/comments",
    summary="List comments on an idea",
    response_model=PageOut[CommentOut],
    responses=TAGGED | problems(404, *READING),
)
def list_idea_comments(
    request: Request,
    actor: Reader,
    id: IdeaId,  # noqa: A002
    cursor: Cursor = "",
    limit: Limit = 25,
) -> Response:
    """Return what was said about an idea, newest first, each with its latest answers."""
    with transaction() as session:
        page = comments.list_comments(session, actor, id, cursor, limit)
    found: PageOut[CommentOut] = PageOut(
        items=[shown(one) for one in page.items], next_cursor=page.next_cursor
    )
    return cached(request, actor, found)


@router.post(
    "/ideas/{id}/comments",
    summary="Comment on an idea",
    status_code=201,
    response_model=CommentOut,
    responses=SAID | problems(404, *WRITING),
)
def write_idea_comment(actor: CurrentActor, once: OnceOnly, id: IdeaId, body: NewComment) -> Response:  # noqa: A002
    """Say something about an idea, or answer what was said. An answer to an answer stands beside it."""

    def say() -> Answer:
        view = comments.write_comment(session, actor, id, body.words, body.answer_to)
        return Answer(201, shown(view), {"Location": f"/api/v1/comments/{view.id}"})

    with transaction() as session:
        return once.answer(session, actor, say)


@router.get("/comments/{id}", summary="Get a comment", responses=problems(404, *READING))
def get_comment(actor: Reader, id: CommentId) -> CommentOut:  # noqa: A002
    """Return the thread that a comment stands in, with the answers since."""
    with transaction() as session:
        return shown(comments.thread_of(session, actor, id))


@router.get("/comments/{id}/answers", summary="List answers to a comment", responses=problems(404, *READING))
def list_comment_answers(
    actor: Reader,
    id: CommentId,  # noqa: A002
    cursor: Cursor = "",
    limit: Limit = 25,
) -> PageOut[AnswerOut]:
    """Return the answers to a comment, newest first."""
    with transaction() as session:
        page = comments.list_answers(session, actor, id, cursor, limit)
    return PageOut(items=[AnswerOut.model_validate(one) for one in page.items], next_cursor=page.next_cursor)


@router.patch("/comments/{id}", summary="Change a comment", responses=problems(404, *WRITING))
def change_comment(actor: CurrentActor, id: CommentId, body: ChangedComment) -> CommentOut:  # noqa: A002
    """Change your own words. Within 15 minutes the change is not marked."""
    with transaction() as session:
        return shown(comments.change_comment(session, actor, id, body.words))


@router.delete(
    "/comments/{id}", summary="Delete a comment", status_code=204, responses=problems(404, *WRITING)
)
def delete_comment(actor: CurrentActor, id: CommentId) -> None:  # noqa: A002
    """Delete your own comment; twice is once. With answers it leaves its place, without words and name."""
    with transaction() as session:
        comments.delete_comment(session, actor, id)


@router.post(
    "/comments/{id}/restore",
    summary="Restore a comment",
    response_model=CommentOut,
    responses=problems(404, *WRITING),
)
def restore_comment(actor: CurrentActor, once: OnceOnly, id: CommentId) -> Response:  # noqa: A002
    """Take back that you deleted a comment, within ten minutes."""
    with transaction() as session:
        return once.answer(
            session, actor, lambda: Answer(200, shown(comments.restore_comment(session, actor, id)))
        )
