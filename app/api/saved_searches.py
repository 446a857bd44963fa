"""Saved searches: what you look for again and again."""

from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, SearchId
from app.api.idempotency import Answer, OnceOnly
from app.api.paging import PageOut
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from services import saved_searches
from services.ideas.feed import as_parameters, read_query
from services.saved_searches import SavedSearchView

router = APIRouter(prefix="/saved-searches", tags=["Notifications"])

QUERY = "As `GET /ideas` takes it: q, category, tag, language, least, most, built."


class SearchOut(BaseModel):
    """A search that you keep."""

    model_config = ConfigDict(json_schema_extra={"example": examples.SEARCH})

    id: str
    name: str
    query: dict[str, str] = Field(description=QUERY)
    alert: bool = Field(description="Whether you are told of new ideas that fit.")
    created_at: datetime


class NewSearch(BaseModel):
    """A search to keep."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"name": "Menus", "query": {"q": "menu", "category": "food"}, "alert": True}
        },
    )

    name: str = Field(description="1 to 60 printable characters.")
    query: dict[str, str] = Field(description=QUERY, max_length=20)
    alert: bool = Field(False, description="Whether to be told of new ideas that fit.")


class SearchChange(BaseModel):
    """What to change of a search; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"alert": False}})

    name: str | None = Field(None, description="1 to 60 printable characters.")
    alert: bool | None = Field(None, description="Whether to be told of new ideas that fit.")


def shown(view: SavedSearchView) -> SearchOut:
    """Return a search as the API shows it. Its list is New, so that is not said."""
    query = {name: value for name, value in as_parameters(view.query).items() if name != "tab"}
    return SearchOut(id=view.id, name=view.name, query=query, alert=view.alert, created_at=view.created_at)


@router.get("", summary="List saved searches", responses=problems(*READING))
def list_saved_searches(actor: CurrentActor) -> PageOut[SearchOut]:
    """Return the searches that you keep, by name. There is only ever one page."""
    with transaction() as session:
        found = saved_searches.list_searches(session, actor)
    return PageOut(items=[shown(one) for one in found], next_cursor=None)


@router.post(
    "",
    summary="Save a search",
    status_code=201,
    response_model=SearchOut,
    responses={201: {"description": "It is kept."}, **problems(429, *WRITING)},
)
def save_search(actor: CurrentActor, once: OnceOnly, body: NewSearch) -> Response:
    """Keep a search under a name, 30 at most."""
    query = read_query(body.query)

    def keep() -> Answer:
        return Answer(
            201, shown(saved_searches.save_search(session, actor, body.name, query, alert=body.alert))
        )

    with transaction() as session:
        return once.answer(session, actor, keep)


@router.patch("/{id}", summary="Change a saved search", responses=problems(404, *WRITING))
def change_saved_search(actor: CurrentActor, id: SearchId, body: SearchChange) -> SearchOut:  # noqa: A002
    """Rename a search, or begin or end being told. What was published before you began is not told."""
    with transaction() as session:
        view = saved_searches.get_search(session, actor, id)
        if body.name is not None:
            view = saved_searches.rename_search(session, actor, id, body.name)
        if body.alert is not None:
            view = saved_searches.set_alert(session, actor, id, alert=body.alert)
        return shown(view)


@router.delete("/{id}", summary="Delete a saved search", status_code=204, responses=problems(404, *WRITING))
def delete_saved_search(actor: CurrentActor, id: SearchId) -> None:  # noqa: A002
    """Keep a search no longer."""
    with transaction() as session:
        saved_searches.delete_search(session, actor, id)
