"""Who may decide: never about what is one's own, and not alone where two are asked for, as far as there are others."""

from collections.abc import Iterable

from sqlmodel import Session

from models.errors import NotAllowed
from services.accounts import Actor
from services.operators import operators


def require_person(moderator: Actor) -> None:
    """Refuse the server's own machine, behind which anybody may stand, where two people are counted.

    Raises:
        NotAllowed: it came by the machine's own key.
    """
    if moderator.via == "local":
        raise NotAllowed(
            "Closing an account takes two people. Use a key of your own account.", "person_needed"
        )


def others_than(session: Session, user_ids: Iterable[str | None]) -> bool:
    """Whether somebody else runs this installation, too."""
    named = set(user_ids)
    return any(one.id not in named for one in operators(session))


def refuse_own(session: Session, moderator: Actor, subject_user_id: str) -> None:
    """Refuse a moderator who answers for the subject, while there is another one.

    Raises:
        NotAllowed: it is their own.
    """
    if moderator.user_id == subject_user_id and others_than(session, [moderator.user_id]):
        raise NotAllowed("This is about you. Another operator decides it.", "own_case")


def refuse_judge(session: Session, moderator: Actor, *judges: str | None) -> None:
    """Refuse who has decided before, while there is another one.

    Raises:
        NotAllowed: somebody else has to look at it.
    """
    if moderator.user_id in judges and others_than(session, [moderator.user_id, *judges]):
        raise NotAllowed("You have decided this. Another operator answers the appeal.", "own_decision")
