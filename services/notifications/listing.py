"""Somebody's notifications: a page of them in words, how many are unread, and marking them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, tuple_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.clock import now
from models.errors import NotFound
from models.notifications import Notification
from models.paging import Page, decode_cursor, encode_cursor, page_limit
from services.accounts import Actor, require_scope
from services.bulk import BulkResult
from services.notifications.bell import ring_after_commit
from services.notifications.seeing import causes_of, look
from services.notifications.wording import told

# The bell says "99+" beyond.
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class NotificationView:
    """A notification in words. `path` leads to what it is about, on this site; empty where that is gone.

    `count` is how many things of its kind happened to its subject since it was read last, 0 where nothing is left.
    """

    id: str
    kind: str
    text: str
    path: str
    count: int
    changed_at: datetime
    read: bool


def list_notifications(
    session: Session, actor: Actor, *, unread: bool = False, cursor: str = "", limit: int = 25
) -> Page[NotificationView]:
    """Return somebody's notifications, the last that changed first; or those alone that are not read.

    Raises:
        NotAllowed: a key that does not name what notifications speak of.
        InvalidInput: the cursor is not one of ours.
    """
    for scope in ("account:read", "ideas:read"):
        require_scope(actor, scope)
    place = (col(Notification.changed_at), col(Notification.id))
    statement = select(Notification).where(col(Notification.user_id) == actor.user_id)
    if unread:
        statement = statement.where(col(Notification.read_at).is_(None))
    if cursor:
        statement = statement.where(tuple_(*place) < decode_cursor(cursor))
    size = page_limit(limit)
    rows = list(session.scalars(statement.order_by(*(one.desc() for one in place)).limit(size + 1)))
    shown = rows[:size]
    more = encode_cursor(shown[-1].changed_at, shown[-1].id) if len(rows) > size else None
    return Page(in_words(session, shown, reads_bought=reads_bought(actor)), more)


def get_notification(session: Session, actor: Actor, notification_id: str) -> NotificationView:
    """Return one notification of somebody.

    Raises:
        NotFound: there is no such one of theirs.
    """
    for scope in ("account:read", "ideas:read"):
        require_scope(actor, scope)
    row = session.get(Notification, notification_id, populate_existing=True)
    if row is None or row.user_id != actor.user_id:
        raise NotFound("There is no notification of yours with that id.")
    return in_words(session, [row], reads_bought=reads_bought(actor))[0]


def reads_bought(actor: Actor) -> bool:
    """Whether somebody came by a way that shows what they bought."""
    return actor.scopes is None or "purchases:read" in actor.scopes


def in_words(
    session: Session, rows: Sequence[Notification], *, reads_bought: bool = True
) -> list[NotificationView]:
    """Return notifications as their readers see them now."""
    causes = causes_of(session, rows)
    sight = look(session, rows, causes, reads_bought=reads_bought)
    found = []
    for row in rows:
        words = told(row, causes.get(row.id, ()), sight)
        found.append(
            NotificationView(
                row.id, row.kind, words.text, words.path, words.count, row.changed_at, row.read_at is not None
            )
        )
    return found


def count_unread(session: Session, actor: Actor) -> int:
    """Return how many notifications somebody has not read, 100 at most."""
    some = select(Notification.id).where(
        col(Notification.user_id) == actor.user_id, col(Notification.read_at).is_(None)
    )
    return session.scalar(select(func.count()).select_from(some.limit(MOST_COUNTED).subquery())) or 0


def mark_read(session: Session, actor: Actor, ids: Sequence[str]) -> list[str]:
    """Mark notifications of somebody as read, and return the ids of those that were not. Nobody else's are touched."""
    return marked(session, actor, col(Notification.id).in_(ids))


def mark_all_read(session: Session, actor: Actor, *, until: datetime | None = None) -> list[str]:
    """Mark all as read, or those that did not change after `until`, and return the ids of those that were not."""
    return marked(session, actor, col(Notification.changed_at) <= (until or now()))


def marked(session: Session, actor: Actor, which: object) -> list[str]:
    """Mark some as read. What waits to be mailed of them is not mailed any more."""
    require_scope(actor, "account:write")
    statement = (
        update(Notification)
        .where(
            col(Notification.user_id) == actor.user_id,
            col(Notification.read_at).is_(None),
            which,  # type: ignore[arg-type]
        )
        .values(read_at=now(), mail_due_at=None)
        .returning(col(Notification.id))
    )
    found = list(session.scalars(statement))
    ring_after_commit(session, [actor.user_id] if found else [])
    return found


def read_back(session: Session, actor: Actor, ids: Sequence[str]) -> BulkResult:
    """Undo that notifications were marked as read."""
    return BulkResult(done=[(one, "It") for one in mark_unread(session, actor, ids)])


def mark_unread(session: Session, actor: Actor, ids: Sequence[str]) -> list[str]:
    """Mark them as not read again, and return the ids of those that were.

    Where more of the same has happened meanwhile, that is unread already, and the older one stays read.
    """
    require_scope(actor, "account:write")
    mine, row = col(Notification.user_id) == actor.user_id, aliased(Notification)
    # Of several about one subject the newest alone: only one of them can be unread.
    newest = (
        select(Notification.id)
        .distinct(col(Notification.kind), col(Notification.subject_id))
        .where(mine, col(Notification.id).in_(ids))
        .order_by(col(Notification.kind), col(Notification.subject_id), col(Notification.changed_at).desc())
    )
    there = (
        select(row.id)
        .where(
            col(row.user_id) == actor.user_id,
            col(row.kind) == col(Notification.kind),
            col(row.subject_id) == col(Notification.subject_id),
            col(row.read_at).is_(None),
        )
        .exists()
    )
    statement = (
        update(Notification)
        .where(mine, col(Notification.id).in_(newest), col(Notification.read_at).is_not(None), ~there)
        .values(read_at=None)
        .returning(col(Notification.id))
    )
    found = list(session.scalars(statement))
    ring_after_commit(session, [actor.user_id] if found else [])
    return found
