"""What a list shows of an idea, read by one statement together with the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from models.ids import encode_id
from services.accounts import Actor
from services.ideas.reading import ERASED_AUTHOR
from services.permissions import PERMISSIONS


class Slot(StrEnum):
    """Why an idea is where it is in a list."""

    ORGANIC = "organic"  # by the order of the list
    EXPLORING = "exploring"  # new, and hardly seen: one place in five is drawn among those
    FEATURED = "featured"  # its author pays for the place, which is labelled


@dataclass(frozen=True, slots=True)
class IdeaCard:
    """An idea in a list, and how it stands to whoever asks.

    `voted` says that they voted for it, `owns` that they may read its paid part, `mine` that it is theirs or their
    team's. `snippet` is where a search was found: pieces of public text, each with whether it is a hit.
    """

    id: str
    slot: Slot
    state: str
    title: str
    promise: str
    category: str
    tags: list[str]
    language: str
    price_cents: int
    author_id: str
    author_name: str
    votes: int
    buyers: int
    comments: int
    reviews: int
    built: bool
    featured_until: datetime | None
    published_at: datetime
    voted: bool
    owns: bool
    mine: bool
    snippet: tuple[tuple[str, bool], ...] = ()


# What of a rank a card shows.
RANK_COLUMNS = "votes, buyers, comments, reviews, built, featured_until, published_at"
TEXT_COLUMNS = """c.slot, c.score, c.idea_id, i.state, i.title, i.promise, i.category, i.tags, i.language,
    i.price_cents, i.user_id, i.team_id, u.name, u.erased_at"""
TEXTS = "FROM picked c JOIN ideas i ON i.id = c.idea_id JOIN users u ON u.id = i.user_id"
RANKS = "JOIN idea_ranks r ON r.idea_id = c.idea_id"
NOBODY = "false AS voted, false AS bought, 0 AS waiting"
OWN = """v.user_id IS NOT NULL AS voted, EXISTS (
        SELECT 1 FROM purchases p WHERE p.idea_id = c.idea_id AND p.user_id = %(me)s AND p.state = 'paid'
    ) AS bought, coalesce((SELECT sum(d.votes) FROM vote_deltas d WHERE d.idea_id = c.idea_id), 0) AS waiting"""
OWN_VOTES = "LEFT JOIN votes v ON v.idea_id = c.idea_id AND v.user_id = %(me)s"


def rank_columns(table: str) -> str:
    """Return the columns of a rank that a card shows, as they are read from a table."""
    return ", ".join(f"{table}.{name}" for name in RANK_COLUMNS.split(", "))


def cards_sql(actor: Actor | None, *, with_ranks: bool = False, extra: str = "") -> str:
    """Return what a list's statement ends in, for a visitor or for somebody who may have voted and bought.

    `picked` names the ideas, with their slot, what they are ordered by, and the columns of their ranks if the list was
    `with_ranks`; else they are looked up. `extra` is one more column.
    """
    ranks = rank_columns("c" if with_ranks else "r")
    own, votes = (NOBODY, "") if actor is None else (OWN, OWN_VOTES)
    more = f", {extra}" if extra else ""
    return f"SELECT {TEXT_COLUMNS}, {ranks}, {own}{more} {TEXTS} {'' if with_ranks else RANKS} {votes}"


def reading_teams(actor: Actor | None) -> frozenset[str]:
    """Return the teams whose ideas somebody reads whole (services.ideas.access.is_authors_side)."""
    if actor is None or not has_scope(actor, "ideas:read"):
        return frozenset()
    return frozenset(team for team, role in actor.roles.items() if "ideas:read" in PERMISSIONS[role])


def has_scope(actor: Actor, permission: str) -> bool:
    """Whether somebody is signed in, or came with a key that names a permission."""
    return actor.scopes is None or permission in actor.scopes


def cards_of(rows: Sequence[Sequence[Any]], actor: Actor | None) -> list[IdeaCard]:
    """Return the cards of rows that `cards_sql` read."""
    teams = reading_teams(actor)
    reads_bought = actor is not None and has_scope(actor, "purchases:read")
    sees_votes = actor is not None and has_scope(actor, "ideas:read")
    return [card_of(row, teams, reads_bought=reads_bought, sees_votes=sees_votes) for row in rows]


def card_of(row: Sequence[Any], teams: frozenset[str], *, reads_bought: bool, sees_votes: bool) -> IdeaCard:
    """Return the card of one row."""
    mine = bool(teams) and encode_id("team", row[11]) in teams
    return IdeaCard(
        id=encode_id("idea", row[2]), slot=Slot(row[0]), state=row[3], title=row[4], promise=row[5],
        category=row[6], tags=list(row[7]), language=row[8], price_cents=row[9], author_id=encode_id("user", row[10]),
        author_name=ERASED_AUTHOR if row[13] or not row[12] else row[12], votes=row[14] + int(row[23]), buyers=row[15],
        comments=row[16], reviews=row[17], built=row[18], featured_until=row[19], published_at=row[20],
        voted=sees_votes and row[21], owns=mine or (reads_bought and row[22]), mine=mine,
    )  # fmt: skip
