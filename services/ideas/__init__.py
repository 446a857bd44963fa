"""The marketplace's ideas.

`fields` says what an author writes and `drafts` keeps it; `publishing` makes versions of it. `access` says who may
read what: `reading` gives the teaser to everybody, `paid` the paid part to its author and its buyers.
"""

from services.ideas.access import may_read_paid
from services.ideas.categories import CATEGORIES, LANGUAGES, Category
from services.ideas.changing import change_some
from services.ideas.drafts import (
    DraftView,
    discard_draft,
    draft_of_change,
    get_draft,
    list_drafts,
    save_draft,
)
from services.ideas.feed import following
from services.ideas.fields import Paid, Submission, Teaser, checked
from services.ideas.paid import PaidView, read_paid
from services.ideas.publishing import change_idea, publish_again, submit_idea, unpublish
from services.ideas.reading import IdeaView, find_idea, get_idea, list_versions

__all__ = [
    "CATEGORIES",
    "LANGUAGES",
    "Category",
    "DraftView",
    "IdeaView",
    "Paid",
    "PaidView",
    "Submission",
    "Teaser",
    "change_idea",
    "change_some",
    "checked",
    "discard_draft",
    "draft_of_change",
    "find_idea",
    "following",
    "get_draft",
    "get_idea",
    "list_drafts",
    "list_versions",
    "may_read_paid",
    "publish_again",
    "read_paid",
    "save_draft",
    "submit_idea",
    "unpublish",
]
