"""Deployments: what is wanted of an app, what was seen of it, and its releases.

A service writes what is wanted and rings; the keeper of apps (`workers/apps`) makes it so and writes what it saw.
"""

from services.deployments.control import (
    delete,
    delete_all,
    restart,
    restart_all,
    restore,
    restore_all,
    want,
    want_all,
)
from services.deployments.limits import Use
from services.deployments.logs import read_logs
from services.deployments.minutes import Quarter, last_day
from services.deployments.outcome import Outcome, release_outcome
from services.deployments.releases import create_release
from services.deployments.rollback import roll_back, set_sleep
from services.deployments.views import (
    DeploymentView,
    ReleaseView,
    app_url,
    clone_url,
    find_by_name,
    get_deployment,
    list_deployments,
    matching,
    state_of,
)

__all__ = [
    "DeploymentView",
    "Outcome",
    "Quarter",
    "ReleaseView",
    "Use",
    "app_url",
    "clone_url",
    "create_release",
    "delete",
    "delete_all",
    "find_by_name",
    "get_deployment",
    "last_day",
    "list_deployments",
    "matching",
    "read_logs",
    "release_outcome",
    "restart",
    "restart_all",
    "restore",
    "restore_all",
    "roll_back",
    "set_sleep",
    "state_of",
    "want",
    "want_all",
]
