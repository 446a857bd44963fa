"""The desk of an author: what its form begins with, and what becomes of what it sends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.errors import FieldError, InvalidInput, NotFound
from models.ideas import IdeaDraft
from services.accounts import Actor, require
from services.ideas.drafts import DraftView, get_draft, published_fields, save_draft, view_of
from services.ideas.fields import checked
from services.ideas.publishing import change_idea, checked_note, submit_idea
from services.ideas.reading import IdeaView, get_idea


@dataclass(frozen=True, slots=True)
class Desk:
    """What the form begins with. `draft_id` is "" and `revision` 0 while nothing is kept; `idea` is what is changed."""

    fields: dict[str, Any] = field(default_factory=dict)
    draft_id: str = ""
    revision: int = 0
    kept_at: datetime | None = None
    idea: IdeaView | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a form that was to be published: the idea's id, or the draft that keeps it with what is wrong."""

    idea_id: str = ""
    draft: DraftView | None = None
    problems: tuple[FieldError, ...] = ()


def open_desk(session: Session, actor: Actor, *, draft_id: str = "", idea_id: str = "") -> Desk:
    """Return what the form begins with: a draft, the draft that changes an idea, or that idea. Nothing is stored.

    Raises:
        NotFound: there is no such draft or idea of theirs.
    """
    require(actor, "ideas:write", actor.team_id)
    if draft_id:
        kept = get_draft(session, actor, draft_id)
        return desk_of(session, actor, kept)
    if not idea_id:
        return Desk()
    idea = get_idea(session, actor, idea_id)
    if not idea.mine:
        raise NotFound("There is no idea of yours with that id.")
    mine = select(IdeaDraft).where(col(IdeaDraft.user_id) == actor.user_id, col(IdeaDraft.idea_id) == idea_id)
    row = session.scalars(mine).one_or_none()
    if row is not None:
        return desk_of(session, actor, view_of(row))
    return Desk(fields=published_fields(session, actor, idea), idea=idea)


def desk_of(session: Session, actor: Actor, draft: DraftView) -> Desk:
    """Return a draft as the form begins with it."""
    idea = get_idea(session, actor, draft.idea_id) if draft.idea_id else None
    return Desk(draft.fields, draft.id, draft.revision, draft.changed_at, idea)


def keep(
    session: Session, actor: Actor, fields: Mapping[str, Any], *, draft_id: str = "", idea_id: str = "",
    revision: int | None = None,
) -> DraftView:  # fmt: skip
    """Keep what the form holds; what it has no field for stays as it was.

    Raises: as `save_draft`.
    """
    before = open_desk(session, actor, draft_id=draft_id, idea_id=idea_id).fields
    kept = {"template_settings": before["template_settings"]} if before.get("template_settings") else {}
    return save_draft(
        session, actor, kept | dict(fields), draft_id=draft_id or None, idea_id=idea_id or None, revision=revision
    )  # fmt: skip


def publish(
    session: Session, actor: Actor, fields: Mapping[str, Any], *, draft_id: str = "", idea_id: str = "",
    revision: int | None = None,
) -> Outcome:  # fmt: skip
    """Publish what the form holds; where a field cannot be used nothing is published, and the draft keeps it all.

    Raises: as `save_draft`, `submit_idea` and `change_idea`.
    """
    draft = keep(session, actor, fields, draft_id=draft_id, idea_id=idea_id, revision=revision)
    if found := problems_of(draft.fields):
        return Outcome(draft=draft, problems=found)
    if draft.idea_id:
        return Outcome(change_idea(session, actor, draft.idea_id, draft.fields, draft_id=draft.id).id)
    return Outcome(submit_idea(session, actor, draft.fields, draft_id=draft.id).id)


def problems_of(fields: Mapping[str, Any]) -> tuple[FieldError, ...]:
    """Return what of a form cannot be used yet, in its order."""
    found: list[FieldError] = []
    try:
        checked(fields)
    except InvalidInput as error:
        found += error.fields
    try:
        checked_note(fields.get("note"))
    except InvalidInput as error:
        found += error.fields
    return tuple(found)
