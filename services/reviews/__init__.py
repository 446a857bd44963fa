"""Reviews by buyers: three scales, whether they would build it, and words.

`writing` keeps one a buyer and idea, `replies` what its author says to it, `marks` whom it helped; `reading` lists
them, `counting` brings what they say into the idea's rank, `hiding` is for moderators, `ending` for who leaves.
"""

from services.reviews.counting import Tally, recount, tally
from services.reviews.ending import forget_reviewer
from services.reviews.hiding import hide, show
from services.reviews.marks import set_helpful
from services.reviews.reading import (
    Averages,
    ReplyView,
    ReviewState,
    ReviewView,
    averages_of,
    get_review,
    list_reviews,
    may_review,
    my_review,
)
from services.reviews.replies import delete_reply, write_reply
from services.reviews.writing import ReviewFields, withdraw_review, write_review

__all__ = [
    "Averages",
    "ReplyView",
    "ReviewFields",
    "ReviewState",
    "ReviewView",
    "Tally",
    "averages_of",
    "delete_reply",
    "forget_reviewer",
    "get_review",
    "hide",
    "list_reviews",
    "may_review",
    "my_review",
    "recount",
    "set_helpful",
    "show",
    "tally",
    "withdraw_review",
    "write_reply",
    "write_review",
]
