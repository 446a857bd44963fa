"""Backups of the data of applications: what is wanted is written here, and the keeper of apps does it.

Not to be taken for the backup of the whole installation (`workers/backup`).
"""

from services.deployment_backups.asking import (
    delete_backup,
    keep_backup,
    keep_backups,
    make_backup,
    set_nightly,
)
from services.deployment_backups.nights import want_nightly
from services.deployment_backups.previewing import Preview, preview_restore, with_present
from services.deployment_backups.restores import (
    get_restore,
    releases_with_data,
    request_restore,
    roll_back_with_data,
)
from services.deployment_backups.views import (
    KIND_WORDS,
    BackupsView,
    BackupView,
    RestoreView,
    backup_file,
    list_backups,
)

__all__ = [
    "KIND_WORDS",
    "BackupView",
    "BackupsView",
    "Preview",
    "RestoreView",
    "backup_file",
    "delete_backup",
    "get_restore",
    "keep_backup",
    "keep_backups",
    "list_backups",
    "make_backup",
    "preview_restore",
    "releases_with_data",
    "request_restore",
    "roll_back_with_data",
    "set_nightly",
    "want_nightly",
    "with_present",
]
