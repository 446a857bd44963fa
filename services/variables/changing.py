"""Sets and removes the variables of a deployment. The application gets them when it starts next."""

import secrets
from collections.abc import Mapping

from sqlmodel import Session, col, select

from models.clock import now
from models.deployment_variables import DeploymentVariable, Kind
from models.deployments import Deployment
from models.errors import NotFound
from services import audit
from services.accounts import Actor
from services.deployments.bell import ring_keeper
from services.deployments.rollback import locked
from services.variables.dotenv import read_dotenv
from services.variables.names import check_together, check_variable
from services.variables.sealing import SEAL_BYTES, Sealed, seal, unseal

Rows = dict[str, DeploymentVariable]


def set_variable(
    session: Session, actor: Actor, deployment_id: str, name: str, kind: Kind, value: str
) -> None:
    """Store one variable, in the place of the one of its name. A plain one that has this value already stays.

    Raises:
        NotFound: no such deployment, or of another team.
        NotAllowed: the actor may not manage it.
        Conflict: it is being deleted.
        InvalidInput: name or value cannot be used, or there would be too many.
    """
    deployment = locked(session, actor, deployment_id)
    check_variable(name, kind, value)
    store(session, actor, deployment, {name: (kind, value)})


def generate_secret(session: Session, actor: Actor, deployment_id: str, name: str) -> str:
    """Store a new random secret (256 bits, 43 characters) and return it, this once.

    Raises:
        as `set_variable`.
    """
    value = secrets.token_urlsafe(32)
    set_variable(session, actor, deployment_id, name, Kind.SECRET, value)
    return value


def import_dotenv(
    session: Session, actor: Actor, deployment_id: str, text: str, kind: Kind | None = None
) -> list[str]:
    """Store every variable of a pasted `.env` file, or none of them. Returns their names.

    What the file does not name stays. Without a `kind` each line gets the one that it looks like.

    Raises:
        as `set_variable`; InvalidInput names every bad line by its number.
    """
    deployment = locked(session, actor, deployment_id)
    found = read_dotenv(text, kind)
    store(session, actor, deployment, found)
    return list(found)


def unset_variable(session: Session, actor: Actor, deployment_id: str, name: str) -> None:
    """Remove one variable.

    Raises:
        NotFound: no such deployment or variable.
        NotAllowed: the actor may not manage it.
        Conflict: it is being deleted.
    """
    deployment = locked(session, actor, deployment_id)
    row = session.get(DeploymentVariable, (deployment.id, name))
    if row is None:
        raise NotFound("There is no variable of that name. It may have been removed.", "no_such_variable")
    session.delete(row)
    note_change(session, actor, deployment, "variable.unset", [name])


def store(
    session: Session, actor: Actor, deployment: Deployment, wanted: Mapping[str, tuple[Kind, str]]
) -> None:
    """Store checked variables, and note those that are new or another now."""
    rows = rows_of(session, deployment.id)
    sizes = {name: len(row.sealed) - SEAL_BYTES for name, row in rows.items()}
    check_together(sizes | {name: len(value.encode()) for name, (_, value) in wanted.items()})
    changed = [name for name, (kind, value) in wanted.items() if not says(rows.get(name), kind, value)]
    for name in changed:
        kind, value = wanted[name]
        sealed = seal(deployment.id, name, kind, value)
        row = rows.get(name) or DeploymentVariable(
            deployment_id=deployment.id, name=name, team_id=deployment.team_id, user_id=actor.user_id,
            kind=kind, sealed=b"", key_id="",
        )  # fmt: skip
        row.kind, row.sealed, row.key_id = kind, sealed.content, sealed.key_id
        row.user_id, row.changed_at = actor.user_id, now()
        session.add(row)
    if changed:
        note_change(session, actor, deployment, "variable.set", changed)


def rows_of(session: Session, deployment_id: str) -> Rows:
    """Return the rows of a deployment by name, in the order of their names."""
    statement = select(DeploymentVariable).where(col(DeploymentVariable.deployment_id) == deployment_id)
    return {row.name: row for row in session.scalars(statement.order_by(col(DeploymentVariable.name)))}


def says(row: DeploymentVariable | None, kind: Kind, value: str) -> bool:
    """Whether a plain variable has this value already. Of a secret nobody learns whether it was guessed."""
    return row is not None and row.kind == kind == Kind.PLAIN and unseal(sealed_of(row)) == value


def sealed_of(row: DeploymentVariable) -> Sealed:
    """Return what a row holds."""
    return Sealed(row.deployment_id, row.name, row.kind, row.key_id, row.sealed)


def note_change(
    session: Session, actor: Actor, deployment: Deployment, action: str, names: list[str]
) -> None:
    """Leave a line in the trail, with names and no value, and let the keeper fetch what it starts with next."""
    deployment.variables_revision += len(names)
    deployment.variables_sealed_at = now()
    audit.record(session, actor, action, deployment.id, deployment.team_id, {"names": names})
    session.flush()
    ring_keeper(session, deployment.id)
