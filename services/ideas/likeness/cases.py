"""What becomes of an idea that was taken from another: it is held for a moderator. The one place where cases begin."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from models.ideas import Idea, IdeaState
from models.moderation import Source
from services import audit
from services.ideas.likeness.judging import Finding, judge
from services.ideas.listing import refresh_listing
from services.moderation.opening import Answered, open_for


def compare_idea(session: Session, idea_id: str) -> bool:
    """Compare an idea with the earlier ones of others, and hold it for a moderator where it was taken from one.

    Returns whether it is held now for that. Doing it twice holds it once.
    """
    alarming = [one for one in judge(session, idea_id) if one.alarming]
    if alarming:
        open_case(session, idea_id, alarming)
    return bool(alarming)


def open_case(session: Session, idea_id: str, alarming: Sequence[Finding]) -> None:
    """Ask a moderator to look at an idea; until they have, nobody else finds it. Its author is not told of whom."""
    idea = session.scalars(select(Idea).where(col(Idea.id) == idea_id).with_for_update(key_share=True)).one()
    if idea.state in (IdeaState.PUBLISHED, IdeaState.UNPUBLISHED):
        idea.state = IdeaState.HELD
        refresh_listing(session, idea)
        audit.record(session, None, "idea.held", idea.id, idea.team_id, {"reason": Source.LIKENESS})
    answered = Answered(idea.id, idea.user_id, idea.team_id)
    open_for(session, Source.LIKENESS, answered, case_data(alarming))


def case_data(alarming: Sequence[Finding]) -> dict[str, Any]:
    """Return what a moderator is told: which earlier ideas, how like, whether bought. No word of a text."""
    return {
        "why": [sentence(one) for one in alarming],
        "others": [
            {"idea_id": one.other_id, "score": round(one.overlap.score, 3), "share": round(one.overlap.share, 3),
             "bought": one.bought}
            for one in alarming
        ]
    }  # fmt: skip


def sentence(one: Finding) -> str:
    """Return one resemblance as a moderator reads it."""
    bought = ", which its submitter has bought" if one.bought else ""
    return f"{one.overlap.share:.0%} of its words stand in the earlier idea {one.other_id}{bought}"
