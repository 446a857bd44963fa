"""Comments and reviews."""

from typing import Any

from app.api.examples.ideas import AUTHOR_ID, IDEA_ID
from app.api.examples.shared import AT, LATER

COMMENT_ID = "cmnt_01k0v5c6h8k0n2q4s6v8x0z2b4"
READER_ID = "user_01k0v4m2p4r6t8w0y2a4c6e8g0"
ANSWER: dict[str, Any] = {
    "id": "cmnt_01k0v5d7j9m1p3r5t7w9y1a3c5", "idea_id": IDEA_ID, "parent_id": COMMENT_ID, "author_id": AUTHOR_ID,
    "author_name": "Ada", "by_author": True, "mine": False, "state": "shown", "words": "It does, up to ten pages.",
    "created_at": LATER, "edited_at": None, "answers": 0,
}  # fmt: skip
COMMENT: dict[str, Any] = {
    "id": COMMENT_ID, "idea_id": IDEA_ID, "parent_id": None, "author_id": READER_ID, "author_name": "Grace",
    "by_author": False, "mine": False, "state": "shown", "words": "Does it read a *PDF* as well?", "created_at": AT,
    "edited_at": None, "answers": 1, "latest": [ANSWER],
}  # fmt: skip
REVIEW: dict[str, Any] = {
    "id": "revw_01k0v5e8m0p2r4t6w8y0a2c4e6", "idea_id": IDEA_ID, "author_id": READER_ID, "author_name": "Grace",
    "mine": False, "state": "shown", "version_number": 2, "clarity": 5, "novelty": 3, "feasibility": 4,
    "would_build": True, "words": "The price list alone was worth it.", "helpful": 4, "marked": False,
    "created_at": AT, "edited_at": None,
    "reply": {"author_name": "Ada", "words": "Thank you.", "created_at": LATER, "edited_at": None},
}  # fmt: skip
AVERAGES: dict[str, Any] = {
    "count": 12, "clarity": 4.5, "novelty": 3.25, "feasibility": 4.0, "would_build": 0.75,
}  # fmt: skip
NEW_REVIEW: dict[str, Any] = {
    "clarity": 5, "novelty": 3, "feasibility": 4, "would_build": True,
    "words": "The price list alone was worth it.",
}  # fmt: skip
