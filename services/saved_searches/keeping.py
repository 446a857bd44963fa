"""Searches that somebody keeps, by a name."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.clock import now
from models.errors import Conflict, IdeasmithError, InvalidInput, LimitReached, NotFound
from models.saved_searches import SavedSearch
from services.accounts import Actor, require_scope
from services.bulk import BulkResult, Refused
from services.ideas.feed import FeedQuery, Tab, as_parameters, read_query
from services.ideas.words import spaced

MOST_SEARCHES, LONGEST_NAME = 30, 60


@dataclass(frozen=True, slots=True)
class SavedSearchView:
    """A search that somebody keeps."""

    id: str
    name: str
    query: FeedQuery
    alert: bool
    created_at: datetime


def save_search(
    session: Session, actor: Actor, name: str, query: FeedQuery, *, alert: bool = False
) -> SavedSearchView:
    """Keep a search under a name.

    Raises:
        InvalidInput: no name, or a search that narrows nothing.
        Conflict: there is one of that name.
        LimitReached: 30 are kept already.
    """
    require_scope(actor, "ideas:read")
    named, kept = checked_name(name), stored(query)
    make_room(session, actor, named)
    row = SavedSearch(user_id=actor.user_id, name=named, query=kept, alert=alert)
    session.add(row)
    session.flush()
    return view_of(row)


def make_room(session: Session, actor: Actor, named: str) -> None:
    """Refuse a name that is taken, and one search too many."""
    names = [one.casefold() for one in session.scalars(kept_by(actor, SavedSearch.name))]
    if named.casefold() in names:
        raise Conflict("You keep a search of that name already.", "name_taken")
    if len(names) >= MOST_SEARCHES:
        raise LimitReached(
            f"You keep {MOST_SEARCHES} searches already. Delete one first.", "too_many_searches"
        )


def kept_by(actor: Actor, *columns: Any) -> Any:
    """Return what is read of the searches that somebody keeps."""
    return select(*(columns or (SavedSearch,))).where(
        col(SavedSearch.user_id) == actor.user_id, col(SavedSearch.deleted_at).is_(None)
    )


def checked_name(name: str) -> str:
    """Return a name in one line."""
    named = " ".join(name.split())
    if not named or len(named) > LONGEST_NAME or not named.isprintable():
        raise InvalidInput(
            f"Give the search a name of up to {LONGEST_NAME} printable characters.", "invalid_name"
        )
    return named


def stored(query: FeedQuery) -> dict[str, Any]:
    """Return a search as it is kept: as its address says it, and its words as they are looked for."""
    kept: dict[str, Any] = dict(as_parameters(replace(query, tab=Tab.NEW)))
    kept.pop("tab")
    if not kept or query.tab == Tab.MINE:
        raise InvalidInput("Choose words, a category, a tag or a price first.", "empty_search")
    if query.premium is not None or query.author_id:
        raise InvalidInput(
            "Searches are kept by words, category, tags, language, price and built.", "invalid_search"
        )
    return kept | ({"words": spaced(query.words)} if query.words else {})


def list_searches(session: Session, actor: Actor) -> list[SavedSearchView]:
    """Return what somebody keeps, by name."""
    require_scope(actor, "ideas:read")
    mine = kept_by(actor).order_by(func.lower(SavedSearch.name))
    return [view_of(row) for row in session.scalars(mine)]


def get_search(session: Session, actor: Actor, search_id: str) -> SavedSearchView:
    """Return a search that somebody keeps.

    Raises:
        NotFound: no such search of theirs.
    """
    return view_of(own_search(session, actor, search_id))


def rename_search(session: Session, actor: Actor, search_id: str, name: str) -> SavedSearchView:
    """Give a search another name; its own again, in other letters too, is fine.

    Raises:
        NotFound: no such search of theirs.
        InvalidInput: no name.
        Conflict: there is another of that name.
    """
    row, named = own_search(session, actor, search_id), checked_name(name)
    others = session.execute(kept_by(actor, SavedSearch.id, SavedSearch.name)).all()
    if named.casefold() in {other.casefold() for one, other in others if one != row.id}:
        raise Conflict("You keep a search of that name already.", "name_taken")
    row.name = named
    session.flush()
    return view_of(row)


def set_alert(session: Session, actor: Actor, search_id: str, *, alert: bool) -> SavedSearchView:
    """Begin or end being told of what fits. What was published before it began is not told.

    Raises:
        NotFound: no such search of theirs.
    """
    row = own_search(session, actor, search_id)
    if alert and not row.alert:
        row.looked_at = now()
    row.alert = alert
    session.flush()
    return view_of(row)


def delete_search(session: Session, actor: Actor, search_id: str) -> None:
    """Keep a search no longer. For an hour it can be brought back.

    Raises:
        NotFound: no such search of theirs.
    """
    own_search(session, actor, search_id).deleted_at = now()
    session.flush()


def bring_back(session: Session, actor: Actor, search_id: str) -> SavedSearchView:
    """Keep a search again that was deleted a moment ago. What was published meanwhile is told.

    Raises:
        NotFound: no such search of theirs, or it went an hour after it was deleted.
        Conflict: its name was given to another meanwhile.
        LimitReached: 30 others are kept.
    """
    row = own_search(session, actor, search_id, deleted=True)
    if row.deleted_at is not None:
        make_room(session, actor, row.name)
    row.deleted_at = None
    session.flush()
    return view_of(row)


def bring_some_back(session: Session, actor: Actor, ids: Sequence[str]) -> BulkResult:
    """Keep searches again that were deleted a moment ago; each is kept or refused with its own sentence."""
    result = BulkResult()
    for search_id in ids[:MOST_SEARCHES]:
        try:
            result.done.append((search_id, bring_back(session, actor, search_id).name))
        except IdeasmithError as error:
            result.refused.append(Refused(search_id, "", error))
    return result


def own_search(session: Session, actor: Actor, search_id: str, *, deleted: bool = False) -> SavedSearch:
    """Return a search of whoever asks, locked; with `deleted` also one that is kept no longer."""
    require_scope(actor, "ideas:read")
    found = select(SavedSearch).where(
        col(SavedSearch.id) == search_id, col(SavedSearch.user_id) == actor.user_id
    )
    row = session.scalars(found.with_for_update()).one_or_none()
    if row is None or (row.deleted_at is not None and not deleted):
        raise NotFound("There is no saved search of yours with that id.")
    return row


def view_of(row: SavedSearch) -> SavedSearchView:
    """Return what is shown of a search."""
    return SavedSearchView(row.id, row.name, read_query(row.query), row.alert, row.created_at)
