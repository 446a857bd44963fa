"""Searches that somebody keeps, and being told when something new fits."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from models.clock import now
from models.errors import Conflict, InvalidInput, LimitReached, NotFound
from models.ids import encode_id
from models.saved_searches import SavedSearch
from services.accounts import Actor, require_scope
from services.ideas.feed import FeedQuery, Tab, as_parameters, read_query
from services.ideas.words import spaced

MOST_SEARCHES, LONGEST_NAME, AT_ONCE = 30, 60, 50
# What is told of one search at once; the rest is found by opening it.
MOST_TOLD = 5
Tell = Callable[[Session, str, str, str, dict[str, Any]], object]
# Each search is looked at with all its facets by one statement; what was published while it ran is seen the next time.
FITTING = text("""
WITH due AS (
    SELECT id, user_id, name, query, looked_at FROM saved_searches
    WHERE alert AND looked_at < :before ORDER BY looked_at LIMIT :most FOR UPDATE SKIP LOCKED
), told AS (
    UPDATE saved_searches s SET looked_at = :moment FROM due WHERE s.id = due.id
)
SELECT due.id, due.user_id, due.name, array_agg(fits.idea_id) FROM due CROSS JOIN LATERAL (
    SELECT r.idea_id FROM idea_ranks r JOIN ideas i ON i.id = r.idea_id JOIN idea_texts t ON t.idea_id = r.idea_id
    WHERE r.listed AND r.published_at > due.looked_at AND r.published_at <= :moment AND i.user_id <> due.user_id
        AND (due.query ->> 'category' IS NULL OR r.category = due.query ->> 'category')
        AND (due.query ->> 'language' IS NULL OR r.language = due.query ->> 'language')
        AND (due.query ->> 'least' IS NULL OR r.price_cents >= 100 * (due.query ->> 'least')::int)
        AND (due.query ->> 'most' IS NULL OR r.price_cents <= 100 * (due.query ->> 'most')::int)
        AND (due.query ->> 'built' IS NULL OR r.built = (due.query ->> 'built' = 'yes'))
        AND (due.query ->> 'tag' IS NULL OR i.tags @> string_to_array(due.query ->> 'tag', ','))
        AND (due.query ->> 'words' IS NULL OR t.words @@ (websearch_to_tsquery('simple', due.query ->> 'words')
            || websearch_to_tsquery(CASE r.language WHEN 'en' THEN 'english' WHEN 'de' THEN 'german'
                WHEN 'es' THEN 'spanish' WHEN 'fr' THEN 'french' WHEN 'it' THEN 'italian' WHEN 'nl' THEN 'dutch'
                WHEN 'pt' THEN 'portuguese' WHEN 'tr' THEN 'turkish' WHEN 'ar' THEN 'arabic' WHEN 'hi' THEN 'hindi'
                ELSE 'simple' END::regconfig, due.query ->> 'words')))
    ORDER BY r.published_at, r.idea_id LIMIT :told
) AS fits
GROUP BY due.id, due.user_id, due.name
""")


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
    held = select(SavedSearch.name).where(col(SavedSearch.user_id) == actor.user_id)
    names = list(session.scalars(held))
    if named.casefold() in {one.casefold() for one in names}:
        raise Conflict("You keep a search of that name already.", "name_taken")
    if len(names) >= MOST_SEARCHES:
        raise LimitReached(
            f"You keep {MOST_SEARCHES} searches already. Delete one first.", "too_many_searches"
        )
    row = SavedSearch(user_id=actor.user_id, name=named, query=kept, alert=alert)
    session.add(row)
    session.flush()
    return view_of(row)


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
    mine = select(SavedSearch).where(col(SavedSearch.user_id) == actor.user_id)
    return [view_of(row) for row in session.scalars(mine.order_by(func.lower(SavedSearch.name)))]


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
    """Keep a search no longer.

    Raises:
        NotFound: no such search of theirs.
    """
    session.delete(own_search(session, actor, search_id))
    session.flush()


def own_search(session: Session, actor: Actor, search_id: str) -> SavedSearch:
    """Return a search of whoever asks, locked."""
    require_scope(actor, "ideas:read")
    found = select(SavedSearch).where(
        col(SavedSearch.id) == search_id, col(SavedSearch.user_id) == actor.user_id
    )
    row = session.scalars(found.with_for_update()).one_or_none()
    if row is None:
        raise NotFound("There is no saved search of yours with that id.")
    return row


def tell_due(session: Session, tell: Tell, *, before: datetime) -> int:
    """Tell people what was published since their searches were last looked at, and return how many were told.

    Looks at 50 searches that were looked at before `before`, the longest ago first. `tell(session, user_id, kind,
    search_id, data)` is `services.notifications.notify`; data is {"name", "ideas"}, five ideas at most.
    """
    values = {"before": before, "moment": now(), "most": AT_ONCE, "told": MOST_TOLD}
    rows = session.execute(FITTING, values).all()
    for search, user, name, ideas in rows:
        data = {"name": name, "ideas": [encode_id("idea", one) for one in ideas]}
        tell(session, encode_id("user", user), "saved_search", encode_id("srch", search), data)
    return len(rows)


def view_of(row: SavedSearch) -> SavedSearchView:
    """Return what is shown of a search."""
    return SavedSearchView(row.id, row.name, read_query(row.query), row.alert, row.created_at)
