"""Ideas: what is for sale in the marketplace. What is published everybody reads, without an account too."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, IdeaId, Reader
from app.api.cached import TAGGED, cached
from app.api.idea_lists import Asked
from app.api.idea_models import CardOut, CardsOut, IdeaChange, IdeaOut, IdeaVersionOut, NewIdea, PaidOut
from app.api.idempotency import Answer, OnceOnly
from app.api.paging import Cursor, Limit, PageOut
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from models.errors import NotSignedIn
from services import ideas
from services.ideas import feed
from services.ideas.feed import Tab, read_query
from services.ideas.search import did_you_mean

router = APIRouter(prefix="/ideas", tags=["Ideas"])
categories_router = APIRouter(prefix="/idea-categories", tags=["Ideas"])

NO_STORE = {"Cache-Control": "private, no-store"}
LOCATION = {"Location": {"description": "The idea's address.", "schema": {"type": "string"}}}
MADE: dict[int | str, dict[str, Any]] = {201: {"description": "It is published.", "headers": LOCATION}}


class CategoryOut(BaseModel):
    """A shelf of the marketplace."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.CATEGORY})

    slug: str
    name: str
    premium: bool = Field(description="Whether a moderator looks at what enters it.")
    least_price_cents: int


@categories_router.get("", summary="List categories of ideas", responses=problems(*READING))
def list_idea_categories(actor: Reader) -> PageOut[CategoryOut]:
    """Return what ideas are filed under. There is only ever one page."""
    items = [CategoryOut.model_validate(one) for one in ideas.CATEGORIES]
    return PageOut(items=items, next_cursor=None)


@router.get("", summary="List ideas", response_model=CardsOut, responses=TAGGED | problems(404, *READING))
def list_ideas(
    request: Request, actor: Reader, asked: Asked, cursor: Cursor = "", limit: Limit = 25
) -> Response:
    """Return ideas as the marketplace shows them. With `q` the list is a search, the best first.

    The pages of one list hold each idea once and leave none out, also while votes arrive.
    """
    query = read_query(asked)
    if query.tab == Tab.MINE and actor is None:
        raise NotSignedIn("Sign in, or send an API key, to list your own ideas.")
    with transaction() as session:
        page = feed.list_ideas(session, actor, query, cursor, limit)
        nothing = bool(query.words) and not page.items and not cursor
        meant = did_you_mean(session, query.words) if nothing else ""
    items = [CardOut.model_validate(one) for one in page.items]
    return cached(request, actor, CardsOut(items=items, next_cursor=page.next_cursor, did_you_mean=meant))


@router.get(
    "/{id}", summary="Get an idea", response_model=IdeaOut, responses=TAGGED | problems(404, *READING)
)
def get_idea(request: Request, actor: Reader, id: IdeaId) -> Response:  # noqa: A002
    """Return one idea as everybody may read it. What it sells is at `/paid`."""
    with transaction() as session:
        found = IdeaOut.model_validate(ideas.get_idea(session, actor, id))
    return cached(request, actor, found)


@router.get("/{id}/paid", summary="Read what an idea sells", responses=problems(404, *READING))
def get_idea_paid(actor: CurrentActor, id: IdeaId, response: Response) -> PaidOut:  # noqa: A002
    """Return the paid part, to its author's side and to whoever bought it; each buyer gets a copy of their own.

    A key needs `ideas:read` for what its team wrote, `purchases:read` for what its person bought.
    """
    response.headers.update(NO_STORE)
    with transaction() as session:
        return PaidOut.model_validate(ideas.read_paid(session, actor, id))


@router.get("/{id}/versions", summary="List versions of an idea", responses=problems(404, *READING))
def list_idea_versions(actor: Reader, id: IdeaId) -> PageOut[IdeaVersionOut]:  # noqa: A002
    """Return every state that was published, newest first. There is only ever one page."""
    with transaction() as session:
        found = ideas.list_versions(session, actor, id)
    return PageOut(items=[IdeaVersionOut.model_validate(one) for one in found], next_cursor=None)


def made(view: ideas.IdeaView) -> Answer:
    """Return the answer for an idea that is there now."""
    return Answer(201, IdeaOut.model_validate(view), {"Location": f"/api/v1/ideas/{view.id}"})


@router.post(
    "",
    summary="Submit an idea",
    status_code=201,
    response_model=IdeaOut,
    responses=MADE | problems(404, *WRITING),
)
def submit_idea(actor: CurrentActor, once: OnceOnly, body: NewIdea) -> Response:
    """Publish an idea. Every field that cannot be used is named in `errors`, all at once."""
    with transaction() as session:
        return once.answer(session, actor, lambda: made(ideas.submit_idea(session, actor, body.fields())))


@router.patch("/{id}", summary="Change an idea", responses=problems(404, *WRITING))
def change_idea(actor: CurrentActor, id: IdeaId, body: IdeaChange) -> IdeaOut:  # noqa: A002
    """Publish a new version in which only the fields that were sent are different. The same again changes nothing."""
    with transaction() as session:
        return IdeaOut.model_validate(ideas.change_some(session, actor, id, body.fields()))


@router.post(
    "/{id}/unpublish", summary="Unpublish an idea", response_model=IdeaOut, responses=problems(404, *WRITING)
)
def unpublish_idea(actor: CurrentActor, once: OnceOnly, id: IdeaId) -> Response:  # noqa: A002
    """Take an idea out of every list. Its buyers keep reading it."""
    with transaction() as session:
        return once.answer(session, actor, lambda: moved(ideas.unpublish(session, actor, id)))


@router.post(
    "/{id}/publish",
    summary="Publish an idea again",
    response_model=IdeaOut,
    responses=problems(404, *WRITING),
)
def publish_idea(actor: CurrentActor, once: OnceOnly, id: IdeaId) -> Response:  # noqa: A002
    """Put an idea back that its author had taken out. Its age goes on from its first day."""
    with transaction() as session:
        return once.answer(session, actor, lambda: moved(ideas.publish_again(session, actor, id)))


def moved(view: ideas.IdeaView) -> Answer:
    """Return the answer for an idea in another state."""
    return Answer(200, IdeaOut.model_validate(view))
