"""Evidence, receipts and traces."""

from typing import Any

from app.api.examples.ideas import AUTHOR_ID, IDEA_ID
from app.api.examples.shared import AT, LATER

EVIDENCE_PART: dict[str, Any] = {
    "name": "built",
    "label": "Built",
    "score": 100,
    "low": 100,
    "high": 100,
    "words": "Built by the team in 6 s, healthy on 30 of 30 days seen.",
    "how": "50 for an application that the team built from this idea and deployed here, and up to 50 more for 30 days "
    "of health.",
    "unsure": "The range says what it would be if the days on which nobody asked had been bad, or good.",
}
RECEIPT_DAY: dict[str, Any] = {
    "day": "2026-11-28",
    "size": 214,
    "root": "9c41" * 16,
    "previous": "5f0c" * 16,
    "envelope": '{"payload":"eyJfdHlwZSI6…","payloadType":"application/vnd.in-toto+json","signatures":[…]}',
    "closed_at": LATER,
}
WHOLE_RECEIPT_DAY: dict[str, Any] = RECEIPT_DAY | {"leaves": ["7b2e" * 16]}
NEW_TRACE: dict[str, Any] = {
    "text": "Guests scan a code and read the menu in their language. …",
    "idea_id": IDEA_ID,
}
SUSPECT: dict[str, Any] = {
    "purchase_id": "prch_01k0v5b4e6f8g0h2j4k6m8n0pq", "user_id": AUTHOR_ID, "name": "Grace", "state": "paid",
    "bought_at": AT, "agree": 41, "places": 41, "chance": 5.5e-12,
}  # fmt: skip
TRACE: dict[str, Any] = {
    "outcome": "named",
    "sentence": "It is the copy of one purchase: 41 of 41 places agree, more than 99.9999 % sure among 12 buyers.",
    "idea_id": IDEA_ID,
    "title": "Menu translator",
    "places": 41,
    "needed": 24,
    "buyers": 12,
    "unseen": False,
    "suspects": [SUSPECT],
}
