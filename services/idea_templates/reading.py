"""Templates made of ideas as everybody reads them: those of published ideas that were not withdrawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlmodel import Session, col

from models.accounts import User
from models.errors import NotFound
from models.idea_templates import IdeaTemplate, TemplateBuild
from models.ideas import Idea, IdeaState
from models.paging import Page, decode_cursor, encode_cursor, page_limit
from models.templates import Template
from services.accounts import Actor
from services.ideas.access import is_authors_side
from services.ideas.reading import ERASED_AUTHOR, find_idea

NO_SUCH = "There is no template of an idea with that id, or it was withdrawn."


@dataclass(frozen=True, slots=True)
class IdeaTemplateView:
    """A template made of an idea. `config` is what differs from the template's defaults.

    `builds` counts the executions that others launched from it and that succeeded. `mine` says that the asker is the
    author, or of the author's team.
    """

    id: str
    idea_id: str
    idea_title: str
    author_id: str
    author_name: str
    template_slug: str
    template_name: str
    title: str
    words: str
    config: dict[str, Any]
    builds: int
    mine: bool
    created_at: datetime


def list_idea_templates(
    session: Session, actor: Actor | None, slug: str = "", cursor: str = "", limit: int = 25
) -> Page[IdeaTemplateView]:
    """Return what was made of ideas, newest first: of one template, or of all.

    Raises:
        InvalidInput: the cursor is not one of ours.
    """
    size = page_limit(limit)
    statement = (
        shown().order_by(col(IdeaTemplate.created_at).desc(), col(IdeaTemplate.id).desc()).limit(size + 1)
    )
    if slug:
        statement = statement.where(col(IdeaTemplate.template_slug) == slug.replace("\x00", ""))
    if cursor:
        at, after = decode_cursor(cursor)
        statement = statement.where(
            (col(IdeaTemplate.created_at) < at)
            | ((col(IdeaTemplate.created_at) == at) & (col(IdeaTemplate.id) < after))
        )
    rows = session.execute(statement).all()
    more = encode_cursor(rows[size - 1][0].created_at, rows[size - 1][0].id) if len(rows) > size else None
    return Page([view_of(row, actor) for row in rows[:size]], more)


def find_idea_template(session: Session, actor: Actor | None, idea_template_id: str) -> IdeaTemplateView:
    """Return one of them.

    Raises:
        NotFound: there is none, or it was withdrawn, or its idea was.
    """
    row = session.execute(shown().where(col(IdeaTemplate.id) == idea_template_id)).one_or_none()
    if row is None:
        raise NotFound(NO_SUCH, "no_idea_template")
    return view_of(row, actor)


def idea_template_of(session: Session, actor: Actor | None, idea_id: str) -> IdeaTemplateView | None:
    """Return what was made of an idea, None while that is nothing.

    Raises:
        NotFound: there is no such idea for them to see.
    """
    idea = find_idea(session, actor, idea_id)
    row = session.execute(shown().where(col(IdeaTemplate.idea_id) == idea.id)).one_or_none()
    return view_of(row, actor) if row else None


def shown() -> Select[Any]:
    """Return the query of what anybody may see, with the counts of its builds."""
    builds = (
        select(func.count())
        .where(
            col(TemplateBuild.idea_template_id) == col(IdeaTemplate.id),
            col(TemplateBuild.own).is_(False),
            col(TemplateBuild.earned_at).is_not(None),
        )
        .correlate(IdeaTemplate)
        .scalar_subquery()
    )
    names: tuple[Any, ...] = (
        col(User.name), col(User.erased_at), col(Template.name).label("template"), builds.label("builds"),
    )  # fmt: skip
    statement: Select[Any] = (
        select(IdeaTemplate, Idea, *names)
        .join(Idea, col(Idea.id) == col(IdeaTemplate.idea_id))
        .join(User, col(User.id) == col(IdeaTemplate.user_id))
        .join(Template, col(Template.slug) == col(IdeaTemplate.template_slug))
        .where(
            col(IdeaTemplate.withdrawn_at).is_(None),
            col(Idea.state) == IdeaState.PUBLISHED,
            col(Template.current_version_id).is_not(None),
        )
    )
    return statement


def view_of(row: Row[*tuple[Any, ...]], actor: Actor | None) -> IdeaTemplateView:
    """Return what is shown of one row."""
    made, idea = row[0], row[1]
    return IdeaTemplateView(
        id=made.id, idea_id=idea.id, idea_title=idea.title, author_id=made.user_id,
        author_name=row.name if row.name and row.erased_at is None else ERASED_AUTHOR,
        template_slug=made.template_slug, template_name=row.template, title=made.title, words=made.words,
        config=made.config, builds=row.builds, mine=is_authors_side(actor, idea), created_at=made.created_at,
    )  # fmt: skip
