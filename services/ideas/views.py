"""Looks at ideas: who has read for five seconds counts once a day, and is known to nobody afterwards.

A page is given a ticket when it is built and hands it in once it was looked at for long enough. Visitors of a day are
told apart by a hash under the day's salt, which is deleted with the next day: no address and no session is stored, and
none can be found again.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, text
from sqlmodel import Session

from models.clock import now
from models.ids import Id
from models.installation import FactName
from services.accounts import Actor
from services.ideas.access import is_authors_side
from services.ideas.reading import find_idea
from services.trust.days import note_reading

LEAST_SECONDS, LONGEST = 5, timedelta(hours=2)
VISITOR_BYTES, PROOF_BYTES = 16, 16
# The first who comes on a day makes its salt; whoever comes at the same moment reads that one.
MAKE_SALT = text("""
INSERT INTO facts (name, host, data, at) VALUES (:name, :day, jsonb_build_object('salt', CAST(:salt AS text)), :moment)
ON CONFLICT (name, host) DO NOTHING
""")
READ_SALT = text("SELECT data ->> 'salt' FROM facts WHERE name = :name AND host = :day")
# One statement: the look, and what it changes, or neither. A second look of the day counts as a view alone.
COUNT = text("""
WITH first AS (
    INSERT INTO idea_looks (idea_id, day, visitor) VALUES (:idea_id, :day, :visitor)
    ON CONFLICT DO NOTHING RETURNING 1
)
INSERT INTO view_deltas (idea_id, qualified) SELECT :idea_id, (SELECT count(*) FROM first) RETURNING qualified
""").bindparams(bindparam("idea_id", type_=Id("idea")))
FORGET_LOOKS = text("DELETE FROM idea_looks WHERE day < :yesterday")
FORGET_SALTS = text("DELETE FROM facts WHERE name = :name AND host < :yesterday")


def ticket(session: Session, idea_id: str) -> str:
    """Return what a page of an idea hands in after five seconds: when it was made, and our proof of that."""
    moment = now()
    made = f"{moment.timestamp():.0f}"
    return f"{made}.{proof_of(salt_of(session, moment.date()), idea_id, made)}"


def count_view(session: Session, actor: Actor | None, idea_id: str, handed_in: str, visitor: str) -> bool:
    """Count a look at an idea, and return whether it is the visitor's first one of the day.

    `visitor` is what tells people apart: an account's id, else a session's or an address's text. A ticket that is not
    ours, younger than five seconds or older than two hours counts nothing, and neither does the author's own side.

    Raises:
        NotFound: there is no such idea for them to see.
    """
    idea, moment = find_idea(session, actor, idea_id), now()
    if is_authors_side(actor, idea) or (actor is not None and actor.user_id == idea.user_id):
        return False
    made = opened_at(session, idea.id, handed_in, moment)
    if made is None or not timedelta(seconds=LEAST_SECONDS) <= moment - made <= LONGEST:
        return False
    who = hashed(salt_of(session, moment.date()), actor.user_id if actor else visitor)
    values = {"idea_id": idea.id, "day": moment.date(), "visitor": who}
    first = bool(session.execute(COUNT, values).scalar_one())
    if first and actor is not None:
        note_reading(session, actor.user_id)
    return first


def opened_at(session: Session, idea_id: str, handed_in: str, moment: datetime) -> datetime | None:
    """Return when a ticket was made, or None where it is not one of ours for this idea."""
    made, _, proof = handed_in.partition(".")
    if not (made.isascii() and made.isdigit() and len(made) <= 12):
        return None
    opened = datetime.fromtimestamp(int(made), moment.tzinfo)
    # Only a ticket of today or yesterday can still be good; asking for another day would make its salt.
    if not moment - timedelta(days=1) <= opened <= moment:
        return None
    good = proof_of(salt_of(session, opened.date()), idea_id, made)
    return opened if hmac.compare_digest(good.encode(), proof.encode()) else None


def proof_of(salt: bytes, idea_id: str, made: str) -> str:
    """Return what only we can write under a ticket."""
    digest = hmac.digest(salt, f"ticket|{idea_id}|{made}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:PROOF_BYTES]).decode().rstrip("=")


def hashed(salt: bytes, visitor: str) -> bytes:
    """Return what a visitor is called on one day."""
    return hmac.digest(salt, f"visitor|{visitor}".encode(), hashlib.sha256)[:VISITOR_BYTES]


def salt_of(session: Session, day: date) -> bytes:
    """Return the salt of a day, made by whoever needs it first."""
    which = {"name": FactName.VIEW_SALT, "day": day.isoformat()}
    found = session.scalar(READ_SALT, which)
    if found is None:
        session.execute(MAKE_SALT, which | {"salt": secrets.token_hex(32), "moment": now()})
        found = session.scalar(READ_SALT, which)
    return bytes.fromhex(str(found))


def forget(session: Session) -> int:
    """Delete the looks and the salts of the days before yesterday. Due now and then."""
    yesterday = now().date() - timedelta(days=1)
    gone = session.execute(FORGET_LOOKS, {"yesterday": yesterday})
    values = {"name": FactName.VIEW_SALT, "yesterday": yesterday.isoformat()}
    session.execute(FORGET_SALTS, values)
    return int(gone.rowcount)  # type: ignore[attr-defined]
