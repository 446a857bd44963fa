"""What templates and their proofs answer."""

from typing import Any

from app.api.examples.shared import AT, CONFIG, LATER

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
