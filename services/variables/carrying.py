"""Carries variables to the machine that runs the application: a sealed copy in its folder, opened when it starts.

The keeper of apps goes on without the database, so what it starts with has to lie here. What lies here is sealed.
"""

import base64
import contextlib
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from models.deployment_variables import DeploymentVariable, Kind
from models.deployments import Deployment
from services.deployments.places import app_folder
from services.variables.keys import VariablesKeyMissing
from services.variables.sealing import Sealed, unseal


@dataclass(frozen=True, slots=True)
class Variables:
    """What an application is started with. `revision` tells which changes are in it."""

    revision: int = 0
    plain: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)


def copy_file(deployment_id: str) -> Path:
    """Return where the sealed copy of a deployment lies. It goes with the deployment."""
    return app_folder(deployment_id) / "variables.json"


@dataclass(frozen=True, slots=True)
class Copy:
    """The sealed variables of one deployment as of one moment. `mark` tells one moment from another."""

    deployment_id: str
    mark: str
    revision: int
    variables: list[Sealed]


def read_copies(session: Session, deployment_ids: Iterable[str]) -> list[Copy]:
    """Return what is stored for deployments, all in one statement, so that marks and values belong together."""
    statement = (
        select(Deployment, DeploymentVariable)
        .join(DeploymentVariable, col(DeploymentVariable.deployment_id) == col(Deployment.id), isouter=True)
        .where(col(Deployment.id).in_(list(deployment_ids)))
    )
    found: dict[str, Copy] = {}
    for deployment, row in session.execute(statement):
        copy = found.setdefault(
            deployment.id,
            Copy(deployment.id, mark_of(deployment), deployment.variables_revision, []),
        )
        if row is not None:
            copy.variables.append(Sealed(row.deployment_id, row.name, row.kind, row.key_id, row.sealed))
    return list(found.values())


def mark_of(deployment: Deployment) -> str:
    """Return the mark of what is stored now, "" when there never was anything."""
    return deployment.variables_sealed_at.isoformat() if deployment.variables_sealed_at else ""


def keep_copy(copy: Copy) -> None:
    """Write the sealed copy to its file, whole or not at all.

    Raises:
        OSError: the disk is full, say.
    """
    rows = [
        {"name": one.name, "kind": one.kind, "key_id": one.key_id, "sealed": base64.b64encode(one.content).decode()}
        for one in copy.variables
    ]  # fmt: skip
    file = copy_file(copy.deployment_id)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            json.dump({"mark": copy.mark, "revision": copy.revision, "variables": rows}, opened)
        draft.rename(file)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


def kept_mark(deployment_id: str) -> str:
    """Return the mark of the copy that is here, "" when there is none that can be read."""
    try:
        return str(read_copy(deployment_id)["mark"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def open_copy(deployment_id: str) -> Variables:
    """Return what an application is to be started with.

    Raises:
        VariablesKeyMissing: the key is not here, or the copy is damaged.
        OSError: the copy cannot be read.
    """
    try:
        copy = read_copy(deployment_id)
        rows = [
            Sealed(deployment_id, row["name"], row["kind"], row["key_id"], base64.b64decode(row["sealed"]))
            for row in copy["variables"]
        ]
        revision = int(copy["revision"])
    except FileNotFoundError:
        return Variables()
    except (ValueError, KeyError, TypeError) as error:
        raise VariablesKeyMissing(
            "The copy of the variables on this machine is damaged. Set one of them again to have it renewed.",
            "variables_damaged",
        ) from error
    opened = {(row.kind, row.name): unseal(row) for row in rows}
    return Variables(
        revision,
        {name: value for (kind, name), value in opened.items() if kind == Kind.PLAIN},
        {name: value for (kind, name), value in opened.items() if kind != Kind.PLAIN},
    )


def read_copy(deployment_id: str) -> Any:
    """Return what the file holds."""
    return json.loads(copy_file(deployment_id).read_text(encoding="ascii"))
