"""The box of a deployed app: its release read-only, its data and the folder of its socket writable, nothing else."""

import os
from pathlib import Path

from services.deployments.keeping import WantedApp
from services.deployments.limits import LIMITS
from services.deployments.places import data_folder, release_folder
from services.deployments.views import app_url
from services.environments import Environment
from services.sandbox.base import Bind, Box
from services.variables.carrying import Variables

SOCKET_FOLDER, DATA_FOLDER = "/run/app", "/data"
SOCKET_NAME = "app.sock"


def make_box(
    app: WantedApp, release_id: str, environment: Environment, sockets: Path, variables: Variables
) -> Box:
    """Return the box that runs a release. `sockets` is a short folder of this box alone."""
    for folder in (data_folder(app.deployment_id), sockets):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # the sandbox hands it over to the app's uid
    return Box(
        argv=tuple(environment.python if word == "python" else word for word in app.start),
        workspace=release_folder(release_id),
        workspace_writable=False,
        env={
            "APP_SOCKET": f"{SOCKET_FOLDER}/{SOCKET_NAME}",
            "APP_DATA": DATA_FOLDER,
            "APP_URL": app_url(app.slug),
            "PYTHONUNBUFFERED": "1",
        },
        variables=variables.plain,
        secrets=variables.secret,
        binds=(
            *environment.binds,
            Bind(data_folder(app.deployment_id), DATA_FOLDER, writable=True),
            Bind(sockets, SOCKET_FOLDER, writable=True),
        ),
        limits=LIMITS,
        # Most releases are made of our own templates only; what a model or a stranger wrote must not say so here.
        trusted_template=not app.edited,
        uid=app.slot_uid if os.geteuid() == 0 else None,
    )
