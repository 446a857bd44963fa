"""Templates made of ideas: what an author has mapped to a template's options for everybody to launch."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, IdeaId, IdeaTemplateId, Reader
from app.api.paging import Cursor, Limit, PageOut
from app.api.problem import READING, WRITING, problems
from app.api.under import fields_under
from models.db import transaction
from models.errors import NotFound
from services import catalog, idea_templates

router = APIRouter(tags=["Ideas"])

OfTemplate = Annotated[str, Query(max_length=60, description="Only of this template, by its slug.")]


class IdeaTemplateOut(BaseModel):
    """A template made of an idea. Launch it with `template`, `config` and `idea_template_id`."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.IDEA_TEMPLATE})

    id: str
    idea_id: str
    idea_title: str
    author_id: str
    author_name: str
    template_slug: str
    template_name: str
    title: str
    words: str
    config: dict[str, Any] = Field(description="The options that differ from the template's defaults.")
    builds: int = Field(description="Executions that others launched from it and that succeeded.")
    mine: bool
    created_at: datetime


class NewIdeaTemplate(BaseModel):
    """What an idea becomes. All of it is public."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"template": "landing", "config": examples.CONFIG, "title": "Menu kit"}
        },
    )

    template: str = Field(max_length=60, description="The template's slug.")
    config: dict[str, Any] = Field(
        default={}, description="Options of the template by name. Addresses of mail are left out."
    )
    title: str = Field(
        default="", max_length=200, description="At most 80 characters; the idea's when empty."
    )
    words: str = Field(
        default="", max_length=400, description="At most 200 characters; the promise when empty."
    )


@router.get("/idea-templates", summary="List templates made of ideas", responses=problems(*READING))
def list_idea_templates(
    actor: Reader, template: OfTemplate = "", cursor: Cursor = "", limit: Limit = 25
) -> PageOut[IdeaTemplateOut]:
    """Return what was made of published ideas, newest first."""
    with transaction() as session:
        page = idea_templates.list_idea_templates(session, actor, template, cursor, limit)
    items = [IdeaTemplateOut.model_validate(one) for one in page.items]
    return PageOut(items=items, next_cursor=page.next_cursor)


@router.get(
    "/idea-templates/{id}", summary="Get a template made of an idea", responses=problems(404, *READING)
)
def get_one_idea_template(actor: Reader, id: IdeaTemplateId) -> IdeaTemplateOut:  # noqa: A002
    """Return one of them."""
    with transaction() as session:
        return IdeaTemplateOut.model_validate(idea_templates.find_idea_template(session, actor, id))


@router.get("/ideas/{id}/template", summary="Get the template of an idea", responses=problems(404, *READING))
def get_idea_template(actor: Reader, id: IdeaId) -> IdeaTemplateOut:  # noqa: A002
    """Return what was made of an idea."""
    with transaction() as session:
        found = idea_templates.idea_template_of(session, actor, id)
    if found is None:
        raise NotFound("No template was made of this idea yet.", "no_idea_template")
    return IdeaTemplateOut.model_validate(found)


@router.put(
    "/ideas/{id}/template", summary="Turn an idea into a template", responses=problems(404, 409, *WRITING)
)
def put_idea_template(actor: CurrentActor, id: IdeaId, body: NewIdeaTemplate) -> IdeaTemplateOut:  # noqa: A002
    """Publish options of a template as what this idea becomes. Once more changes it."""
    with transaction() as session:
        with fields_under("/config"):
            catalog.validate_config(catalog.current_schema(session, body.template).schema, body.config)
        made = idea_templates.turn_into_template(
            session, actor, id, body.template, body.config, title=body.title, words=body.words
        )
        return IdeaTemplateOut.model_validate(made)


@router.delete(
    "/ideas/{id}/template",
    summary="Withdraw the template of an idea",
    status_code=204,
    responses=problems(404, *WRITING),
)
def delete_idea_template(actor: CurrentActor, id: IdeaId) -> Response:  # noqa: A002
    """Take it back. What was built from it stays. Twice is once."""
    with transaction() as session:
        idea_templates.withdraw_template(session, actor, id)
    return Response(status_code=204)
