"""Where the files of a deployment lie. All of them are named by ids that nobody can choose."""

from pathlib import Path

from models.settings import settings


def release_folder(release_id: str) -> Path:
    """Return the folder of a release: its code, never changed once it is there."""
    return settings().data / "releases" / release_id


def app_folder(deployment_id: str) -> Path:
    """Return what a deployment keeps over its releases."""
    return settings().data / "apps" / deployment_id


def data_folder(deployment_id: str) -> Path:
    """Return the folder that the app sees as `/data`."""
    return app_folder(deployment_id) / "data"


def logs_folder(deployment_id: str) -> Path:
    """Return the folder with the log of the app, over all its starts (`services/deployments/app_logs`)."""
    return app_folder(deployment_id) / "logs"


def repository_folder(deployment_id: str) -> Path:
    """Return the bare repository with the app's history."""
    return settings().data / "repositories" / f"{deployment_id}.git"


def routes_folder() -> Path:
    """Return the door's table."""
    return settings().data / "routes"


def sockets_folder() -> Path:
    """Return the folder under which each box gets a folder for its socket."""
    return settings().run_dir / "apps"
