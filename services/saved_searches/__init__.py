"""Searches that somebody keeps, and being told of what is new and fits."""

from services.saved_searches.keeping import (
    LONGEST_NAME,
    MOST_SEARCHES,
    SavedSearchView,
    bring_back,
    bring_some_back,
    delete_search,
    get_search,
    list_searches,
    rename_search,
    save_search,
    set_alert,
)
from services.saved_searches.telling import tell_due

__all__ = [
    "LONGEST_NAME",
    "MOST_SEARCHES",
    "SavedSearchView",
    "bring_back",
    "bring_some_back",
    "delete_search",
    "get_search",
    "list_searches",
    "rename_search",
    "save_search",
    "set_alert",
    "tell_due",
]
