"""Backup and restore: everything that cannot be made again, in one file that says itself whether it is whole."""

from workers.backup.restoring import Restored, restore
from workers.backup.taking import BackedUp, back_up

__all__ = ["BackedUp", "Restored", "back_up", "restore"]
