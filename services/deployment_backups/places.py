"""Where the backups of a deployment's data lie, and what a restore puts beside the data."""

from pathlib import Path

from services.deployments.places import app_folder

ENDING = ".tar.gz"


def backups_folder(deployment_id: str) -> Path:
    """Return the folder of a deployment's backups. It goes with the deployment."""
    return app_folder(deployment_id) / "backups"


def archive_path(deployment_id: str, backup_id: str) -> Path:
    """Return where the archive of a backup lies, once it is whole."""
    return backups_folder(deployment_id) / f"{backup_id}{ENDING}"
