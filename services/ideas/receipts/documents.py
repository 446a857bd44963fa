"""What is signed, and the file that an author keeps. The same values give the same bytes.

Both statements are in-toto statements v1. A receipt's subject is the SHA-256 of the idea's canonical words, a day's the
root of its tree. The leaf of a receipt is the whole signed envelope.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.provenance.encoding import compact, readable
from services.provenance.statement import STATEMENT_TYPE

FORMAT = "ideasmith.receipt/1"
AUTHORSHIP = "urn:ideasmith:predicate:authorship:v1"
LOG_DAY = "urn:ideasmith:predicate:receipt-day:v1"
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who has published what, and when. `salt` keeps the log's hash from being guessed by who knows the rest."""

    idea_id: str
    version: int
    title: str
    content_hash: str
    author_id: str
    author_name: str
    published_at: datetime
    signed_at: datetime
    salt: str


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Where a receipt stands in the log: the day's signed envelope, and the proof that leads to its root."""

    day: bytes
    position: int
    size: int
    path: Sequence[bytes]


def statement_of(one: Authorship) -> bytes:
    """Return what is signed of a version."""
    predicate = {
        "author": {"id": one.author_id, "name": one.author_name},
        "idea": one.idea_id,
        "version": one.version,
        "title": one.title,
        "published_at": one.published_at.isoformat(),
        "signed_at": one.signed_at.isoformat(),
        "salt": one.salt,
    }
    return signed_form(f"{one.idea_id}, version {one.version}", one.content_hash, AUTHORSHIP, predicate)


def day_statement(day: date, root: str, size: int, previous: str | None, closed_at: datetime) -> bytes:
    """Return what is signed of a day. `previous` is the SHA-256 of the envelope of the day before."""
    predicate = {
        "day": day.isoformat(), "size": size, "previous": previous, "closed_at": closed_at.isoformat(),
    }  # fmt: skip
    return signed_form(f"receipts of {day.isoformat()}", root, LOG_DAY, predicate)


def signed_form(name: str, digest: str, kind: str, predicate: dict[str, Any]) -> bytes:
    """Return a statement about one thing."""
    return compact(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": name, "digest": {"sha256": digest}}],
            "predicateType": kind,
            "predicate": predicate,
        }
    )


def receipt_file(envelope: bytes, keys: Sequence[str], inclusion: Inclusion | None) -> bytes:
    """Return the file that an author keeps. `keys` are the public keys that signed, in PEM form."""
    place = inclusion and {
        "position": inclusion.position,
        "size": inclusion.size,
        "path": [branch.hex() for branch in inclusion.path],
    }
    return readable(
        {
            "format": FORMAT,
            "receipt": json.loads(envelope),
            "day": json.loads(inclusion.day) if inclusion else None,
            "inclusion": place,
            "keys": sorted(keys),
        }
    )
