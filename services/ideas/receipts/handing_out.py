"""The file that an author keeps."""

import json
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.errors import NotAllowed, NotFound
from models.ideas import IdeaVersion
from models.provenance import SigningKey
from models.receipts import Receipt, ReceiptDay
from services.accounts import Actor
from services.ideas.access import is_authors_side
from services.ideas.reading import find_idea
from services.ideas.receipts.days import leaves_of
from services.ideas.receipts.documents import Inclusion, receipt_file
from services.ideas.receipts.merkle import path_of


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    """A receipt as it is saved."""

    name: str
    content: bytes


def receipt_of(session: Session, actor: Actor, idea_id: str, version: int | None = None) -> ReceiptFile:
    """Return the receipt of a version of an idea, of the one that is sold now without `version`, for its author's side.

    Raises:
        NotFound: there is no such idea for them to see, no such version, or its receipt is not made yet.
        NotAllowed: it is somebody else's.
    """
    idea = find_idea(session, actor, idea_id)
    if not is_authors_side(actor, idea):
        raise NotAllowed("A receipt is handed to the author of an idea alone.", "not_the_author")
    number = version or idea.version_number
    statement = (
        select(Receipt)
        .join(IdeaVersion, col(IdeaVersion.id) == col(Receipt.version_id))
        .where(col(IdeaVersion.idea_id) == idea.id, col(IdeaVersion.number) == number)
    )
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise NotFound(f"There is no receipt of version {number} of this idea yet.")
    inclusion = inclusion_of(session, row)
    envelopes = [row.envelope, *([inclusion.day] if inclusion else [])]
    content = receipt_file(row.envelope, pems_of(session, envelopes), inclusion)
    return ReceiptFile(f"{idea.id}.v{number}.receipt.json", content)


def inclusion_of(session: Session, row: Receipt) -> Inclusion | None:
    """Return where a receipt stands in the log, None before its day was closed."""
    if row.day is None or row.position is None:
        return None
    day = session.get_one(ReceiptDay, row.day)
    return Inclusion(day.envelope, row.position, day.size, path_of(leaves_of(day), row.position))


def pems_of(session: Session, envelopes: list[bytes]) -> list[str]:
    """Return the public keys that signed some envelopes."""
    ids = {str(one["keyid"]) for envelope in envelopes for one in json.loads(envelope)["signatures"]}
    return list(session.scalars(select(SigningKey.public_key).where(col(SigningKey.id).in_(ids))))
