"""Notifications, follows and saved searches."""

from typing import Any

from app.api.examples.ideas import AUTHOR_ID, IDEA_ID, TEASER
from app.api.examples.shared import AT

NOTIFICATION_ID = "ntfn_01k0v5c6g8h0j2k4m6n8p0q2rs"
SEARCH_ID = "srch_01k0v5d8h0j2k4m6n8p0q2r4st"
NOTIFICATION: dict[str, Any] = {
    "id": NOTIFICATION_ID, "kind": "comment", "text": f"3 new comments on “{TEASER['title']}”",
    "path": f"/ideas/{IDEA_ID}", "count": 3, "changed_at": AT, "read": False,
}  # fmt: skip
KIND_SETTING: dict[str, Any] = {"kind": "comment", "words": "Comments on your ideas", "ways": "mail"}
FOLLOW: dict[str, Any] = {"followers": 41, "following": True}
FOLLOWED: dict[str, Any] = {"author_id": AUTHOR_ID, "name": "Ada", "followed_at": AT}
SEARCH: dict[str, Any] = {
    "id": SEARCH_ID, "name": "Menus", "query": {"q": "menu", "category": "food", "most": "3"}, "alert": True,
    "created_at": AT,
}  # fmt: skip
WHY: dict[str, Any] = {
    "sentence": "It is here by its score.", "slot": "organic", "quality": 0.061, "heat": 0.0021,
    "factors": [{
        "name": "Readers", "value": "212",
        "how": "Visitors who looked at it for five seconds, each once a day, its author left out.",
    }],
}  # fmt: skip
