"""What a deployed app may use, and what it used at the last look."""

import os
from dataclasses import dataclass

from models.deployments import Deployment
from services.sandbox.base import Limits

# No end in time: the app runs until it is told to stop. Its log is rotated, not counted.
LIMITS = Limits(wall_s=None, cpu_s=None, file_mb=512, disk_mb=1024)
MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Use:
    """Bytes and cores, now and at most; None where nothing runs or nobody has looked.

    Memory is what its processes have resident, together. CPU is not rationed: its limit is what the machine has.
    """

    memory_bytes: int | None
    memory_limit_bytes: int
    cpu_cores: float | None
    cpu_limit_cores: int
    disk_bytes: int | None
    disk_limit_bytes: int


def use_of(row: Deployment, *, known: bool) -> Use:
    """Return what a deployment uses. `known` is False when the last look was too long ago to speak of now."""
    return Use(
        memory_bytes=row.memory_bytes if known else None,
        memory_limit_bytes=LIMITS.memory_mb * MB,
        cpu_cores=row.cpu_share if known else None,
        cpu_limit_cores=os.cpu_count() or 1,
        disk_bytes=row.disk_bytes,
        disk_limit_bytes=LIMITS.disk_mb * MB,
    )
