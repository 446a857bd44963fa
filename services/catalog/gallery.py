"""The gallery: the templates there are, with how their executions went."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row, case, func, or_, select, text
from sqlmodel import Session, col

from models.clock import now
from models.errors import NotFound
from models.executions import Execution, State, real
from models.templates import Template, TemplateVersion
from services.catalog.dialect import Schema
from services.catalog.index import templates_folder
from services.catalog.rated import averages
from services.catalog.readme import readme_html

# The figures on a card tell how a template does now, not how it did a year ago.
FIGURES_OVER = timedelta(days=30)
SORTS = ("name", "fastest", "popular", "newest")
LONGEST, MOST_WORDS = 100, 8  # of a search


@dataclass(frozen=True, slots=True)
class TemplateCard:
    """One template in the gallery. The figures cover the last 30 days; None where nothing was measured."""

    slug: str
    name: str
    promise: str
    category: str
    complexity: str
    stack: str
    version: str
    licence: str
    median_s: float | None
    success_rate: float | None
    executions: int
    rating: float | None = field(default=None, kw_only=True)  # average stars, None below three ratings
    ratings: int = field(default=0, kw_only=True)  # how many that is taken from


@dataclass(frozen=True, slots=True)
class TemplateDetail(TemplateCard):
    """One template with all that its page shows."""

    readme_html: str
    schema: Schema
    version_id: str
    folder: Path


@dataclass(frozen=True, slots=True)
class CurrentSchema:
    """The schema of a template's current version."""

    version_id: str
    schema: Schema


def list_templates(
    session: Session, *, query: str = "", category: str = "", sort: str = "name"
) -> list[TemplateCard]:
    """Return the templates to choose from, with their figures, by one query.

    `sort` is "name", "fastest", "popular" or "newest"; anything else reads as "name". The gallery reads a search in
    the browser by the same rule (app/components/fits.js).
    """
    statement = card_statement()
    if category:
        statement = statement.where(func.lower(col(Template.category)) == category.lower())
    for word in query[:LONGEST].split()[:MOST_WORDS]:
        pattern = f"%{escape_like(word)}%"
        searched = (Template.name, Template.promise, Template.category, Template.stack, Template.slug)
        statement = statement.where(or_(*(col(column).ilike(pattern) for column in searched)))
    return [card(row) for row in session.execute(statement.order_by(*order_of(sort)))]


def template_names(session: Session) -> list[tuple[str, str]]:
    """Return slug and name of every template, by name."""
    statement = select(col(Template.slug), col(Template.name)).order_by(func.lower(col(Template.name)))
    return [(slug, name) for slug, name in session.execute(statement)]


def escape_like(word: str) -> str:
    """Return a word that LIKE takes literally, NULs aside, which no stored text holds."""
    return word.replace("\x00", "").replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def figures() -> Any:
    """Return the subquery with each template's executions: how many, how long, how often they succeed."""
    seconds = func.extract("epoch", col(Execution.finished_at) - col(Execution.started_at))
    succeeded = col(Execution.state) == State.SUCCEEDED
    ended = col(Execution.state).in_((State.SUCCEEDED, State.FAILED))
    share = func.count(case((succeeded, 1))) * 1.0 / func.nullif(func.count(case((ended, 1))), 0)
    return (
        select(
            col(Execution.template_slug),
            func.count().label("executions"),
            func.percentile_cont(0.5).within_group(seconds).filter(succeeded).label("median_s"),
            share.label("success"),
        )
        .where(real(), col(Execution.created_at) > now() - FIGURES_OVER)
        .group_by(col(Execution.template_slug))
        .subquery()
    )


def card_statement() -> Any:
    """Return the query for cards: template, its current version, its figures."""
    numbers, stars = figures(), averages()
    return (
        select(
            Template,
            TemplateVersion,
            numbers.c.executions,
            numbers.c.median_s,
            numbers.c.success,
            stars.c.rating,
            stars.c.ratings,
        )
        .join(TemplateVersion, col(TemplateVersion.id) == col(Template.current_version_id))
        .outerjoin(numbers, numbers.c.template_slug == col(Template.slug))
        .outerjoin(stars, stars.c.template_slug == col(Template.slug))
    )


def order_of(sort: str) -> list[Any]:
    """Return what a gallery is sorted by; the name decides between equals."""
    orders = {
        "fastest": text("median_s ASC NULLS LAST"),
        "popular": text("executions DESC NULLS LAST"),
        "newest": col(Template.created_at).desc(),
    }
    return [orders[sort], col(Template.name)] if sort in orders else [col(Template.name)]


def card_fields(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """Return the fields of a card from one row."""
    template, version = row[0], row[1]
    return {
        "slug": template.slug,
        "name": template.name,
        "promise": template.promise,
        "category": template.category,
        "complexity": template.complexity,
        "stack": template.stack,
        "version": version.version,
        "licence": template.licence,
        "median_s": None if row.median_s is None else round(float(row.median_s), 2),
        "success_rate": None if row.success is None else round(float(row.success), 3),
        "executions": row.executions or 0,
        "rating": None if row.rating is None else round(float(row.rating), 1),
        "ratings": row.ratings or 0,
    }


def card(row: Row[*tuple[Any, ...]]) -> TemplateCard:
    """Return the card of one row."""
    return TemplateCard(**card_fields(row))


def find_template(session: Session, slug: str) -> TemplateDetail:
    """Return one template with its README, schema and current version.

    Raises:
        NotFound: there is none of this name, or it was withdrawn.
    """
    row = session.execute(
        card_statement().where(col(Template.slug) == slug.replace("\x00", ""))
    ).one_or_none()
    if row is None:
        raise no_such_template(slug)
    version = row[1]
    return TemplateDetail(
        **card_fields(row),
        readme_html=readme_html(version.readme),
        schema=version.config_schema,
        version_id=version.id,
        folder=templates_folder.get() / slug,
    )


def current_schema(session: Session, slug: str) -> CurrentSchema:
    """Return the schema of a template's current version, and nothing that a form need not wait for.

    Raises:
        NotFound: there is none of this name, or it was withdrawn.
    """
    statement = (
        select(col(TemplateVersion.id), col(TemplateVersion.config_schema))
        .join(Template, col(TemplateVersion.id) == col(Template.current_version_id))
        .where(col(Template.slug) == slug.replace("\x00", ""))
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise no_such_template(slug)
    return CurrentSchema(*row)


def current_schemas(session: Session) -> list[tuple[str, str, Schema]]:
    """Return slug, name and current schema of every template that can be launched, by name, in one query."""
    statement = (
        select(col(Template.slug), col(Template.name), col(TemplateVersion.config_schema))
        .join(TemplateVersion, col(TemplateVersion.id) == col(Template.current_version_id))
        .order_by(func.lower(col(Template.name)))
    )
    return [(slug, name, schema) for slug, name, schema in session.execute(statement)]


def no_such_template(slug: str) -> NotFound:
    """Return what is said of a name that no template has."""
    return NotFound(
        f"There is no template {slug[:60]!r}. See the gallery for those there are.", "no_such_template"
    )


def categories(session: Session) -> list[str]:
    """Return the categories that have a template, in order."""
    statement = select(col(Template.category)).where(col(Template.current_version_id).is_not(None)).distinct()
    return sorted(session.scalars(statement))
