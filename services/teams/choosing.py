"""Which of their teams somebody works in. Kept with the session, so that each browser may work in another."""

from sqlalchemy import update
from sqlmodel import Session, col

from models.accounts import UserSession
from services.accounts import Actor, hash_token, in_team


def choose_team(session: Session, actor: Actor, token: str, team_id: str) -> Actor:
    """Let the session of a cookie work in another team, and return its actor there.

    Raises:
        NotAllowed: the account is in no such team.
    """
    chosen = in_team(actor, team_id)
    session.execute(
        update(UserSession)
        .where(col(UserSession.token_hash) == hash_token(token), col(UserSession.user_id) == actor.user_id)
        .values(team_id=chosen.team_id)
    )
    return chosen
