"""Links that are mailed and work once: what is stored is the hash of their token, its purpose and its end."""

import secrets
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, update
from sqlmodel import Session, col, select

from models.accounts import LinkPurpose, OneTimeLink, User
from models.clock import now
from models.errors import InvalidInput
from models.ids import new_id

LIVES: dict[LinkPurpose, timedelta] = {
    LinkPurpose.VERIFY_EMAIL: timedelta(days=3),
    LinkPurpose.CHANGE_EMAIL: timedelta(days=3),
    LinkPurpose.RESET_PASSWORD: timedelta(hours=1),
}
ENDED = "This link has ended, or was used before. Ask for a new one."


def make_link(session: Session, user_id: str, purpose: LinkPurpose, email: str, link_id: str = "") -> str:
    """Store a link and return the token for the mail. `email` is the address that it proves."""
    token = secrets.token_urlsafe(32)
    session.add(
        OneTimeLink(
            id=link_id or new_id("link"),
            user_id=user_id,
            purpose=purpose,
            email=email,
            token_hash=hash_token(token),
            expires_at=now() + LIVES[purpose],
        )
    )
    session.flush()
    return token


def find_link(session: Session, token: str, *purposes: LinkPurpose) -> OneTimeLink | None:
    """Return the link that a token still opens, without using it."""
    return session.scalars(select(OneTimeLink).where(opens(token, purposes))).one_or_none()


def use_link(session: Session, token: str, *purposes: LinkPurpose) -> tuple[OneTimeLink, User]:
    """Use a link up and return it with its account. Of two at the same moment, one is refused.

    Raises:
        InvalidInput: it was used, has ended, is for something else, or never was; one answer for all of them.
    """
    found = find_link(session, token, *purposes)
    user = lock_account(session, found.user_id) if found else None
    statement = update(OneTimeLink).where(opens(token, purposes)).values(used_at=now()).returning(OneTimeLink)
    link = session.scalars(statement).one_or_none()
    if link is None or user is None or user.disabled_at is not None:
        raise InvalidInput(ENDED, "link_ended")
    return link, user


def lock_account(session: Session, user_id: str) -> User:
    """Return an account with its row locked, so that its password, address and links change one at a time.

    Whoever changes links locks their account first: two who went the other way round would wait for each other.
    """
    return session.get_one(User, user_id, with_for_update={"key_share": True})


def end_links(session: Session, user_id: str, *purposes: LinkPurpose) -> None:
    """Let every open link of an account for these purposes end at once."""
    mine = and_(col(OneTimeLink.user_id) == user_id, col(OneTimeLink.purpose).in_(purposes))
    session.execute(update(OneTimeLink).where(mine, col(OneTimeLink.used_at).is_(None)).values(used_at=now()))


def opens(token: str, purposes: tuple[LinkPurpose, ...]) -> ColumnElement[bool]:
    """Return the condition that a row is the open link of a token."""
    return and_(
        col(OneTimeLink.token_hash) == hash_token(token),
        col(OneTimeLink.purpose).in_(purposes),
        col(OneTimeLink.used_at).is_(None),
        col(OneTimeLink.expires_at) > now(),
    )


def hash_token(token: str) -> str:
    """Return what is stored of a random token. It is random and long, so a plain hash is enough."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
