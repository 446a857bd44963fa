"""A receipt for every published version: in the transaction that publishes it, and later for those from before."""

import secrets

from sqlmodel import Session, col, select

from models.accounts import User
from models.clock import now
from models.ideas import Idea, IdeaVersion
from models.installation import FactName
from models.receipts import Receipt
from services.facts import find_fact, keep_fact
from services.ideas.receipts.documents import SALT_BYTES, Authorship, statement_of
from services.ideas.receipts.merkle import leaf_hash
from services.provenance import dsse, keys

AT_ONCE = 100


def make_receipt(session: Session, idea: Idea, version: IdeaVersion) -> Receipt | None:
    """Sign that the author of an idea has published a version of it. None where the account is gone."""
    author = session.get(User, idea.user_id)
    if author is None or author.erased_at is not None:
        return None
    moment = now()
    statement = statement_of(
        Authorship(
            idea.id, version.number, str(version.teaser["title"]), version.content_hash, author.id, author.name,
            version.created_at, moment, secrets.token_hex(SALT_BYTES),
        )
    )  # fmt: skip
    signer = keys.signer(session)
    envelope = dsse.seal(statement, signer.key_id, signer.sign)
    row = Receipt(
        version_id=version.id, user_id=author.id, envelope=envelope, leaf_hash=leaf_hash(envelope).hex(),
        made_at=moment,
    )  # fmt: skip
    session.add(row)
    return row


def make_missing(session: Session) -> int:
    """Make receipts for versions that were published before there were any, and return how many. Due now and then.

    Ids are in the order of time: what was looked through is not looked at again.
    """
    fact = find_fact(session, FactName.RECEIPTS)
    looked = fact.data["version_id"] if fact else None
    statement = (
        select(IdeaVersion, Idea, Receipt.version_id)
        .join(Idea, col(Idea.id) == col(IdeaVersion.idea_id))
        .outerjoin(Receipt, col(Receipt.version_id) == col(IdeaVersion.id))
        .order_by(col(IdeaVersion.id))
        .limit(AT_ONCE)
    )
    if looked:
        statement = statement.where(col(IdeaVersion.id) > looked)
    rows = session.exec(statement).all()
    if not rows:
        return 0
    made = [make_receipt(session, idea, version) for version, idea, there in rows if there is None]
    keep_fact(session, FactName.RECEIPTS, {"version_id": rows[-1][0].id})
    session.flush()
    return sum(one is not None for one in made)


def forget_author(session: Session, user_id: str) -> None:
    """Remove the receipts of somebody whose account goes, with their name in them. The log keeps the hashes."""
    for row in session.scalars(select(Receipt).where(col(Receipt.user_id) == user_id)):
        session.delete(row)
