"""The lists of ideas: what is asked for (`query`), one statement a page (`statements`), a place in it (`cursor`)."""

from services.ideas.feed.cards import IdeaCard, Slot
from services.ideas.feed.query import FeedQuery, Mine, Tab, as_parameters, read_query
from services.ideas.feed.reading import list_ideas

__all__ = ["FeedQuery", "IdeaCard", "Mine", "Slot", "Tab", "as_parameters", "list_ideas", "read_query"]
