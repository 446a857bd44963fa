"""The first page of Top out of the rows that are kept for it (`heads`): one range of one index."""

import functools
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlmodel import Session

from models.ids import decode_id
from services.accounts import Actor
from services.ideas.feed.asking import Row, Statement, rows_of
from services.ideas.feed.cards import Slot
from services.ideas.feed.cursor import Place
from services.ideas.feed.following import has_written
from services.ideas.feed.heads import FIRST_PAGE, hand_of
from services.ideas.feed.query import FeedQuery

HAND = "FROM top_heads h WHERE h.hand IN (0, %(hand)s)"
# What is the same for the whole page comes with its first row.
ONCE = "CASE h.place WHEN 1 THEN {} END"
OWN = """EXISTS (SELECT 1 FROM votes v WHERE v.idea_id = h.idea_id AND v.user_id = %(me)s),
    EXISTS (SELECT 1 FROM purchases p WHERE p.idea_id = h.idea_id AND p.user_id = %(me)s AND p.state = 'paid')"""
WAITING = f"""(SELECT json_object_agg(idea_id, votes) FROM (
    SELECT d.idea_id, sum(d.votes) AS votes FROM vote_deltas d
    WHERE d.idea_id = ANY((SELECT array_agg(h.idea_id) {HAND})::uuid[]) GROUP BY d.idea_id) AS w)"""  # noqa: S608
SNAPSHOT = "(SELECT pg_current_snapshot()::text)"
VISITOR = f"SELECT h.place, h.card, {ONCE.format(SNAPSHOT)} {HAND}"
SIGNED_IN = f"SELECT h.place, h.card, {ONCE.format(SNAPSHOT)}, {ONCE.format(WAITING)}, {OWN} {HAND}"


def is_ready(session: Session, query: FeedQuery, cursor: str, size: int) -> bool:
    """Whether a page is the one that is kept. A transaction that has changed what it shows reads the ranks instead."""
    if cursor or size != FIRST_PAGE or query != FeedQuery():
        return False
    session.flush()
    return not has_written(session)


def read_first(session: Session, actor: Actor | None, place: Place) -> list[Row]:
    """Return the rows of the first page, as the statement of any page gives them; none where nothing is kept yet."""
    found = sorted(rows_of(session, first_statement(actor, place)), key=itemgetter(0))
    if not found:
        return []
    waiting = (found[0][3] if actor else None) or {}
    rows = [row_of(row, waiting, found[0][2]) for row in found]
    organic = {row[2] for row in rows if row[0] == Slot.ORGANIC}
    return [row for row in rows if row[0] == Slot.ORGANIC or row[2] not in organic]


def first_statement(actor: Actor | None, place: Place) -> Statement:
    """Return what the first page is read by."""
    values: dict[str, Any] = {"hand": hand_of(place.seed)}
    if actor is None:
        return Statement(VISITOR, values)
    return Statement(SIGNED_IN, values | {"me": decode_id("user", actor.user_id)})


def row_of(row: Row, waiting: Mapping[str, int], snapshot: str) -> Row:
    """Return a row as `services.ideas.feed.cards.cards_sql` gives it, of one that is kept."""
    card, idea = read_card(row[1])
    voted, bought = row[4:] or (False, False)
    return (*card, voted, bought, waiting.get(idea, 0) if waiting else 0, snapshot)


@functools.lru_cache(maxsize=2048)
def read_card(written: str) -> tuple[Row, str]:
    """Return the columns of a card out of its text, and the uuid of its idea. Page after page shows the same ones."""
    slot, score, idea, *texts, user, team, author, a, b, c, d, e, featured, published = json.loads(written)
    card = (
        slot, score, uuid.UUID(idea), "published", *texts, uuid.UUID(user), uuid.UUID(team), author, None,
        a, b, c, d, e, featured and datetime.fromisoformat(featured), datetime.fromisoformat(published),
    )  # fmt: skip
    return card, idea
