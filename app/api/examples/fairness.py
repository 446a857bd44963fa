"""What moderators are told of likenesses and rings."""

from typing import Any

from app.api.examples.ideas import AUTHOR_ID, IDEA_ID, TEASER
from app.api.examples.shared import AT, LATER

LIKENESS: dict[str, Any] = {
    "other_id": IDEA_ID, "other_title": TEASER["title"], "other_author_id": AUTHOR_ID, "other_version": 2,
    "version": 1, "score": 0.97, "share": 0.51, "public_share": 0.04, "words": 312, "passages": 14, "longest": 61,
    "in_order": False, "bought": True, "found_at": AT, "cleared_at": LATER,
}  # fmt: skip
RING: dict[str, Any] = {
    "id": "ring_01k0v5c6g8h0j2k4m6n8pq0rst", "state": "stopped", "accounts": 20,
    "signs": {"same_ideas": 20, "same_times": 18},
    "ideas": [{"id": IDEA_ID, "title": TEASER["title"], "votes": 20}],
    "found_at": AT, "seen_at": LATER, "decided_at": LATER,
}  # fmt: skip
