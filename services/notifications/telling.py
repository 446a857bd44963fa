"""Writing down that somebody is to be told of something: rows of ids, in the transaction of what happened."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session

from models.clock import now
from models.ids import Id, new_id
from models.notifications import NotificationKind
from services.notifications.bell import ring_after_commit
from services.notifications.ways import USUAL

# What happens meanwhile goes into the same mail.
MAIL_AFTER = timedelta(minutes=5)
MOST_AT_ONCE = 1_000
AN_ID = re.compile(r"[a-z]{2,8}_[0-9a-z]{26}")
# One statement: what is told, and why it is not told again, or neither. What is new joins what is unread of the same
# kind and subject. Receivers are taken in the order of their ids, so that two tellers never wait for each other.
TELL = (
    text("""
WITH receivers AS (
    SELECT u.id, fresh.id AS notification_id,
        coalesce(s.ways, :usual) = 'mail' AND u.email_verified_at IS NOT NULL AS by_mail
    FROM unnest(:user_ids, :ids) AS fresh(user_id, id) JOIN users u ON u.id = fresh.user_id
    LEFT JOIN notification_settings s ON s.user_id = u.id AND s.kind = :kind
    WHERE u.disabled_at IS NULL AND u.erased_at IS NULL
        AND u.id IS DISTINCT FROM :by_id AND coalesce(s.ways, :usual) <> 'off'
), causes AS (
    SELECT r.*, c.cause_id FROM receivers r CROSS JOIN unnest(CAST(:causes AS text[])) AS c(cause_id)
    WHERE NOT EXISTS (
        SELECT 1 FROM notification_causes known
        WHERE known.user_id = r.id AND known.kind = :kind AND known.cause_id = c.cause_id
    )
), told AS (
    INSERT INTO notifications (id, user_id, kind, subject_id, created_at, changed_at, mail_due_at)
    SELECT notification_id, id, :kind, :subject_id, :moment, :moment,
        CASE WHEN by_mail THEN CAST(:mail_due_at AS timestamptz) END
    FROM causes GROUP BY notification_id, id, by_mail ORDER BY id
    ON CONFLICT (user_id, kind, subject_id) WHERE read_at IS NULL DO UPDATE SET changed_at = excluded.changed_at,
        mail_due_at = coalesce(notifications.mail_due_at, excluded.mail_due_at)
    RETURNING id, user_id
)
INSERT INTO notification_causes (user_id, kind, cause_id, notification_id, by_id, at)
SELECT causes.id, :kind, causes.cause_id, told.id, :by_id, :moment FROM causes JOIN told ON told.user_id = causes.id
ON CONFLICT DO NOTHING RETURNING user_id
""")
    .bindparams(
        bindparam("user_ids", type_=ARRAY(Id("user"))),
        bindparam("ids", type_=ARRAY(Id("ntfn"))),
        bindparam("by_id", type_=Id("user")),
    )
    .columns(user_id=Id("user"))
)


def notify(session: Session, user_id: str, kind: str, subject_id: str, data: Mapping[str, Any]) -> bool:
    """Tell an account that something happened to a subject, and return whether that is news.

    `data` holds ids and nothing else: `by` is who did it, each other value (one id, or a list) a cause. An account is
    told of each cause once; without one the subject itself is the cause. Nobody is told of what they did themselves,
    nor of a kind that they have turned off.

    Raises:
        ValueError: something else than an id was given.
    """
    return notify_many(session, [user_id], kind, subject_id, data) > 0


def notify_many(
    session: Session, user_ids: Sequence[str], kind: str, subject_id: str, data: Mapping[str, Any]
) -> int:
    """Tell up to 1,000 accounts of the same, and return for how many it is news."""
    if len(user_ids) > MOST_AT_ONCE:
        raise ValueError("tell them bit by bit")
    kept, moment = NotificationKind(kind), now()
    by, causes = data.get("by"), causes_of(subject_id, data)
    values = {
        "user_ids": list(user_ids), "ids": [new_id("ntfn") for _ in user_ids], "kind": kept.value,
        "usual": USUAL[kept].value, "subject_id": subject_id, "by_id": by, "causes": causes, "moment": moment,
        "mail_due_at": moment + MAIL_AFTER,
    }  # fmt: skip
    told = set(session.scalars(TELL, values)) if user_ids else set()
    ring_after_commit(session, sorted(told))
    return len(told)


def causes_of(subject_id: str, data: Mapping[str, Any]) -> list[str]:
    """Return the ids that are told of, each once, after a look that they are ids."""
    found: list[str] = []
    for name, value in data.items():
        if name != "by":
            found += [value] if isinstance(value, str) else list(value)
    for one in [subject_id, *found]:
        if not AN_ID.fullmatch(one):
            raise ValueError("notifications hold ids, and no words")
    return list(dict.fromkeys(found)) or [subject_id]
