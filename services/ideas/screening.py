"""What is looked at before everybody sees it: ideas that enter a premium category, and what looks like spam.

Only what everybody could read is scored: nothing of the paid part is looked at here.
"""

from sqlalchemy import exists
from sqlmodel import Session, col, select

from models.accounts import User
from models.clock import now
from models.ideas import Idea
from models.moderation import Case, CaseState, Source
from services.accounts import Actor
from services.ideas.categories import BY_SLUG
from services.moderation.opening import Answered, open_for
from services.moderation.spam import HOLD_AT, spam_score
from services.trust.levels import level_of


def screen(session: Session, actor: Actor, idea: Idea, *, entered: bool) -> bool:
    """Bring an idea before a moderator where it has to be, and say whether it waits for that.

    `entered` says that its category is new for it. A spam score holds back what accounts of level 0 write; others go
    on, and are looked at afterwards. Operators look at themselves.
    """
    if actor.is_operator:
        return False
    level = level_of(session, idea.user_id)
    age = now() - session.get_one(User, idea.user_id).created_at
    found = spam_score(public_text(idea), level=level, age_days=age.days)
    signs: dict[Source, list[str]] = {}
    if found.points >= HOLD_AT:
        signs[Source.SPAM] = found.why
    shelf = BY_SLUG.get(idea.category)
    if entered and shelf is not None and shelf.premium:
        signs[Source.PREMIUM] = [f"It enters {shelf.name}, where a moderator looks first"]
    for source, why in signs.items():
        open_for(session, source, Answered(idea.id, idea.user_id, idea.team_id), {"why": why})
    return Source.PREMIUM in signs or (Source.SPAM in signs and level == 0)


def has_passed(session: Session, idea: Idea) -> bool:
    """Whether a moderator has looked at an idea in a premium category, once at least."""
    looked_at = exists().where(
        col(Case.subject_id) == idea.id,
        col(Case.state) == CaseState.DECIDED,
        col(Case.sources).contains([Source.PREMIUM]),
    )
    return bool(session.scalar(select(looked_at)))


def public_text(idea: Idea) -> str:
    """Return what everybody reads of an idea."""
    return "\n".join([idea.title, idea.promise, idea.problem, idea.audience, " ".join(idea.tags)])
