"""Ideas while they are written: kept as they are typed, for their author alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.clock import now
from models.errors import Conflict, FieldError, InvalidInput, LimitReached, NotFound
from models.ideas import IdeaDraft
from services.accounts import Actor, require
from services.ideas.fields import PAID_TEXTS, TEASER_TEXTS, is_storable
from services.ideas.paid import read_paid
from services.ideas.reading import IdeaView, get_idea

MOST_DRAFTS = 50
MOST_BYTES = 400_000
NAMES = frozenset(
    [one.name for one in (*TEASER_TEXTS, *PAID_TEXTS)]
    + ["category", "tags", "language", "price_cents", "template_settings", "note"]
)


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft. `idea_id` names the idea that it changes, None for a new one."""

    id: str
    idea_id: str | None
    fields: dict[str, Any]
    revision: int
    created_at: datetime
    changed_at: datetime


def save_draft(
    session: Session,
    actor: Actor,
    fields: Mapping[str, Any],
    *,
    draft_id: str | None = None,
    idea_id: str | None = None,
    revision: int | None = None,
) -> DraftView:
    """Keep what was typed, whatever is still wrong with it. Without `draft_id` a new draft is begun.

    `revision` is the one that was read; None overwrites whatever is there.

    Raises:
        NotFound: no such draft, or somebody else's; or no such idea of theirs to change.
        Conflict: another window saved it meanwhile.
        InvalidInput: unknown fields, or more than a draft holds.
        LimitReached: 50 drafts are kept already.
    """
    require(actor, "ideas:write", actor.team_id)
    values = storable(fields)
    row = own_draft(session, actor, draft_id) if draft_id else begin(session, actor, idea_id)
    if revision is not None and row.revision != revision:
        raise Conflict("This draft was changed in another window. Reload it to go on.", "draft_changed")
    if row.fields != values:
        row.fields, row.changed_at, row.revision = values, now(), row.revision + 1
        session.flush()
    return view_of(row)


def storable(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what can be kept of a form."""
    if unknown := sorted(set(fields) - NAMES):
        raise InvalidInput(
            f"A draft has no field {unknown[0][:40]!r}.", "invalid_draft",
            fields=[FieldError(f"/{name[:40]}", "There is no such field.") for name in unknown],
        )  # fmt: skip
    written = json.dumps(dict(fields), ensure_ascii=False)
    if not is_storable(written) or "\\u0000" in written or len(written.encode()) > MOST_BYTES:
        raise InvalidInput(
            "This draft is too long, or holds characters that cannot be stored.", "invalid_draft"
        )
    return dict(fields)


def begin(session: Session, actor: Actor, idea_id: str | None) -> IdeaDraft:
    """Return a new draft, or the one that already changes this idea."""
    if idea_id is not None:
        if not get_idea(session, actor, idea_id).mine:
            raise NotFound("There is no idea of yours with that id.")
        mine = select(IdeaDraft).where(
            col(IdeaDraft.user_id) == actor.user_id, col(IdeaDraft.idea_id) == idea_id
        )
        if (found := session.scalars(mine.with_for_update()).one_or_none()) is not None:
            return found
    count = select(func.count()).select_from(IdeaDraft).where(col(IdeaDraft.user_id) == actor.user_id)
    if (session.scalar(count) or 0) >= MOST_DRAFTS:
        raise LimitReached(f"You keep {MOST_DRAFTS} drafts already. Discard one first.", "too_many_drafts")
    row = IdeaDraft(team_id=actor.team_id, user_id=actor.user_id, idea_id=idea_id, revision=0)
    session.add(row)
    return row


def own_draft(session: Session, actor: Actor, draft_id: str) -> IdeaDraft:
    """Return a draft for its author to change.

    Raises:
        NotFound: no such draft, or somebody else's.
    """
    statement = select(IdeaDraft).where(
        col(IdeaDraft.id) == draft_id, col(IdeaDraft.user_id) == actor.user_id
    )
    row = session.scalars(statement.with_for_update()).one_or_none()
    if row is None:
        raise NotFound("There is no draft of yours with that id.")
    return row


def get_draft(session: Session, actor: Actor, draft_id: str) -> DraftView:
    """Return a draft of whoever asks.

    Raises:
        NotFound: no such draft, or somebody else's.
    """
    require(actor, "ideas:write", actor.team_id)
    return view_of(own_draft(session, actor, draft_id))


def draft_of_change(session: Session, actor: Actor, idea_id: str) -> DraftView:
    """Return the draft that changes an idea, begun from what is published when there is none.

    Raises:
        NotFound: there is no such idea of theirs.
    """
    idea = get_idea(session, actor, idea_id)
    if not idea.mine:
        raise NotFound("There is no idea of yours with that id.")
    require(actor, "ideas:write", actor.team_id)
    row = begin(session, actor, idea_id)
    if row.revision == 0:
        row.fields, row.revision = published_fields(session, actor, idea), 1
        session.flush()
    return view_of(row)


def published_fields(session: Session, actor: Actor, idea: IdeaView) -> dict[str, Any]:
    """Return an idea as its author writes it, as it is sold now."""
    paid = read_paid(session, actor, idea.id)
    texts = {one.name: getattr(idea, one.name) for one in TEASER_TEXTS}
    texts |= {one.name: getattr(paid, one.name) for one in PAID_TEXTS}
    return texts | {
        "category": idea.category, "tags": idea.tags, "language": idea.language,
        "price_cents": idea.price_cents, "template_settings": paid.template_settings,
    }  # fmt: skip


def list_drafts(session: Session, actor: Actor) -> list[DraftView]:
    """Return the drafts of whoever asks, last changed first."""
    require(actor, "ideas:write", actor.team_id)
    statement = select(IdeaDraft).where(col(IdeaDraft.user_id) == actor.user_id)
    return [view_of(row) for row in session.scalars(statement.order_by(col(IdeaDraft.changed_at).desc()))]


def discard_draft(session: Session, actor: Actor, draft_id: str) -> None:
    """Throw a draft away.

    Raises:
        NotFound: no such draft, or somebody else's.
    """
    require(actor, "ideas:write", actor.team_id)
    session.delete(own_draft(session, actor, draft_id))


def view_of(row: IdeaDraft) -> DraftView:
    """Return what is shown of a draft."""
    return DraftView(row.id, row.idea_id, dict(row.fields), row.revision, row.created_at, row.changed_at)
