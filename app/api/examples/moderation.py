"""Reports, cases, decisions, appeals and trust, as they look."""

from typing import Any

from app.api.examples.ideas import AUTHOR_ID, IDEA_ID
from app.api.examples.shared import AT, LATER

CASE_ID = "case_01k0v6a2c3d4e5f6g7h8j9k0mn"
DECISION_ID = "dcsn_01k0v6b2c3d4e5f6g7h8j9k0mn"
APPEAL_ID = "appl_01k0v6c2c3d4e5f6g7h8j9k0mn"
REASON = "The text sells a list of private addresses, which our rules forbid."
NEW_REPORT: dict[str, Any] = {
    "subject_id": IDEA_ID,
    "reason": "private",
    "words": "It lists people's addresses.",
}
REPORT: dict[str, Any] = NEW_REPORT | {
    "id": "rprt_01k0v6d2c3d4e5f6g7h8j9k0mn", "title": "Menu translator", "outcome": "open", "created_at": AT,
    "closed_at": None,
}  # fmt: skip
CASE_ROW: dict[str, Any] = {
    "id": CASE_ID, "subject_id": IDEA_ID, "kind": "idea", "title": "Menu translator", "state": "open",
    "sources": ["report"], "reports": 2, "created_at": AT, "due_at": LATER, "overdue": False, "decided_at": None,
}  # fmt: skip
NEW_DECISION: dict[str, Any] = {"action": "hide", "rule": "private", "reason": REASON}
DECISION: dict[str, Any] = NEW_DECISION | {
    "id": DECISION_ID, "case_id": CASE_ID, "subject_id": IDEA_ID, "state": "final", "created_at": AT, "final_at": AT,
}  # fmt: skip
DECISION_SEEN: dict[str, Any] = {
    "id": DECISION_ID, "case_id": CASE_ID, "title": "Menu translator", "action": "warn", "rule": "Misleading",
    "reason": REASON, "state": "final", "by": "Grace", "created_at": AT, "undoable": False,
}  # fmt: skip
CASE: dict[str, Any] = {name: value for name, value in CASE_ROW.items() if name not in ("sources", "reports")} | {
    "subject": {
        "id": IDEA_ID, "kind": "idea", "title": "Menu translator", "texts": [["Promise", "Menus in every language."]],
        "address": f"/ideas/{IDEA_ID}", "user_id": AUTHOR_ID, "state": "published",
    },
    "signs": [{"source": "report", "words": "Reported", "why": []}],
    "author": {
        "user_id": AUTHOR_ID, "name": "Ada", "since": AT, "level": 2, "ideas": 4, "decisions": [DECISION_SEEN],
    },
    "reports": [
        {"reason": "Private data", "words": "It lists people's addresses.", "by": "Linus", "level": 1, "agreed": 3,
         "earlier": 4, "created_at": AT},
    ],
    "decisions": [], "proposal": None, "appeal": None, "actions": ["keep", "hide", "warn", "close"],
}  # fmt: skip
STATEMENT: dict[str, Any] = {
    "id": DECISION_ID, "subject_id": IDEA_ID, "kind": "idea", "title": "Menu translator", "action": "hide",
    "what": "It is hidden. Nobody new finds it; whoever bought it still reads it.", "rule": "Private data",
    "rule_words": "It shows somebody's address, number, or other private data.", "reason": REASON,
    "means": "It was reported to us. A person has decided.", "state": "final", "created_at": AT,
    "appeal_until": LATER, "appeal_words": "", "appealed_at": None, "outcome": "", "answer": "",
}  # fmt: skip
APPEAL: dict[str, Any] = {
    "id": APPEAL_ID, "decision_id": DECISION_ID, "words": "The addresses are those of my own shops.",
    "created_at": AT, "outcome": "", "answer": "", "answered_at": None,
}  # fmt: skip
TRUST: dict[str, Any] = {
    "level": 1, "name": "Known", "weight": 0.4,
    "steps": [
        {"name": "days_read", "words": "days on which you read ideas", "have": 3, "least": 6, "met": False},
    ],
    "limits": {"ideas": 6, "comments": 30, "reviews": 10, "reports": 10},
}  # fmt: skip
