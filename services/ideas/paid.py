"""The one door to what an idea sells. No other service reads the table, held by tests/test_house.py."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from models.accounts import Membership
from models.errors import NotAllowed, NotFound
from models.ideas import Idea, IdeaVersion, PaidPart
from models.moderation import Case, CaseState
from services import audit
from services.accounts import Actor, require_operator
from services.ideas.access import is_authors_side, mark_of, may_read_paid
from services.ideas.fields import PAID_NAMES, PAID_TEXTS, Paid
from services.ideas.marks.writing import marked
from services.ideas.reading import find_idea

# How much of the first section everybody may read, and no more than that.
OPENING_SHARE, MOST_OPENING = 0.15, 600


@dataclass(frozen=True, slots=True)
class PaidView:
    """What a buyer reads: the texts of the version that is sold now, and the settings of a template."""

    idea_id: str
    version_id: str
    version_number: int
    solution: str
    go_to_market: str
    numbers: str
    specification: str
    licence: str
    template_settings: dict[str, Any]


def read_paid(session: Session, actor: Actor | None, idea_id: str) -> PaidView:
    """Return what an idea sells: to its author's side as it was written, to each buyer their own copy.

    Raises:
        NotFound: there is no such idea for them to see.
        NotAllowed: it has to be bought first.
    """
    idea = find_idea(session, actor, idea_id)
    if not may_read_paid(session, actor, idea):
        raise NotAllowed("Buy this idea to read it whole.", "not_bought")
    texts = stored(session, idea)
    if not is_authors_side(actor, idea):
        texts = marked(texts, mark_of(session, actor, idea.id), idea.language)
    return PaidView(idea.id, idea.version_id, idea.version_number, **texts.as_json())


def read_for_case(session: Session, moderator: Actor, case_id: str) -> PaidView:
    """Return what an idea sells to a moderator who decides an open case about it. Each reading is in the audit trail.

    Raises:
        NotAllowed: not by an operator.
        NotFound: there is no such case, it is decided, or it is about something that sells nothing.
    """
    require_operator(moderator, "moderation:write")
    case = session.get(Case, case_id)
    if case is None or case.state == CaseState.DECIDED or not case.subject_id.startswith("idea_"):
        raise NotFound("There is no open case about an idea with that id.")
    idea = session.get(Idea, case.subject_id)
    if idea is None:
        raise NotFound("This idea is no longer there.")
    audit.record(session, moderator, "paid_part.read_for_case", idea.id, idea.team_id, {"case": case.id})
    return view_of(session, idea)


def view_of(session: Session, idea: Idea) -> PaidView:
    """Return the paid part that is sold now, as it was written. Whoever calls has asked who is reading."""
    return PaidView(idea.id, idea.version_id, idea.version_number, **stored(session, idea).as_json())


def stored(session: Session, idea: Idea) -> Paid:
    """Return the paid part of the version that is sold now. Whoever calls has asked who is reading."""
    row = session.scalars(select(PaidPart).where(col(PaidPart.version_id) == idea.version_id)).one()
    return Paid(**{name: getattr(row, name) for name in PAID_NAMES}, template_settings=row.template_settings)


def paid_parts_of(user_id: str) -> Select[Any]:
    """Return the paid parts of every version that somebody wrote, for the archive of their own account."""
    teams = select(Membership.team_id).where(col(Membership.user_id) == user_id)
    versions = (
        select(IdeaVersion.id)
        .join(Idea, col(Idea.id) == col(IdeaVersion.idea_id))
        .where(col(Idea.user_id) == user_id, col(Idea.team_id).in_(teams))
    )
    return sa_select(PaidPart).where(col(PaidPart.version_id).in_(versions))


def store(session: Session, version_id: str, paid: Paid) -> None:
    """Keep the paid part of a new version."""
    session.add(PaidPart(version_id=version_id, **paid.as_json()))


def sections_of(paid: Paid) -> list[dict[str, Any]]:
    """Return what everybody may know of a paid part: which texts it has, and how many words each."""
    return [
        {"heading": one.label, "words": len(text.split())}
        for one in PAID_TEXTS
        if (text := getattr(paid, one.name))
    ]


def opening_of(paid: Paid) -> str:
    """Return the first words of the solution: 15 % of it, 600 characters at most, whole words, no canary of a mark."""
    room = min(MOST_OPENING, int(len(paid.solution) * OPENING_SHARE))
    begun = paid.solution[:room]
    return begun.rsplit(None, 1)[0] if " " in begun else ""
