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
    "steps": [STEP],
}
RELEASE: dict[str, Any] = {
    "id": "rel_01k0v4mbq9t3d6hx1fv7ezs8wn",
    "number": 1,
    "commit": "9f2c1e7a4b8d03f56a1c2e9d7b40f8356ce1a2d9",
    "execution_id": EXECUTION_ID,
    "created_at": LATER,
    "current": True,
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
}
ESTIMATE: dict[str, Any] = {
    "steps": 8,
    "seconds_low": 3.1,
    "seconds_high": 4.4,
    "samples": 12,
    "cost_cents": 0,
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
