"""People and teams for tests, made through services. Without passwords: hashing one is meant to be slow."""

import re

from sqlmodel import Session, select

from models.accounts import Membership, Role, User
from models.messages import Message
from services import accounts, teams
from services.accounts import Actor


def person(session: Session, name: str) -> Actor:
    """Somebody with an account and nothing else."""
    user = User(email=f"{name.lower()}@example.com", name=name, password_hash="none that matches")
    accounts.add_with_team(session, user, f"{name}'s team")
    return accounts.actor_for_user(session, user, via="session")


def again(session: Session, actor: Actor, team_id: str | None = None) -> Actor:
    """The same person as the next request finds it."""
    user = session.get_one(User, actor.user_id)
    return accounts.actor_for_user(session, user, via="session", team_id=team_id or actor.team_id)


def shared(session: Session, owner: Actor, name: str = "Tea Corner") -> tuple[Actor, str]:
    """A new team, and its owner at work in it."""
    team = teams.create_team(session, owner, name)
    return again(session, owner, team.id), team.id


def joined(session: Session, team_id: str, name: str, role: Role | str) -> Actor:
    """Somebody new in a team, at work in it."""
    actor = person(session, name)
    session.add(Membership(team_id=team_id, user_id=actor.user_id, role=role))
    session.flush()
    return again(session, actor, team_id)


def mails_to(session: Session, email: str) -> list[Message]:
    """What was written to an address, newest first."""
    return list(
        session.scalars(select(Message).where(Message.recipient == email).order_by(Message.id.desc()))
    )  # type: ignore[attr-defined]


def token_for(session: Session, email: str) -> str:
    """The token in the newest invitation to an address."""
    found = re.search(r"/invitation\?token=([\w-]+)", mails_to(session, email)[0].text)
    assert found is not None
    return found[1]
