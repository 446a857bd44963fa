"""Moments, ids and options that several examples name."""

from typing import Any

AT = "2026-03-02T09:14:07.310Z"
LATER = "2026-03-02T09:14:11.020Z"
EXECUTION_ID = "exec_01k0v4m6c7e8wbr2t9xqz3n5ah"
DEPLOYMENT_ID = "depl_01k0v4mbn2f7kagd5w8yqj4c6t"
URL = "http://northwind.localhost:3001"
TEAM_ID = "team_01k0v4kz8s2m5f7cqhn4twjb9d"
CONFIG: dict[str, Any] = {"app_name": "Northwind", "brand_color": "#3e63dd"}
