"""A backup as the keeper of apps leaves it, without a keeper."""

import gzip

from models.db import transaction
from services.deployment_backups import keeping
from services.deployment_backups.places import archive_path
from tests.app.api.conftest import Caller

TAKEN = {
    "size_bytes": 20, "data_bytes": 4096, "files": 2, "checksum": "ab" * 32,
    "databases": {"app.db": {"schema": "3", "tables": {"entries": 7}}}, "remarks": ["data/x is a link."],
}  # fmt: skip


def taken(caller: Caller, deployment_id: str) -> str:
    """Ask for a backup and do what the keeper does."""
    made = caller.post(f"/deployments/{deployment_id}/backups").json()["id"]
    with transaction() as session:
        keeping.record_taken(session, made, TAKEN)
    path = archive_path(deployment_id, made)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(b"tar"))
    return str(made)
