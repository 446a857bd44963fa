"""What is answered of the installation, and what is found in it."""

from typing import Any

from app.api.examples.shared import AT, DEPLOYMENT_ID, EXECUTION_ID, LATER

OPERATIONS: dict[str, Any] = {
    "at": LATER,
    "host": "machine-1",
    "headline": "The sandbox is weak: only our own templates run",
    "findings": [
        {
            "level": "warning",
            "what": "The sandbox is weak: only our own templates run.",
            "action": "Run: apt-get install -y bubblewrap",
        }
    ],
    "parts": [
        {
            "name": "clock",
            "state": "running",
            "pid": 4711,
            "since": AT,
            "restarts": 0,
            "last_exit": "",
            "last_words": "retention.cleaned workspaces=2 size_bytes=1400832",
        }
    ],
    "servers": [
        {
            "name": "PostgreSQL",
            "answers": True,
            "version": "18.6",
            "size_bytes": 12_400_000,
            "connections": 9,
            "most_connections": 100,
            "log_bytes": 33_554_432,
            "detail": "",
        }
    ],
    "web": {"lag_ms": 0.4, "worst_ms": 6.2, "over_s": 60.0},
    "queues": [{"name": "build", "length": 1, "oldest_s": 3.2, "workers": 2}],
    "work": {
        "states": {"queued": 0, "running": 1, "succeeded": 12, "failed": 1},
        "oldest_queued_s": 3.4,
        "outbox_unsent": 1,
        "outbox_oldest_s": 0.2,
    },
    "apps": {"states": {"running": 3, "crashed": 0}, "last_look_s": 1.4},
    "disk": {
        "free_bytes": 48_000_000_000,
        "total_bytes": 100_000_000_000,
        "used_bytes": 410_000_000,
        "measured_at": AT,
        "kinds": [{"name": "postgres", "title": "PostgreSQL", "size_bytes": 210_000_000}],
    },
    "versions": {
        "programs": {"Ideasmith": "0.1.0", "Python": "3.11.2", "PostgreSQL": "18.6"},
        "schema_version": "0005",
        "expected_schema_version": "0005",
    },
    "sandbox": {
        "tier": "weak",
        "missing": ["Bubblewrap is not installed."],
        "fix": "apt-get install -y bubblewrap",
    },
    "clean_up": {"at": AT, "size_bytes": 1_400_832, "removed": {"workspaces": 2}, "problems": []},
    "kept": [
        {
            "name": "workspaces",
            "title": "Working folders of executions",
            "keep": "7 days after the end",
            "setting": "IDEASMITH_KEEP_WORKSPACES_DAYS",
        }
    ],
    "failures": [
        {
            "execution_id": EXECUTION_ID,
            "template_slug": "landing",
            "error_code": "tests_failed",
            "error_message": "2 of 41 tests failed.",
            "next_action": "Read the names of the failed tests, change the options, launch again.",
            "at": LATER,
            "readable": True,
        }
    ],
    "log_errors": [],
}
HIT: dict[str, Any] = {
    "kind": "deployment",
    "id": DEPLOYMENT_ID,
    "name": "Northwind",
    "detail": "northwind",
}
