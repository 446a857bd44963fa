"""Seals every variable of the installation with a new key."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.clock import now
from models.deployment_variables import DeploymentVariable
from models.deployments import Deployment
from services import audit
from services.accounts import Actor, require_operator
from services.variables.changing import sealed_of
from services.variables.keys import replace_key, sealing_key
from services.variables.sealing import seal, unseal


@dataclass(frozen=True, slots=True)
class Rotation:
    """The key that seals now, the one before it, and how many values were sealed anew."""

    key_id: str
    former_key_id: str
    variables: int


def rotate_key(session: Session, actor: Actor) -> Rotation:
    """Make a new key and seal every value with it. No application restarts for that.

    The old key stays in the data folder: backups that were made before need it.

    Raises:
        NotAllowed: only the operator may.
        VariablesKeyMissing: a value cannot be read. All stay as they are; the new key seals what is set from now on.
    """
    require_operator(actor, "installation:write")
    former, _ = sealing_key()
    key_id = replace_key()
    rows = session.scalars(
        select(DeploymentVariable)
        .order_by(col(DeploymentVariable.deployment_id), col(DeploymentVariable.name))
        .with_for_update()
    ).all()
    for row in rows:
        sealed = seal(row.deployment_id, row.name, row.kind, unseal(sealed_of(row)))
        row.sealed, row.key_id = sealed.content, sealed.key_id
    of_them = select(DeploymentVariable.deployment_id)
    session.execute(
        update(Deployment).where(col(Deployment.id).in_(of_them)).values(variables_sealed_at=now())
    )
    data = {"from": former, "to": key_id, "variables": len(rows)}
    audit.record(session, actor, "variables_key.rotated", key_id, actor.personal_team_id, data)
    session.flush()
    return Rotation(key_id, former, len(rows))
