"""How somebody is told of each kind: not at all, on the page, or by mail as well."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.errors import FieldError, InvalidInput
from models.notifications import Notification, NotificationKind, NotificationSetting, Ways
from services.accounts import Actor, require_scope


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind in words, and how people are told of it who have chosen nothing."""

    kind: NotificationKind
    words: str
    usual: Ways


@dataclass(frozen=True, slots=True)
class KindSetting:
    """How somebody is told of a kind."""

    kind: str
    words: str
    ways: str


KINDS = (
    Kind(NotificationKind.COMMENT, "Comments on your ideas", Ways.MAIL),
    Kind(NotificationKind.ANSWER, "Answers to your comments", Ways.MAIL),
    Kind(NotificationKind.REVIEW, "Reviews of your ideas", Ways.MAIL),
    Kind(NotificationKind.REPLY, "Replies to your reviews", Ways.MAIL),
    Kind(NotificationKind.PURCHASE, "Purchases of your ideas", Ways.MAIL),
    Kind(NotificationKind.PUBLISHED, "New ideas of authors you follow", Ways.PAGE),
    Kind(NotificationKind.SAVED_SEARCH, "New ideas that fit your saved searches", Ways.MAIL),
    # A decision is mailed with its reasons by whoever takes it.
    Kind(NotificationKind.MODERATION, "Decisions of moderators", Ways.PAGE),
)
USUAL = {one.kind: one.usual for one in KINDS}
WORDS = {one.kind: one.words for one in KINDS}


def list_settings(session: Session, actor: Actor) -> list[KindSetting]:
    """Return every kind with how somebody is told of it."""
    require_scope(actor, "account:read")
    rows = select(NotificationSetting).where(col(NotificationSetting.user_id) == actor.user_id)
    chosen = {row.kind: row.ways for row in session.scalars(rows)}
    return [KindSetting(one.kind, one.words, chosen.get(one.kind, one.usual)) for one in KINDS]


def set_ways(session: Session, actor: Actor, kind: str, ways: str) -> list[KindSetting]:
    """Choose how to be told of a kind from now on, and return all of them.

    Raises:
        InvalidInput: there is no such kind, or no such way.
    """
    require_scope(actor, "account:write")
    for name, value, known in (("kind", kind, NotificationKind), ("ways", ways, Ways)):
        if value not in set(known):
            message = f"There is no {value[:30]!r}. Choose one of: {', '.join(known)}."
            raise InvalidInput(message, "invalid_setting", fields=[FieldError(f"/{name}", message)])
    keep_ways(session, actor.user_id, [kind], Ways(ways))
    return list_settings(session, actor)


def keep_ways(
    session: Session, user_id: str, kinds: list[str], ways: Ways, *, unless: Ways | None = None
) -> None:
    """Write down how an account is told of kinds; one that is told in the way `unless` stays as it is.

    What waits to be mailed of them is not mailed once mails are not wanted.
    """
    rows = [{"user_id": user_id, "kind": kind, "ways": ways} for kind in kinds]
    statement = insert(NotificationSetting).values(rows)
    changed = {"ways": statement.excluded.ways}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "kind"],
            set_=changed,
            where=col(NotificationSetting.ways) != unless if unless else None,
        )
    )
    if ways != Ways.MAIL:
        mine = update(Notification).where(
            col(Notification.user_id) == user_id,
            col(Notification.kind).in_(kinds),
            col(Notification.mail_due_at).is_not(None),
        )
        session.execute(mine.values(mail_due_at=None))
