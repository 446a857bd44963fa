"""What executions answer: themselves, another attempt, and what came out."""

from typing import Any

from app.api.examples.shared import AT, CONFIG, DEPLOYMENT_ID, EXECUTION_ID, LATER, URL

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
    "limit_s": 600,
    "reused_from": "",
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
    "attempt": 1,
    "pausing": False,
    "place": None,
    "branched_from": None,
    "branches": [],
    "steps": [STEP],
}
FROM: dict[str, Any] = {"from_step": "", "config": {"brand_color": "#0a7c6e"}}
PLAN: dict[str, Any] = {
    "from_step": "validate",
    "config": CONFIG | {"brand_color": "#0a7c6e"},
    "changed": ["brand_color"],
    "runs": ["validate", "render", "test", "scan", "package", "deploy", "verify"],
    "reused": ["install"],
    "sentence": "validate, render, test, scan, package, deploy and verify run again; install is reused.",
}
ATTEMPT: dict[str, Any] = {
    "number": 1,
    "state": "failed",
    "config": CONFIG,
    "error_code": "tests_failed",
    "error_message": "Tests failed in 2 of 41: test_a_visitor_signs_up, test_a_mail_is_sent.",
    "next_action": "Read the log of this step.",
    "started_at": AT,
    "finished_at": LATER,
    "steps": [
        {
            "name": "validate",
            "state": "succeeded",
            "summary": "2 options fit landing 1.0.0",
            "error_message": "",
            "started_at": AT,
            "finished_at": AT,
            "reused_from": None,
        }
    ],
}
FILE: dict[str, Any] = {"path": "README.md", "size_bytes": 2_140, "sha256": "9f86d081884c7d65" * 4}
FILE_TEXT: dict[str, Any] = {"path": "README.md", "text": "# Northwind\n", "binary": False, "cut": False}
OTHER: dict[str, Any] = {
    "id": EXECUTION_ID,
    "name": "Northwind",
    "version": "1.0.0",
    "created_at": AT,
    "same_deployment": True,
}
TEST: dict[str, Any] = {"name": "tests/test_cart.py::test_no_oversell", "outcome": "passed", "ms": 84}
FILE_CHANGE: dict[str, Any] = {
    "path": "README.md",
    "kind": "changed",
    "added": 1,
    "removed": 1,
    "lines": ["@@ -1,1 +1,1 @@", "-# North", "+# Northwind"],
    "note": "",
}
