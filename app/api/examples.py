"""What answers look like: shown in the documentation, and held to the models by tests/app/api/test_contract.py."""

from typing import Any

AT = "2026-03-02T09:14:07.310Z"
LATER = "2026-03-02T09:14:11.020Z"
EXECUTION_ID = "exec_01k0v4m6c7e8wbr2t9xqz3n5ah"
DEPLOYMENT_ID = "depl_01k0v4mbn2f7kagd5w8yqj4c6t"
URL = "http://northwind.localhost:3001"
CONFIG: dict[str, Any] = {"app_name": "Northwind", "brand_color": "#3e63dd"}

STEP: dict[str, Any] = {
    "name": "test",
    "title": "Run the tests",
    "state": "succeeded",
    "attempt": 1,
    "started_at": AT,
    "finished_at": LATER,
    "duration_s": 1.2,
    "summary": "41 passed in 1.2 s",
    "error_message": "",
    "data": {},
}
EXECUTION: dict[str, Any] = {
    "id": EXECUTION_ID,
    "name": "Northwind",
    "template_slug": "landing",
    "template_name": "Landing page and waitlist",
    "state": "succeeded",
    "created_at": AT,
    "started_at": AT,
    "finished_at": LATER,
    "duration_s": 3.7,
    "error_code": "",
    "error_message": "",
    "next_action": "",
    "url": URL,
    "deployment_id": DEPLOYMENT_ID,
    "config": CONFIG,
    "cost_cents": 0,
    "cancel_requested": False,
    "example": False,
    "files_cleaned": False,
    "steps": [STEP],
}
RELEASE: dict[str, Any] = {
    "id": "rel_01k0v4mbq9t3d6hx1fv7ezs8wn",
    "number": 1,
    "commit": "9f2c1e7a4b8d03f56a1c2e9d7b40f8356ce1a2d9",
    "execution_id": EXECUTION_ID,
    "created_at": LATER,
    "current": True,
    "refused": "",
    "kept": True,
}
DEPLOYMENT: dict[str, Any] = {
    "id": DEPLOYMENT_ID,
    "slug": "northwind",
    "name": "Northwind",
    "url": URL,
    "wanted": "running",
    "state": "running",
    "detail": "",
    "observed_at": LATER,
    "observed_age_s": 0.8,
    "probe_ms": 3.1,
    "release_number": 1,
    "releases": [RELEASE],
    "template_slug": "landing",
    "execution_id": EXECUTION_ID,
    "clone_url": "http://127.0.0.1:3000/git/northwind.git",
    "restarts": 0,
    "created_at": LATER,
    "sleep_after_s": 1800,
    "use": {
        "memory_bytes": 41_943_040,
        "memory_limit_bytes": 536_870_912,
        "cpu_cores": 0.012,
        "cpu_limit_cores": 2,
        "disk_bytes": 122_880,
        "disk_limit_bytes": 1_073_741_824,
    },
}
QUARTER: dict[str, Any] = {
    "start": LATER,
    "state": "well",
    "requests": 214,
    "errors": 1,
    "well": 450,
    "ill": 0,
}
HIT: dict[str, Any] = {
    "kind": "deployment",
    "id": DEPLOYMENT_ID,
    "name": "Northwind",
    "detail": "northwind",
}
TEMPLATE: dict[str, Any] = {
    "slug": "landing",
    "name": "Landing page and waitlist",
    "promise": "Collect your first thousand readers.",
    "category": "Launch",
    "complexity": "simple",
    "stack": "Flask · SQLite",
    "version": "1.0.0",
    "licence": "MIT-0",
    "median_s": 3.6,
    "success_rate": 1.0,
    "executions": 12,
    "rating": 4.6,
    "ratings": 12,
}
RATING: dict[str, Any] = {
    "deployment_id": DEPLOYMENT_ID,
    "stars": 5,
    "words": "Live before the coffee was ready.",
    "skipped": False,
    "may_rate": True,
    "changed_at": LATER,
}
ESTIMATE: dict[str, Any] = {
    "steps": 8,
    "seconds_low": 3.1,
    "seconds_high": 4.4,
    "samples": 12,
    "cost_cents": 0,
}
CHECK: dict[str, Any] = {
    "outcome": "passed",
    "summary": "First answer after 0.41 s; /healthz and /readyz answer 200.",
    "findings": [],
    "partly": "",
    "seconds": 0.44,
}
PROOF_ROW: dict[str, Any] = {
    "number": 4,
    "title": "Row 4",
    "config": CONFIG,
    "in_browser": False,
    "ok": True,
    "seconds": 4.6,
    "checks": {"C3": CHECK},
}
PROOF: dict[str, Any] = {
    "state": "passed",
    "words": "Proven: 1 of 1 rows",
    "content_hash": "5f0c" * 16,
    "pairs_covered": 1547,
    "pairs_possible": 1547,
    "row_count": 1,
    "rows_ok": 1,
    "tools": {"python": "3.11.9", "sandbox": "strong", "browser": "Chromium 156.0"},
    "error": "",
    "started_at": AT,
    "finished_at": LATER,
    "rows": [PROOF_ROW],
}
KEY: dict[str, Any] = {
    "id": "key_01k0v4m2h5r8c3bnm6xwdy9f7g",
    "name": "CI",
    "prefix": "ism_Zk3v9Q",
    "scopes": ["executions:read", "executions:write"],
    "created_at": AT,
    "last_used_at": LATER,
    "expires_at": "2026-06-01T00:00:00Z",
}
SESSION: dict[str, Any] = {
    "id": "sess_01k0v4m1d7t2k9qxgm6whz4y8r",
    "device": "Firefox on Linux",
    "address": "192.0.2.17",
    "created_at": AT,
    "last_seen_at": LATER,
    "expires_at": "2026-04-01T09:14:07.310Z",
    "current": True,
}
MESSAGE: dict[str, Any] = {
    "id": "msg_01k0v4m0z5c8h3evr7dqbn2t6j",
    "channel": "email",
    "recipient": "ada@example.com",
    "subject": "Confirm your e-mail address",
    "state": "sent",
    "attempts": 1,
    "next_try_at": AT,
    "error": "",
    "created_at": AT,
    "sent_at": LATER,
}
TEAM_ID = "team_01k0v4kz8s2m5f7cqhn4twjb9d"
ME: dict[str, Any] = {
    "id": "user_01k0v4kz6p4a9e1xvd3rgy7m8b",
    "name": "Ada",
    "email": "ada@example.com",
    "is_operator": True,
    "via": "key",
    "scopes": ["executions:read", "executions:write"],
    "teams": [{"id": TEAM_ID, "role": "owner", "personal": True}],
}
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
TEAM: dict[str, Any] = {
    "id": "team_01k0v4jw3n6y8q1cbx5rmd7t9e",
    "name": "Tea Corner",
    "role": "owner",
    "personal": False,
    "chosen": True,
    "members": 3,
    "created_at": AT,
}
MEMBER: dict[str, Any] = {
    "user_id": "user_01k0v4hd7q2s5v8x1c4f6j9m0p",
    "name": "Grace Hopper",
    "email": "grace@example.com",
    "role": "member",
    "since": AT,
    "you": False,
}
INVITATION: dict[str, Any] = {
    "id": "inv_01k0v4p2c6e9h1k4n7r0t3w5yz",
    "email": "alan@example.com",
    "role": "viewer",
    "invited_by": "Grace Hopper",
    "created_at": AT,
    "expires_at": "2026-03-09T09:14:07.310Z",
    "expired": False,
}
EXPORT: dict[str, Any] = {
    "id": "expt_01k0v4q8d2g5j7m0p3s6v9x1cb",
    "state": "ready",
    "progress": 100,
    "step": "",
    "size_bytes": 184320,
    "error": "",
    "created_at": AT,
    "finished_at": LATER,
    "expires_at": "2026-03-09T09:14:11.020Z",
}
ACCOUNT: dict[str, Any] = {
    "id": ME["id"],
    "name": "Ada",
    "email": "ada@example.com",
    "email_verified": True,
    "is_operator": True,
}
