"""What logs answer, and links to them."""

from typing import Any

from app.api.examples.executions import STEP
from app.api.examples.shared import AT, LATER

EVENT: dict[str, Any] = {
    "seq": 57,
    "at": AT,
    "span": "test",
    "kind": "step.finished",
    "level": "info",
    "text": "41 passed in 1.2 s",
    "data": {"duration_s": 1.4, "attempt": 1},
}
OUTLINE: dict[str, Any] = {
    "last_seq": 57,
    "place": "57",
    "ended": False,
    "marks": [EVENT],
    "samples": [[1, AT], [57, AT]],
    "errors": {},
    "tail": [],
}
FOUND: dict[str, Any] = {
    "count": 3,
    "until": 57,
    "seq": 41,
    "number": 2,
    "previous": 12,
    "next": 56,
    "folds": {"10": 3},
}
SHARE: dict[str, Any] = {
    "id": "share_01k0v4m6c7e8wbr2t9xqz3n5ah",
    "created_at": AT,
    "expires_at": AT,
    "ended": False,
}
SHARED_STEP: dict[str, Any] = {
    name: STEP[name]
    for name in (
        "name", "title", "state", "attempt", "started_at", "finished_at", "summary", "error_message",
    )
}  # fmt: skip
SHARED: dict[str, Any] = {
    "name": "Northwind",
    "template_name": "Landing page and waitlist",
    "state": "succeeded",
    "created_at": AT,
    "started_at": AT,
    "finished_at": LATER,
    "error_message": "",
    "steps": [SHARED_STEP],
}
