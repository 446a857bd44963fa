"""Bringing something before a moderator: one open case a subject, however many signs there are."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from models.moderation import Source
from services.moderation.opening import open_for
from services.moderation.subjects import answered, look_at


def open_case(
    session: Session, source: Source, subject_id: str, data: Mapping[str, Any] | None = None
) -> str:
    """Bring a subject before a moderator and return its open case; a second sign joins the first one.

    `data` is what the source knows; its `why` is a list of sentences that moderators read. Nothing of a paid part may
    stand in it.

    Raises:
        NotFound: there is no such subject.
    """
    return open_for(session, source, answered(look_at(session, subject_id)), data)
