"""What an execution can be held to."""

from typing import Any

from app.api.examples.shared import AT, CONFIG, EXECUTION_ID, LATER

PROVENANCE_CHECK: dict[str, Any] = {
    "name": "events",
    "outcome": "ok",
    "reason": "214 events, each chained to the one before. The signed end is event 214.",
}
VERIFICATION: dict[str, Any] = {
    "execution_id": EXECUTION_ID,
    "ok": True,
    "verified": True,
    "key_id": "3b1f" * 16,
    "checks": [PROVENANCE_CHECK],
}
TREE: dict[str, Any] = {"files": 61, "tree_sha256": "5f0c" * 16, "git_tree": "9a1e" * 10}
RERUN: dict[str, Any] = {
    "identical": True,
    "template": "landing",
    "version": "1.0.0",
    "expected": TREE,
    "found": TREE,
    "differences": [],
}
LOCK: dict[str, Any] = {
    "format": "ideasmith.lock/1",
    "template": {"slug": "landing", "version": "1.0.0", "content_sha256": "5f0c" * 16},
    "options": CONFIG,
    "environment": {
        "lock_sha256": "77aa" * 16,
        "python": "3.11",
        "wheels": [{"name": "flask", "version": "3.1.3", "sha256": ["0ef0" * 16]}],
    },
    "seeds": {},
    "result": TREE,
}
SIGNING_KEY: dict[str, Any] = {
    "id": "3b1f" * 16,
    "public_key": "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA…\n-----END PUBLIC KEY-----\n",
    "created_at": AT,
    "retired_at": LATER,
}
