"""Who runs this installation: named by an operator or on the server's own machine. There is always one."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.accounts import User, UserKind
from models.errors import Conflict, FieldError, InvalidInput, NotAllowed, NotFound
from services import audit
from services.accounts import Actor, email_problem, require_confirmed, require_operator
from services.messages import letters


@dataclass(frozen=True, slots=True)
class OperatorView:
    """One operator. `you` is the one that asks."""

    user_id: str
    name: str
    email: str
    you: bool


def list_operators(session: Session, actor: Actor) -> list[OperatorView]:
    """Return the people who run this installation, by name."""
    require_operator(actor, "installation:read")
    found = sorted(operators(session), key=lambda user: (user.name.lower(), user.id))
    return [OperatorView(user.id, user.name, user.email, user.id == actor.user_id) for user in found]


def operators(session: Session, *, locked: bool = False) -> list[User]:
    """Return the accounts of the people who run this installation; locked, so that two changes follow each other."""
    people = select(User).where(
        User.is_operator, User.kind == UserKind.PERSON, col(User.disabled_at).is_(None)
    )
    statement = people.order_by(col(User.id)).execution_options(populate_existing=locked)
    return list(session.scalars(statement.with_for_update() if locked else statement))


def add_operator(session: Session, actor: Actor, email: str) -> OperatorView:
    """Let one more person run this installation. They and every other operator are told by mail.

    Raises:
        NotAllowed: the actor is no operator, came by a key, or has to enter the password again.
        InvalidInput, NotFound: this is no address, or there is no account with it.
        Conflict: the person is an operator already.
    """
    require_change(actor)
    user = account_of(session, email)
    before = operators(session, locked=True)
    if user.is_operator:
        raise Conflict(f"{user.email} runs this installation already.", "already_operator")
    user.is_operator = True
    audit.record(session, actor, "operator.added", user.id, actor.personal_team_id)
    letters.made_operator(session, user, actor.name)
    for other in before:
        letters.operators_changed(session, other, f"{user.name} ({user.email}) runs it too now", actor.name)
    return OperatorView(user.id, user.name, user.email, False)


def remove_operator(session: Session, actor: Actor, email: str) -> None:
    """Take an operator's rights back. They and every other operator are told by mail.

    Raises:
        NotAllowed: as above.
        NotFound: no operator has this address.
        Conflict: it is the last one.
    """
    require_change(actor)
    before = operators(session, locked=True)
    user = next((one for one in before if one.email == email.strip().lower()), None)
    if user is None:
        raise NotFound("No operator of this installation has this address.", "no_such_operator")
    if len(before) == 1:
        raise Conflict(
            f"{user.email} is the only operator of this installation. Add another one first.", "last_operator"
        )
    user.is_operator = False
    audit.record(session, actor, "operator.removed", user.id, actor.personal_team_id)
    letters.no_operator_any_more(session, user, actor.name)
    for other in before:
        if other is not user:
            letters.operators_changed(
                session, other, f"{user.name} ({user.email}) does not run it any more", actor.name
            )


def require_change(actor: Actor) -> None:
    """Refuse all but an operator who has just entered the password, and this machine's own command line.

    A key may not, whatever it names: whoever has it could make themselves an operator for good.
    """
    require_operator(actor, "installation:write")
    if actor.via == "key":
        raise NotAllowed("A key may not do this. Sign in with a browser.", "browser_needed")
    require_confirmed(actor)


def find_account(session: Session, actor: Actor, email: str) -> str:
    """Return the id of the account with an address, for the operator.

    Raises:
        NotAllowed: the actor is no operator.
        InvalidInput, NotFound: this is no address, or there is no account with it.
    """
    require_operator(actor, "installation:write")
    return account_of(session, email).id


def account_of(session: Session, email: str) -> User:
    """Return the account of an address, if it is a person's."""
    address = email.strip().lower()
    if problem := email_problem(address):
        raise InvalidInput(problem, "invalid_email", fields=[FieldError("/email", problem)])
    live = select(User).where(User.kind == UserKind.PERSON, col(User.disabled_at).is_(None))
    user = session.scalar(live.where(User.email == address).with_for_update())
    if user is None:
        raise NotFound(
            f"There is no account with the address {address}. Its owner signs up first.", "no_such_account"
        )
    return user
