"""What a reader of notifications may see at this moment of what they are about. Asked each time they are shown."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.accounts import User
from models.notifications import Notification, NotificationCause
from models.saved_searches import SavedSearch
from services.ideas.access import titles_seen
from services.notifications.standing import comments_standing, reviews_standing

# More of one kind about one subject are "100 or more".
MOST_CAUSES = 100
# By the beginning of their ids: which of these are still there for others to see. Those of a beginning that is not
# named here are taken to be.
STANDING: dict[str, Callable[[Session, Collection[str]], set[str]]] = {
    "cmnt": comments_standing,
    "revw": reviews_standing,
}


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that happened."""

    id: str
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen: ideas by reader and id, names of people and saved searches by id, and causes that are not."""

    ideas: Mapping[tuple[str, str], str]
    people: Mapping[str, str]
    searches: Mapping[str, tuple[str, str, Mapping[str, Any]]]
    gone: frozenset[str]

    def title(self, reader: str, idea_id: str) -> str | None:
        """Return the title of an idea that a reader sees."""
        return self.ideas.get((reader, idea_id))

    def shows(self, reader: str, cause: str) -> bool:
        """Whether a reader sees what has happened."""
        return (reader, cause) in self.ideas if kind_of(cause) == "idea" else cause not in self.gone


def kind_of(public_id: str) -> str:
    """Return the kind that an id names."""
    return public_id.partition("_")[0]


def causes_of(session: Session, rows: Sequence[Notification]) -> dict[str, list[Cause]]:
    """Return what happened, by notification, the last first; 101 at most of each."""
    place = func.row_number().over(
        partition_by=col(NotificationCause.notification_id),
        order_by=(col(NotificationCause.at).desc(), col(NotificationCause.cause_id)),
    )
    ranked = (
        select(NotificationCause, place.label("place"))
        .where(col(NotificationCause.notification_id).in_([row.id for row in rows]))
        .subquery()
    )
    wanted = (
        select(ranked.c.notification_id, ranked.c.cause_id, ranked.c.by_id, ranked.c.at)
        .where(ranked.c.place <= MOST_CAUSES + 1)
        .order_by(ranked.c.place)
    )
    found: dict[str, list[Cause]] = {}
    for notification_id, cause_id, by_id, at in session.execute(wanted):
        found.setdefault(notification_id, []).append(Cause(cause_id, by_id, at))
    return found


def look(
    session: Session,
    rows: Sequence[Notification],
    causes: Mapping[str, Sequence[Cause]],
    *,
    reads_bought: bool = True,
) -> Sight:
    """Return what the readers of notifications see of them: a few statements for all together."""
    named = {(row.user_id, row.subject_id) for row in rows}
    named |= {(row.user_id, cause.id) for row in rows for cause in causes.get(row.id, ())}
    ids = {public_id for _, public_id in named}
    people = {one for one in ids if kind_of(one) == "user"}
    people |= {cause.by for several in causes.values() for cause in several if cause.by}
    return Sight(
        ideas=titles_seen(
            session, [pair for pair in named if kind_of(pair[1]) == "idea"], reads_bought=reads_bought
        ),
        people=names_of(session, people),
        searches=searches_of(session, {one for one in ids if kind_of(one) == "srch"}),
        gone=gone_among(session, ids),
    )


def names_of(session: Session, user_ids: Collection[str]) -> dict[str, str]:
    """Return the names of accounts that are still somebody's."""
    found = select(User.id, User.name).where(col(User.id).in_(user_ids), col(User.erased_at).is_(None))
    return {user: name for user, name in session.execute(found) if name} if user_ids else {}


def searches_of(
    session: Session, search_ids: Collection[str]
) -> dict[str, tuple[str, str, Mapping[str, Any]]]:
    """Return owner, name and query of saved searches."""
    if not search_ids:
        return {}
    found = select(SavedSearch).where(
        col(SavedSearch.id).in_(search_ids), col(SavedSearch.deleted_at).is_(None)
    )
    return {row.id: (row.user_id, row.name, row.query) for row in session.scalars(found)}


def gone_among(session: Session, ids: Collection[str]) -> frozenset[str]:
    """Return the ids of which nothing is to be seen any more."""
    gone: set[str] = set()
    for kind, still in STANDING.items():
        asked = {one for one in ids if kind_of(one) == kind}
        gone |= asked - still(session, asked) if asked else set()
    return frozenset(gone)
