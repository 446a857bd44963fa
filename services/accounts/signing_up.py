"""Making an account."""

import secrets

from sqlmodel import Session, col, select

from models.accounts import LinkPurpose, Membership, Role, Team, User, UserKind
from models.errors import Conflict, FieldError, InvalidInput, NotAllowed
from models.settings import settings
from services import audit, one_time_links
from services.accounts.actors import actor_for_user
from services.accounts.addresses import email_problem, lock_addresses, there_is
from services.accounts.passwords import hash_password, password_problem
from services.messages import letters


def sign_up(
    session: Session,
    *,
    email: str,
    password: str,
    name: str = "",
    operator_token: str | None = None,
    on_loopback: bool = True,
) -> User:
    """Make an account with a personal team. The first account of an installation is its operator.

    Raises:
        InvalidInput: the address, password or name cannot be used; `fields` says why.
        NotAllowed: off loopback, the first account did not bring the token printed at start.
        Conflict: the address has an account.
    """
    address, label = checked_sign_up(email, password, name)
    lock_addresses(session)
    first = is_new_installation(session)
    if first:
        check_operator_token(operator_token, on_loopback)
    if there_is(session, User.email == address):
        raise Conflict("There is an account with this e-mail address. Sign in instead.", "email_taken")
    user = User(email=address, name=label, password_hash=hash_password(password), is_operator=first)
    store(session, user)
    token = one_time_links.make_link(session, user.id, LinkPurpose.VERIFY_EMAIL, user.email)
    letters.welcome(session, user, token)
    return user


def store(session: Session, user: User) -> None:
    """Store a new account with its personal team, and the line of the audit trail."""
    shared = machine_team(session) if user.is_operator else None
    team = add_with_team(session, user, f"{user.name}'s team", shared)
    actor = actor_for_user(session, user, via="session")
    audit.record(session, actor, "account.signed_up", user.id, team.id, {"operator": user.is_operator})


def is_new_installation(session: Session) -> bool:
    """Whether nobody has an account yet, so that the next one runs this installation."""
    return not there_is(session, User.kind == UserKind.PERSON)


def checked_sign_up(email: str, password: str, name: str) -> tuple[str, str]:
    """Return the address and name to store, or raise with every field that cannot be used."""
    address, label, wrong = email.strip().lower(), " ".join(name.split()), []
    for path, sentence in (
        ("/email", email_problem(address)),
        ("/password", password_problem(password, address)),
    ):
        if sentence:
            wrong.append(FieldError(path, sentence))
    if len(label) > 80 or not label.isprintable():
        wrong.append(FieldError("/name", "Use at most 80 printable characters for your name."))
    if wrong:
        raise InvalidInput(wrong[0].message, "invalid_sign_up", fields=wrong)
    return address, label or address.partition("@")[0]


def check_operator_token(given: str | None, on_loopback: bool) -> None:
    """Let the first account pass on loopback, elsewhere only with the token that was printed at start."""
    wanted = settings().operator_token
    if on_loopback or (wanted and secrets.compare_digest((given or "").strip().encode(), wanted.encode())):
        return
    raise NotAllowed(
        "The first account runs this installation. Enter the operator token that the server printed at start.",
        "operator_token_needed",
    )


def add_with_team(session: Session, user: User, team_name: str, team: Team | None = None) -> Team:
    """Store an account and the personal team that owns what it makes: a new one unless `team` is given."""
    team = team or Team(personal=True, name="")
    team.name = team_name[:80]
    session.add_all([user, team])
    session.flush()
    session.add(Membership(team_id=team.id, user_id=user.id, role=Role.OWNER))
    session.flush()
    return team


def machine_team(session: Session) -> Team | None:
    """Return the team of this machine's command line, which the operator's account shares.

    So whatever was made in a shell on the server's machine is on the operator's screen, and the other way round.
    """
    statement = (
        select(Team)
        .join(Membership, col(Membership.team_id) == Team.id)
        .join(User, col(User.id) == Membership.user_id)
        .where(User.kind == UserKind.MACHINE, Membership.role == Role.OWNER)
        .order_by(col(Membership.created_at))
    )
    return session.scalars(statement).first()
