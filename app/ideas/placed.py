"""Why an idea is where it is, for its page and for the page that the server draws."""

from sqlmodel import Session

from services import ideas
from services.accounts import Actor
from services.ideas.feed.cards import Slot
from services.ideas.why import Why, explain


def read_why(session: Session, actor: Actor | None, idea_id: str, named: str) -> tuple[str, Why]:
    """Return the title of an idea and why it is in a place of the kind `named`; the usual kind for any other word.

    Raises:
        NotFound: there is no such idea for them to see.
    """
    slot = Slot(named) if named in set(Slot) else Slot.ORGANIC
    return ideas.find_idea(session, actor, idea_id).title, explain(session, actor, idea_id, slot)
