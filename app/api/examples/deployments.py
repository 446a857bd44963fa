"""What deployments answer."""

from typing import Any

from app.api.examples.shared import DEPLOYMENT_ID, EXECUTION_ID, LATER, URL

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
UPGRADE: dict[str, Any] = {
    "deployment_id": DEPLOYMENT_ID,
    "up_to_date": False,
    "from_version": "1.1.0",
    "to_version": "1.2.0",
    "head": "9f2c1e7a4b8d03f56a1c2e9d7b40f8356ce1a2d9",
    "words": "1 file changes. 2 files were edited by you and are kept.",
    "refusal": "",
    "refused_options": [],
    "new_options": {"theme": "light"},
    "changed_options": [{"name": "app_name", "before": "Tea", "after": "Tea corner"}],
    "changelog": "## 1.2.0\n\nA dark theme.",
    "changes": [
        {
            "path": "waitlist/static/site.css",
            "kind": "changed",
            "added": 1,
            "removed": 1,
            "lines": ["@@ -1 +1 @@", "-body { color: black }", "+body { color: var(--text) }"],
            "note": "",
        }
    ],
    "kept": ["waitlist/templates/index.html", "waitlist/words.py"],
    "conflicts": [],
}
RATING: dict[str, Any] = {
    "deployment_id": DEPLOYMENT_ID,
    "stars": 5,
    "words": "Live before the coffee was ready.",
    "skipped": False,
    "may_rate": True,
    "changed_at": LATER,
}
VARIABLE: dict[str, Any] = {
    "name": "API_BASE",
    "kind": "plain",
    "value": "https://api.example.com",
    "changed_at": LATER,
    "changed_by": "Ada Lovelace",
    "problem": "",
}
VARIABLES: dict[str, Any] = {
    "items": [
        VARIABLE,
        {**VARIABLE, "name": "STRIPE_SECRET_KEY", "kind": "secret", "value": None},
    ],
    "pending": 1,
    "suggestions": [
        {
            "name": "STRIPE_WEBHOOK_SECRET",
            "description": "The signing secret of the webhook at Stripe.",
            "secret": True,
        }
    ],
}
ROTATION: dict[str, Any] = {
    "key_id": "8c1f2a9d40b3e657",
    "former_key_id": "03ba6e12f9c7d485",
    "variables": 12,
}
