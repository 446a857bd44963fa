"""Ending mails by a link that stands in them: signed by us, so that it works without signing in and for nobody else."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session

from models.accounts import User
from models.errors import InvalidInput
from models.installation import FactName
from models.notifications import NotificationKind, Ways
from models.settings import settings
from services.facts import find_fact, keep_once
from services.notifications.ways import KINDS, keep_ways

PROOF_BYTES = 16
# By their place in the list, so that a link stays short; a new kind comes at its end.
ORDER = list(NotificationKind)
UNKNOWN = (
    "This link is not whole. Open it from the mail once more, or choose what is mailed in your settings."
)


@dataclass(frozen=True, slots=True)
class Declined:
    """Whose mails a link ends, and of which kinds. `words` are the kinds for people."""

    user_id: str
    kinds: list[str]
    words: list[str]


def unsubscribe_url(session: Session, user_id: str, kinds: Iterable[NotificationKind]) -> str:
    """Return the address that ends an account's mails of some kinds. It holds for as long as the account."""
    letters = "".join(f"{ORDER.index(kind):x}" for kind in sorted(set(kinds), key=ORDER.index))
    named = f"{user_id.removeprefix('user_')}.{letters}"
    return f"{settings().public_url}/unsubscribe?token={named}.{proof_of(session, named)}"


def find_declined(session: Session, token: str) -> Declined | None:
    """Return what a link ends, without ending it; None where it is not one of ours."""
    named, _, proof = token.rpartition(".")
    user, _, letters = named.partition(".")
    if not proof or not hmac.compare_digest(proof_of(session, named).encode(), proof.encode()):
        return None
    kinds = [ORDER[int(letter, 16)] for letter in letters]
    words = [one.words for one in KINDS if one.kind in kinds]
    return Declined(f"user_{user}", [kind.value for kind in kinds], words)


def decline(session: Session, token: str) -> Declined:
    """End the mails that a link speaks of; on the page they go on. Twice is once.

    Raises:
        InvalidInput: it is not one of ours, or the account is gone.
    """
    found = find_declined(session, token)
    user = session.get(User, found.user_id) if found else None
    if found is None or user is None or user.erased_at is not None:
        raise InvalidInput(UNKNOWN, "bad_unsubscribe_link")
    # Who has turned a kind off altogether keeps it off.
    keep_ways(session, found.user_id, found.kinds, Ways.PAGE, unless=Ways.OFF)
    return found


def proof_of(session: Session, named: str) -> str:
    """Return what only we can write under a link."""
    digest = hmac.digest(key_of(session), f"unsubscribe|{named}".encode("utf-8", "replace"), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:PROOF_BYTES]).decode().rstrip("=")


def key_of(session: Session) -> bytes:
    """Return what this installation signs such links with, made by whoever needs it first."""
    found = find_fact(session, FactName.UNSUBSCRIBE_KEY)
    if found is None:
        keep_once(session, FactName.UNSUBSCRIBE_KEY, {"key": secrets.token_hex(32)})
        found = find_fact(session, FactName.UNSUBSCRIBE_KEY)
    if found is None:
        raise RuntimeError("the key was made a moment ago")
    return bytes.fromhex(found.data["key"])
