"""Searching ideas: of those that fit the 200 best, ordered by how well they fit."""

import functools
import re
from dataclasses import replace
from typing import Any

from sqlmodel import Session

from models.ids import decode_id
from models.paging import Page, page_limit
from services.accounts import Actor
from services.ideas.feed.asking import Row, Statement, rows_of
from services.ideas.feed.cards import IdeaCard, cards_of, cards_sql
from services.ideas.feed.cursor import Place, decode, encode
from services.ideas.feed.facets import conditions
from services.ideas.feed.query import FeedQuery
from services.ideas.words import CONFIGS, spaced

# Ranking every match of a common word takes half a second of a million ideas; the best of them take milliseconds.
MOST_FOUND = 200
# Marks around a hit that no text of an idea can hold (services.ideas.fields refuses them).
OPEN, CLOSE = "\x02", "\x03"
# Stands in a card's columns for the SQL of where it was found.
SNIPPET = "NULL AS snippet"
HEADLINE = f"StartSel={OPEN}, StopSel={CLOSE}, MaxWords=24, MinWords=12, MaxFragments=1, FragmentDelimiter=…"


def search_page(
    session: Session, actor: Actor | None, query: FeedQuery, cursor: str = "", limit: int = 25
) -> Page[IdeaCard]:
    """Return a page of the ideas that fit the words of a query and its facets, the best first.

    Words are understood as people type them into a search box: all of them, "in this order", this or that, -not.

    Raises:
        InvalidInput: the cursor is not one of this search's.
    """
    place, size = decode(query, cursor) if cursor else None, page_limit(limit)
    where, values = facets(query)
    values |= {
        "words": spaced(query.words), "size": size, "headline": HEADLINE,
        "score": place.score if place else None, "after": place.idea_id if place else None,
        "me": decode_id("user", actor.user_id) if actor else None,
    }  # fmt: skip
    sql = search_sql(configs_of(query), where, cards_sql(actor, extra=SNIPPET), begun=bool(place))
    rows = rows_of(session, Statement(sql, values), planned_anew=True)
    shown = rows[:size]
    more = encode(query, Place(shown[-1][1], shown[-1][2])) if len(rows) > size else None
    return Page(with_snippets(cards_of(shown, actor), shown), more)


def facets(query: FeedQuery) -> tuple[str, dict[str, Any]]:
    """Return what narrows a search, over `idea_texts t`."""
    where, values = conditions(query, "t")
    if query.tags:
        where, values = where + " AND t.tags @> %(tags)s::text[]", values | {"tags": list(query.tags)}
    if query.author_id:
        where += " AND t.idea_id IN (SELECT id FROM ideas WHERE user_id = %(author)s)"
        values = values | {"author": decode_id("user", query.author_id)}
    return where, values


def configs_of(query: FeedQuery) -> tuple[str, ...]:
    """Return how the words are read: as written, and by the language that is chosen or by every one that we know.

    A word that must not be there is read in English only: one language's stem lets in what another's keeps out.
    """
    if query.language:
        return ("simple", CONFIGS.get(query.language, "simple"))
    if re.search(r"(^|\s)-\w", query.words):
        return ("simple", "english")
    return ("simple", *CONFIGS.values())


@functools.lru_cache(maxsize=256)
def search_sql(configs: tuple[str, ...], where: str, cards: str, *, begun: bool) -> str:
    """Return the statement of a page of a search."""
    asked = " || ".join(f"websearch_to_tsquery('{one}', %(words)s)" for one in dict.fromkeys(configs))
    headline = f"ts_headline('simple', i.promise || ' ' || i.problem, {asked}, %(headline)s)"
    behind = " WHERE (score, idea_id) < (%(score)s, %(after)s)" if begun else ""
    return f"""WITH found AS MATERIALIZED (
        SELECT t.idea_id, t.words FROM idea_texts t WHERE t.listed AND t.words @@ ({asked}){where}
        ORDER BY t.quality DESC, t.idea_id DESC LIMIT {MOST_FOUND}
    ), ranked AS (SELECT idea_id, ts_rank(words, {asked})::float8 AS score FROM found), picked AS (
        SELECT 'organic' AS slot, idea_id, score FROM ranked{behind}
        ORDER BY score DESC, idea_id DESC LIMIT %(size)s + 1
    ) {cards.replace(SNIPPET, headline, 1)} ORDER BY c.score DESC, c.idea_id DESC"""  # noqa: S608


def with_snippets(cards: list[IdeaCard], rows: list[Row]) -> list[IdeaCard]:
    """Return the cards with where each was found."""
    return [replace(card, snippet=pieces(row[-1])) for card, row in zip(cards, rows, strict=True)]


def pieces(headline: str) -> tuple[tuple[str, bool], ...]:
    """Return the pieces of a marked text, each with whether it is a hit."""
    parts = re.split(f"{OPEN}(.*?){CLOSE}", headline, flags=re.DOTALL)
    return tuple((part, bool(at % 2)) for at, part in enumerate(parts) if part)
