"""A marketplace with moderators, for tests: two operators, an author, and people who report."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.accounts import User
from models.messages import Message
from services import accounts
from services.accounts import Actor
from services.moderation.listing import list_cases
from services.moderation.reporting import report
from tests.services.teams.people import again, person

REASON = "It lists private addresses, which our rules forbid."


@dataclass(frozen=True)
class Court:
    """Who there is. `grace` and `linus` run the installation, `ada` writes, `bob` and `eve` read."""

    grace: Actor
    linus: Actor
    ada: Actor
    bob: Actor
    eve: Actor


def court(session: Session) -> Court:
    """Make them all."""
    people = []
    for name in Court.__annotations__:
        actor = person(session, name.capitalize())
        session.get_one(User, actor.user_id).is_operator = name in ("grace", "linus")
        session.flush()
        people.append(again(session, actor))
    return Court(*people)


def reported(session: Session, who: Actor, subject_id: str, reason: str = "private", words: str = "") -> str:
    """Report something and return the case that it came into."""
    report(session, who, subject_id, reason, words)
    operator = session.scalars(select(User).where(col(User.is_operator))).first()
    assert operator is not None
    looker = accounts.actor_for_user(session, operator, via="session")
    return next(row.id for row in list_cases(session, looker).items if row.subject_id == subject_id)


def letters_to(session: Session, who: Actor) -> list[str]:
    """Return the texts of what was written to somebody, oldest first, within an open transaction."""
    wanted = select(Message).where(col(Message.recipient) == who.email)
    rows = session.scalars(wanted.order_by(col(Message.created_at), col(Message.id)))
    return [f"{row.subject}\n{row.text}" for row in rows]
