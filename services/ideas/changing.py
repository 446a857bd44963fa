"""A change that names only what shall be different."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from services.accounts import Actor
from services.ideas.drafts import published_fields
from services.ideas.publishing import change_idea, own_idea
from services.ideas.reading import IdeaView, get_idea


def change_some(session: Session, actor: Actor, idea_id: str, fields: Mapping[str, Any]) -> IdeaView:
    """Publish a new version of which `fields` say what is different; what they leave out stays.

    The idea is locked before it is read: of two changes at once each keeps what the other has changed.

    Raises:
        NotFound: no such idea of theirs.
        NotAllowed: their role or key only reads.
        InvalidInput: one line for every field that cannot be used.
        Conflict: a moderator has hidden it.
    """
    own_idea(session, actor, idea_id)
    published = published_fields(session, actor, get_idea(session, actor, idea_id))
    return change_idea(session, actor, idea_id, published | dict(fields))
