"""Who may read what of an idea. Every door to a teaser or a paid part asks here."""

from collections.abc import Collection

from sqlalchemy import Text, bindparam, exists, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session, col, select

from models.ideas import Idea, IdeaState
from models.ids import Id
from models.purchases import Purchase, PurchaseState
from services.accounts import Actor
from services.permissions import PERMISSIONS


def may_read_teaser(session: Session, actor: Actor | None, idea: Idea) -> bool:
    """Whether somebody may see an idea at all: everybody what is published; the rest its author's side and buyers."""
    if idea.state == IdeaState.PUBLISHED:
        return True
    return is_authors_side(actor, idea) or is_moderator(actor) or has_bought(session, actor, idea.id)


def may_read_paid(session: Session, actor: Actor | None, idea: Idea) -> bool:
    """Whether somebody may read what the idea sells: its author's side and whoever paid for it."""
    return is_authors_side(actor, idea) or has_bought(session, actor, idea.id)


def is_authors_side(actor: Actor | None, idea: Idea) -> bool:
    """Whether somebody works in the team that holds the idea, with a role and a key that read its ideas."""
    role = actor.roles.get(idea.team_id) if actor else None
    if actor is None or role is None or "ideas:read" not in PERMISSIONS[role]:
        return False
    return actor.scopes is None or "ideas:read" in actor.scopes


def has_bought(session: Session, actor: Actor | None, idea_id: str) -> bool:
    """Whether somebody has paid for any version of an idea. A key needs `purchases:read` to use that right."""
    if actor is None or (actor.scopes is not None and "purchases:read" not in actor.scopes):
        return False
    paid = exists().where(
        col(Purchase.idea_id) == idea_id,
        col(Purchase.user_id) == actor.user_id,
        col(Purchase.state) == PurchaseState.PAID,
    )
    return bool(session.scalar(select(paid)))


def mark_of(session: Session, actor: Actor | None, idea_id: str) -> bytes:
    """Return what a buyer's copy of an idea is marked with: the first purchase's. Empty for who has bought nothing."""
    if actor is None:
        return b""
    paid = select(Purchase.mark).where(
        col(Purchase.idea_id) == idea_id,
        col(Purchase.user_id) == actor.user_id,
        col(Purchase.state) == PurchaseState.PAID,
    )
    return session.scalars(paid.order_by(col(Purchase.created_at)).limit(1)).first() or b""


def is_moderator(actor: Actor | None) -> bool:
    """Whether somebody looks after the marketplace: the operator, whose key names it."""
    if actor is None or not actor.is_operator:
        return False
    return actor.scopes is None or "moderation:read" in actor.scopes


# `may_read_teaser` for many people and many ideas at once, without what a moderator sees besides.
SEEN = text("""
SELECT pairs.user_id, i.id, i.title FROM unnest(:user_ids, :idea_ids) AS pairs(user_id, idea_id)
JOIN ideas i ON i.id = pairs.idea_id
WHERE i.state = 'published' OR EXISTS (
    SELECT 1 FROM memberships m JOIN teams t ON t.id = m.team_id
    WHERE m.team_id = i.team_id AND m.user_id = pairs.user_id AND t.deleted_at IS NULL
) OR (:reads_bought AND EXISTS (
    SELECT 1 FROM purchases p WHERE p.idea_id = i.id AND p.user_id = pairs.user_id AND p.state = 'paid'
))
""").bindparams(
    bindparam("user_ids", type_=ARRAY(Id("user"))), bindparam("idea_ids", type_=ARRAY(Id("idea")))
).columns(user_id=Id("user"), id=Id("idea"), title=Text)  # fmt: skip


def titles_seen(
    session: Session, pairs: Collection[tuple[str, str]], *, reads_bought: bool = True
) -> dict[tuple[str, str], str]:
    """Return the titles of ideas by account and idea, for those of the pairs where the account may see the idea."""
    if not pairs:
        return {}
    users, found = zip(*pairs, strict=True)
    values = {"user_ids": list(users), "idea_ids": list(found), "reads_bought": reads_bought}
    return {(user, idea): title for user, idea, title in session.execute(SEEN, values)}
