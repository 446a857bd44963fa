"""A page of ideas: read by one statement, mixed, and the place at which the next one begins."""

import functools
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.clock import now
from models.errors import NotAllowed
from models.ids import decode_id
from models.paging import Page, page_limit
from services.accounts import Actor, require_scope
from services.ideas.feed.asking import Row, Statement, rows_of
from services.ideas.feed.cards import IdeaCard, Slot, cards_of, cards_sql, has_scope, reading_teams
from services.ideas.feed.cursor import MOST_OUT_OF_TURN, Place, decode, encode
from services.ideas.feed.facets import narrowing
from services.ideas.feed.first_page import is_ready, read_first
from services.ideas.feed.heads import seed_of
from services.ideas.feed.mixing import mixed
from services.ideas.feed.query import FeedQuery, Mine, Tab
from services.ideas.feed.searching import search_page
from services.ideas.feed.statements import SNAPSHOT, mine_sql, page_sql

# After that the places that ideas have left are forgotten, and a list goes on by the scores of now.
PLACE_KEPT = timedelta(minutes=29)
GOLDEN = 0.6180339887498949
MOVING = (Tab.TOP, Tab.RISING)


def list_ideas(
    session: Session,
    actor: Actor | None,
    query: FeedQuery,
    cursor: str = "",
    limit: int = 25,
    *,
    visitor: str = "",
) -> Page[IdeaCard]:
    """Return a page of ideas, 100 at most; visitors without an account read what is published.

    The pages of one list hold each idea once and leave none out, also while votes arrive: for half an hour they follow
    the order that the list had when its first page was read. `visitor` tells people without an account apart (a
    session's or an address's hash); it only decides which new ideas they are shown.

    Raises:
        InvalidInput: the cursor is not one of this list's.
        NotAllowed: Mine, for somebody without an account, or by a key that reads no ideas.
    """
    if query.words and query.tab != Tab.MINE:
        return search_page(session, actor, query, cursor, limit)
    place, size = decode(query, cursor) if cursor else None, page_limit(limit)
    if query.tab == Tab.MINE:
        return mine_page(session, actor, query, place, size)
    place = place or begin(actor, visitor)
    rows = read_first(session, actor, place) if is_ready(session, query, cursor, size) else []
    rows = rows or rows_of(session, page_statement(actor, query, place, size, begun=bool(cursor)))
    # A cursor has room for so many ideas that were shown out of turn; behind them the list goes on by its order alone.
    full = len(place.shown) + size // 2 > MOST_OUT_OF_TURN
    shown, more = mixed([row for row in rows if row[0] == Slot.ORGANIC] if full else rows, size)
    following = encode(query, next_place(query, place, rows, shown)) if more and shown else None
    return Page(cards_of(shown, actor), following)


def begin(actor: Actor | None, visitor: str) -> Place:
    """Return the place before the first row. Its draws are the same for a visitor within an hour."""
    moment = now()
    seed = seed_of(actor.user_id if actor else visitor, moment)
    return Place(0.0, uuid.UUID(int=0), at=int(moment.timestamp()), seed=seed)


def page_statement(
    actor: Actor | None, query: FeedQuery, place: Place, size: int, *, begun: bool
) -> Statement:
    """Return what a page of Top, New, Rising or Featured is read by."""
    moment = now()
    kept = begun and query.tab in MOVING and is_kept(place, moment)
    join, where, values = narrowing(query)
    values |= {
        "after": place.idea_id, "score": score_of(query.tab, place), "snapshot": place.snapshot,
        "shown": list(place.shown), "now": moment, "seed": place.seed,
        # Each page begins at another point of the circle.
        "chance": (place.seed / 2**64 + len(place.shown) * GOLDEN) % 1,
        "me": decode_id("user", actor.user_id) if actor else None,
    }  # fmt: skip
    return Statement(
        page_text(
            query.tab, join, where, cards_sql(actor, with_ranks=True, extra=SNAPSHOT), size, begun, kept
        ),
        values,
    )


@functools.lru_cache(maxsize=512)
def page_text(tab: Tab, join: str, where: str, cards: str, size: int, begun: bool, kept: bool) -> str:
    """Return the text of a page's statement, put together once for each kind of page."""
    return page_sql(tab, join, where, cards, size, begun=begun, kept=kept)


def is_kept(place: Place, moment: datetime) -> bool:
    """Whether the order in which a list was begun can still be told."""
    return bool(place.snapshot) and 0 <= moment.timestamp() - place.at < PLACE_KEPT.total_seconds()


def score_of(tab: Tab, place: Place) -> Any:
    """Return what a place is compared by: a score, or the moment that its microseconds stand for."""
    if tab in MOVING:
        return place.score
    return datetime.fromtimestamp(0, now().tzinfo) + timedelta(microseconds=int(place.score))


def next_place(query: FeedQuery, place: Place, rows: list[Row], shown: list[Row]) -> Place:
    """Return the place behind the last row that was shown in its turn."""
    last = [row for row in shown if row[0] == Slot.ORGANIC][-1]
    score = last[1] if query.tab in MOVING else round(last[1].timestamp() * 1_000_000)
    extra = tuple(row[2] for row in shown if row[0] != Slot.ORGANIC)
    return Place(score, last[2], place.snapshot or rows[0][-1], place.at, place.seed, place.shown + extra)


def mine_page(
    session: Session, actor: Actor | None, query: FeedQuery, place: Place | None, size: int
) -> Page[IdeaCard]:
    """Return a page of what somebody wrote, bought or voted for, the youngest idea first."""
    if actor is None:
        raise NotAllowed("Sign in to see your ideas.", "not_signed_in")
    require_scope(actor, "ideas:read")
    parts = [query.mine.value] if query.mine else [one.value for one in Mine if one]
    if not has_scope(actor, "purchases:read"):
        parts = [part for part in parts if part != Mine.BOUGHT] or [Mine.VOTED.value]
    join, where, values = narrowing(query)
    values |= {
        "me": decode_id("user", actor.user_id), "size": size, "after": place.idea_id if place else None,
        "teams": [decode_id("team", team) for team in reading_teams(actor)],
    }  # fmt: skip
    rows = rows_of(session, Statement(mine_sql(parts, join, where, cards_sql(actor)), values))
    shown = rows[:size]
    more = encode(query, Place(0.0, shown[-1][2])) if len(rows) > size else None
    return Page(cards_of(shown, actor), more)
