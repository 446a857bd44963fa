"""What is answered of accounts, teams and keys."""

from typing import Any

from app.api.examples.shared import AT, LATER, TEAM_ID

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
