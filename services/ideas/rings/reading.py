"""Who votes with whom, and from where: the co-vote graph by one statement, and the places of accounts, hashed."""

import hashlib
import hmac
import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from uuid import UUID

from sqlalchemy import DateTime, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session

from models.ids import Id, encode_id

# What is looked at: votes of so many days, for ideas with few enough voters that voting for both says something.
LOOKED_AT, MOST_VOTERS = timedelta(days=30), 200
# Two votes for one idea are close when so little time lies between them; of one device, within an hour.
CLOSE_S, CLOSE_AT_A_PLACE_S = 15 * 60, 60 * 60
LEAST_SHARED = 3
# A place with more accounts than that is a school, a company or a provider.
MOST_AT_A_PLACE = 60
RECENT = f"""
recent AS (SELECT idea_id, user_id, created_at FROM votes WHERE created_at > :since),
telling AS (
    SELECT r.* FROM recent r
    WHERE r.idea_id IN (SELECT idea_id FROM recent GROUP BY idea_id HAVING count(*) BETWEEN 2 AND {MOST_VOTERS})
), sizes AS (SELECT user_id, count(*) AS votes FROM telling GROUP BY user_id)
"""  # noqa: S608 - put together of constants
SINCE = bindparam("since", type_=DateTime(timezone=True))
PAIRS = text(f"""
WITH {RECENT}, together AS (
    SELECT a.user_id AS one, b.user_id AS other, count(*) AS shared,
        count(*) FILTER (WHERE abs(extract(epoch FROM a.created_at - b.created_at)) <= {CLOSE_S}) AS close
    FROM telling a JOIN telling b ON b.idea_id = a.idea_id AND b.user_id > a.user_id
    GROUP BY a.user_id, b.user_id HAVING count(*) >= {LEAST_SHARED}
)
SELECT t.one, t.other, t.shared, t.close, one.votes + other.votes - t.shared AS either
FROM together t JOIN sizes one ON one.user_id = t.one JOIN sizes other ON other.user_id = t.other
""").bindparams(SINCE)  # noqa: S608 - put together of constants
VOTES = text(f"""
WITH {RECENT} SELECT user_id, idea_id, extract(epoch FROM created_at)::float8 FROM telling WHERE user_id = ANY(:users)
""").bindparams(SINCE, bindparam("users", type_=ARRAY(Id("user"))))  # noqa: S608 - put together of constants
# Where whoever voted was signed in, since a while before.
PLACES = text("""
SELECT DISTINCT s.user_id, s.address, s.user_agent FROM sessions s
WHERE s.last_seen_at > :since AND s.address <> '' AND EXISTS (
    SELECT FROM votes v WHERE v.user_id = s.user_id AND v.created_at > :since
)
""").bindparams(SINCE)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts that voted for the same ideas: `shared` of the `either` that one of them voted for.

    `close` of those were cast within 15 minutes of each other, or within an hour where both were at one place.
    """

    one: str
    other: str
    shared: int
    close: int
    either: int


def pairs_of(session: Session, since: datetime) -> list[Pair]:
    """Return who shares three votes or more since a moment."""
    return [
        Pair(encode_id("user", one), encode_id("user", other), shared, close, either)
        for one, other, shared, close, either in session.execute(PAIRS, {"since": since})
    ]


def placed_pairs(session: Session, since: datetime) -> list[Pair]:
    """Return who was signed in at one place and shares a vote since a moment."""
    places = places_of(session, since)
    everybody = sorted(frozenset[str]().union(*places))
    cast: dict[str, dict[UUID, float]] = {}
    for user_id, idea_id, at in session.execute(VOTES, {"since": since, "users": everybody}):
        cast.setdefault(encode_id("user", user_id), {})[idea_id] = at
    pairs = {pair for place in places for pair in combinations(sorted(place & cast.keys()), 2)}
    met = [pair_of(one, other, cast[one], cast[other]) for one, other in sorted(pairs)]
    return [pair for pair in met if pair.shared]


def pair_of(one: str, other: str, ones: Mapping[UUID, float], others: Mapping[UUID, float]) -> Pair:
    """Return how two accounts of one place voted, by when each voted for what."""
    gaps = [abs(at - others[idea_id]) for idea_id, at in ones.items() if idea_id in others]
    close = sum(gap <= CLOSE_AT_A_PLACE_S for gap in gaps)
    return Pair(one, other, len(gaps), close, len(ones) + len(others) - len(gaps))


def places_of(session: Session, since: datetime) -> list[frozenset[str]]:
    """Return the accounts that were signed in with the same device at the same address, a set for each place.

    Addresses are hashed under a key that nobody keeps, so that nothing here can show or store one.
    """
    key, at = secrets.token_bytes(32), defaultdict[bytes, set[str]](set)
    for user_id, address, agent in session.execute(PLACES, {"since": since}):
        place = hmac.digest(key, f"{address}|{agent}".encode(), hashlib.sha256)
        at[place].add(encode_id("user", user_id))
    return together(at)


def together(at: Mapping[bytes, set[str]]) -> list[frozenset[str]]:
    """Return the accounts of each place that has several, and not half a town."""
    return [frozenset(users) for users in at.values() if 2 <= len(users) <= MOST_AT_A_PLACE]
