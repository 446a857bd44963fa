"""Drafts: ideas while they are written, for their author alone."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, DraftId, IdeaId
from app.api.idea_models import IdeaOut
from app.api.ideas import LOCATION, made
from app.api.idempotency import Answer, OnceOnly
from app.api.paging import PageOut
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from services import ideas

router = APIRouter(prefix="/idea-drafts", tags=["Ideas"])
change_router = APIRouter(prefix="/ideas", tags=["Ideas"])

BEGUN: dict[int | str, dict[str, Any]] = {201: {"description": "It is kept.", "headers": LOCATION}}
LONGEST_TITLE = 80


class DraftOut(BaseModel):
    """One draft, without its texts."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.DRAFT})

    id: str
    idea_id: str | None = Field(None, description="The idea that it changes; null for a new one.")
    title: str
    revision: int = Field(description="Raised by each save.")
    created_at: datetime
    changed_at: datetime


class WholeDraftOut(DraftOut):
    """One draft as it was left."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.WHOLE_DRAFT})

    fields: dict[str, Any] = Field(description="What was typed, whatever is still wrong with it.")


class DraftIn(BaseModel):
    """What was typed so far."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"fields": {"title": "Menu translator"}, "revision": 3}}
    )

    fields: dict[str, Any] = Field(description="As an idea has them; anything may be missing or wrong yet.")
    revision: int | None = Field(
        default=None,
        ge=-(2**31),
        lt=2**31,
        description="The one that you have read: a draft that was saved meanwhile is then not overwritten (409).",
    )


def shown(view: ideas.DraftView) -> DraftOut:
    """Return a draft as it is listed."""
    return DraftOut(**of_row(view))


def of_row(view: ideas.DraftView) -> dict[str, Any]:
    """Return what every form of a draft has."""
    title = view.fields.get("title")
    return {
        "id": view.id, "idea_id": view.idea_id, "revision": view.revision, "created_at": view.created_at,
        "changed_at": view.changed_at, "title": title[:LONGEST_TITLE] if isinstance(title, str) else "",
    }  # fmt: skip


@router.get("", summary="List drafts", responses=problems(*READING))
def list_idea_drafts(actor: CurrentActor) -> PageOut[DraftOut]:
    """Return your drafts, last changed first, without their texts. There is only ever one page."""
    with transaction() as session:
        found = ideas.list_drafts(session, actor)
    return PageOut(items=[shown(one) for one in found], next_cursor=None)


@router.post(
    "",
    summary="Begin a draft",
    status_code=201,
    response_model=DraftOut,
    responses=BEGUN | problems(404, *WRITING),
)
def create_idea_draft(actor: CurrentActor, once: OnceOnly, body: DraftIn) -> Response:
    """Keep what was typed of a new idea. Nobody else reads it."""
    with transaction() as session:
        return once.answer(session, actor, lambda: begun(ideas.save_draft(session, actor, body.fields)))


def begun(view: ideas.DraftView) -> Answer:
    """Return the answer for a draft that is kept now."""
    return Answer(201, shown(view), {"Location": f"/api/v1/idea-drafts/{view.id}"})


@change_router.post(
    "/{id}/draft",
    summary="Begin a change of an idea",
    status_code=201,
    response_model=DraftOut,
    responses=BEGUN | problems(404, *WRITING),
)
def begin_change(actor: CurrentActor, once: OnceOnly, id: IdeaId) -> Response:  # noqa: A002
    """Return the draft that changes an idea of yours, begun from what is published when there is none."""
    with transaction() as session:
        return once.answer(session, actor, lambda: begun(ideas.draft_of_change(session, actor, id)))


@router.get("/{id}", summary="Get a draft", responses=problems(404, *READING))
def get_idea_draft(actor: CurrentActor, id: DraftId, response: Response) -> WholeDraftOut:  # noqa: A002
    """Return a draft of yours as you left it."""
    response.headers["Cache-Control"] = "private, no-store"
    with transaction() as session:
        view = ideas.get_draft(session, actor, id)
    return WholeDraftOut(**of_row(view), fields=view.fields)


@router.put("/{id}", summary="Save a draft", responses=problems(404, *WRITING))
def save_idea_draft(actor: CurrentActor, id: DraftId, body: DraftIn) -> DraftOut:  # noqa: A002
    """Keep what was typed instead of what was kept before."""
    with transaction() as session:
        return shown(ideas.save_draft(session, actor, body.fields, draft_id=id, revision=body.revision))


@router.delete("/{id}", summary="Discard a draft", status_code=204, responses=problems(404, *WRITING))
def discard_idea_draft(actor: CurrentActor, id: DraftId) -> None:  # noqa: A002
    """Throw a draft away."""
    with transaction() as session:
        ideas.discard_draft(session, actor, id)


@router.post(
    "/{id}/publish", summary="Publish a draft", response_model=IdeaOut, responses=problems(404, *WRITING)
)
def publish_idea_draft(actor: CurrentActor, once: OnceOnly, id: DraftId) -> Response:  # noqa: A002
    """Publish what a draft holds: a new idea, or a new version of the one that it changes. The draft goes."""

    def publish() -> Answer:
        draft = ideas.get_draft(session, actor, id)
        if draft.idea_id is None:
            view = ideas.submit_idea(session, actor, draft.fields, draft_id=id)
        else:
            view = ideas.change_idea(session, actor, draft.idea_id, draft.fields, draft_id=id)
        return Answer(200, IdeaOut.model_validate(view), made(view).headers)

    with transaction() as session:
        return once.answer(session, actor, publish)
