"""What backups of an application's data answer."""

from typing import Any

from app.api.examples.shared import DEPLOYMENT_ID, LATER

BACKUP_ID = "bkup_01k0v4mbp3c8wq2hx7rf5yzn6t"
BACKUP: dict[str, Any] = {
    "id": BACKUP_ID,
    "deployment_id": DEPLOYMENT_ID,
    "kind": "nightly",
    "state": "ready",
    "created_at": LATER,
    "taken_at": LATER,
    "release_number": 3,
    "template_version": "1.2.0",
    "size_bytes": 48_210,
    "data_bytes": 122_880,
    "files": 2,
    "checksum": "5b1f0c7e9a2d4468b3c0f1e2d7a69b8845c2e1f0937d6ab1c4e58f2036d9a7b1",
    "detail": "",
    "databases": {"waitlist.db": {"schema": "0003", "tables": {"entries": 214}}},
    "remarks": [],
}
RESTORE: dict[str, Any] = {
    "id": "rest_01k0v4mbq7n2a5sd9vj4ht8kxw",
    "deployment_id": DEPLOYMENT_ID,
    "backup_id": BACKUP_ID,
    "before_id": "bkup_01k0v4mbr5m1e8yb6gw3cq7pza",
    "state": "done",
    "detail": "",
    "created_at": LATER,
    "finished_at": LATER,
}
BACKUPS: dict[str, Any] = {"nightly": True, "items": [BACKUP], "last_restore": RESTORE}
PREVIEW: dict[str, Any] = {
    "backup": BACKUP,
    "slug": "northwind",
    "name": "Northwind",
    "release_then": 3,
    "release_now": 4,
    "newer_release": True,
    "files_then": 2,
    "files_now": 3,
    "bytes_then": 122_880,
    "bytes_now": 163_840,
    "rows": [{"database": "waitlist.db", "table": "entries", "then": 214, "now": 260}],
}
