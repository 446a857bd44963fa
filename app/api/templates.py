"""Templates: what can be launched, with which options, and what to expect of it. Public."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import TemplateReader
from app.api.paging import PageOut, Search
from app.api.problem import BadField, problems
from app.api.under import fields_under
from models.db import transaction
from models.errors import InvalidInput
from services import catalog

router = APIRouter(prefix="/templates", tags=["Templates"])

Slug = Annotated[
    str, Path(max_length=60, description="The template's name in addresses.", examples=["landing"])
]
READS = problems(401, 403, 422, 500, 503)
ASKS = problems(400, 401, 403, 404, 413, 422, 500, 503)


class TemplateOut(BaseModel):
    """One template in the gallery. The figures cover the last 30 days."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.TEMPLATE})

    slug: str
    name: str
    promise: str = Field(description="What one gets, in one line.")
    category: str
    complexity: str
    stack: str
    version: str
    licence: str
    median_s: float | None = Field(
        description="Seconds from start to a verified application; null before the first."
    )
    success_rate: float | None = Field(description="Share of ended executions that succeeded, 0 to 1.")
    executions: int = Field(description="How often it was launched.")
    rating: float | None = Field(description="Average of 1 to 5 stars; null below three ratings.")
    ratings: int = Field(description="How many ratings that is taken from; 0 below three.")


class TemplateDetailOut(TemplateOut):
    """One template with its README and the schema of its options."""

    model_config = ConfigDict(
        from_attributes=True,
        populate_by_name=True,
        json_schema_extra={
            "example": {
                **examples.TEMPLATE,
                "readme_html": "<p>A page worth showing.</p>",
                "schema": {"type": "object", "properties": {"app_name": {"type": "string", "maxLength": 60}}},
                "version_id": "tver_01k0v4jw3n6y8q1cbx5rmd7t9e",
            }
        },
    )

    readme_html: str = Field(description="The README as safe HTML.")
    config_schema: dict[str, Any] = Field(alias="schema", description="JSON Schema (2020-12) of the options.")
    version_id: str = Field(description="The version that a launch takes now.")


class ConfigIn(BaseModel):
    """Options to look at. What is left out takes its default."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"config": examples.CONFIG}})

    config: dict[str, Any] = Field(default={}, description="Options of the template by name.")


class ConfigCheck(BaseModel):
    """Whether options can be used, and as what."""

    valid: bool
    config: dict[str, Any] | None = Field(
        description="The options with every default filled; null when not valid."
    )
    errors: list[BadField] = Field(description="Each option that cannot be used.")


class EstimateOut(BaseModel):
    """What to expect: 8 of 10 past executions took between the two times."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.ESTIMATE})

    steps: int = Field(description="How many steps the execution has.")
    seconds_low: float | None = Field(description="Null while there are no samples.")
    seconds_high: float | None = Field(description="Null while there are no samples.")
    samples: int = Field(description="How many past executions this is taken from.")
    cost_cents: int = Field(description="What models will cost; 0 where none is used.")


@router.get("", summary="List templates", responses=READS)
def list_templates(
    actor: TemplateReader,
    query: Search = "",
    category: Annotated[str, Query(max_length=40, description="Only this category.")] = "",
    sort: Annotated[
        Literal["name", "fastest", "popular", "newest"], Query(description="What to sort by.")
    ] = "name",
) -> PageOut[TemplateOut]:
    """Return every template that can be launched, with how it has been doing. There is only ever one page."""
    with transaction() as session:
        cards = catalog.list_templates(session, query=query, category=category.replace("\x00", ""), sort=sort)
    return PageOut(items=[TemplateOut.model_validate(card) for card in cards], next_cursor=None)


@router.get("/{slug}", summary="Get a template", responses=READS | problems(404))
def get_template(actor: TemplateReader, slug: Slug) -> TemplateDetailOut:
    """Return one template with its README and the schema of its options."""
    with transaction() as session:
        found = catalog.find_template(session, slug)
    card = {name: getattr(found, name) for name in TemplateOut.model_fields}
    return TemplateDetailOut(
        **card, readme_html=found.readme_html, config_schema=found.schema, version_id=found.version_id
    )


@router.get(
    "/{slug}/schema",
    summary="Get the schema of a template's options",
    response_class=JSONResponse,
    responses={
        200: {
            "description": "A JSON Schema (2020-12).",
            "content": {"application/schema+json": {"schema": {"type": "object"}}},
        },
        **READS,
        **problems(404),
    },
)
def get_template_schema(actor: TemplateReader, slug: Slug) -> JSONResponse:
    """Return the options as a JSON Schema.

    `x-group` names the fieldset of an option, `x-widget` its field, `x-labels` what its choices are called,
    `x-shown-when` when the form shows it, `x-error` what to say when its rule is broken.
    """
    with transaction() as session:
        found = catalog.find_template(session, slug)
    return JSONResponse(found.schema, media_type="application/schema+json")


@router.post("/{slug}/validate", summary="Check options", responses=ASKS)
def validate_template_config(actor: TemplateReader, slug: Slug, body: ConfigIn) -> ConfigCheck:
    """Say whether options can be used. Nothing is started; the answer is 200 either way.

    Paths in `errors` point into `config`.
    """
    with transaction() as session:
        found = catalog.find_template(session, slug)
    try:
        config = catalog.validate_config(found.schema, body.config)
    except InvalidInput as refusal:
        errors = [BadField(path=field.path, message=field.message) for field in refusal.fields]
        return ConfigCheck(valid=False, config=None, errors=errors)
    return ConfigCheck(valid=True, config=config, errors=[])


@router.post("/{slug}/estimate", summary="Estimate an execution", responses=ASKS)
def estimate_execution(actor: TemplateReader, slug: Slug, body: ConfigIn) -> EstimateOut:
    """Say how long an execution with these options is likely to take, from those that went before."""
    with transaction() as session:
        found = catalog.find_template(session, slug)
        with fields_under("/config"):
            config = catalog.validate_config(found.schema, body.config)
        return EstimateOut.model_validate(catalog.estimate(session, found.version_id, config))
