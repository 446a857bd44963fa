"""Bringing levels up to date: one account when something happened to it, all of them by night."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.accounts import User, UserKind
from models.clock import now
from models.trust import TrustLevel
from services.accounts import Actor, require_scope
from services.trust.counting import count
from services.trust.levels import NAMES, WEIGHTS, Counted, Step, level_for, steps_to
from services.trust.limits import LIMITS

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class TrustView:
    """How far somebody is trusted, and what the next level asks for; no steps at the last level.

    `weight` is what a vote weighs, from 0 to 1; `limits` how many of what they may begin a day.
    """

    level: int
    name: str
    weight: float
    steps: list[Step]
    limits: dict[str, int]


def get_trust(session: Session, actor: Actor) -> TrustView:
    """Return how far whoever asks is trusted, as of now."""
    require_scope(actor, "account:read")
    refresh(session, actor.user_id)
    row = session.get_one(TrustLevel, actor.user_id, populate_existing=True)
    limits = {name: limit.most[row.level] for name, limit in LIMITS.items()}
    steps = steps_to(row.level + 1, Counted(**row.counted))
    return TrustView(row.level, NAMES[row.level], WEIGHTS[row.level], steps, limits)


def refresh(session: Session, *user_ids: str) -> None:
    """Compute the levels of accounts anew after something that matters: a purchase, a decision, a confirmed address."""
    compute(session, user_ids)


def compute(session: Session, user_ids: Sequence[str]) -> int:
    """Write the levels of accounts, and return how many those are. Erased ones have none."""
    session.flush()
    values = [
        {"user_id": user_id, "level": level_for(found), "counted": asdict(found), "computed_at": now()}
        for user_id, found in sorted(count(session, user_ids).items())
    ]
    if not values:
        return 0
    made = insert(TrustLevel).values(values)
    changed = {name: made.excluded[name] for name in ("level", "counted", "computed_at")}
    session.execute(made.on_conflict_do_update(index_elements=[col(TrustLevel.user_id)], set_=changed))
    return len(values)


def compute_next(session: Session, after: str) -> str:
    """Compute the levels of the next 2,000 people behind the id `after`, and return the last one's; "" at the end."""
    people = select(User.id).where(col(User.kind) == UserKind.PERSON, col(User.erased_at).is_(None))
    if after:
        people = people.where(col(User.id) > after)
    ids = session.scalars(people.order_by(col(User.id)).limit(AT_ONCE)).all()
    compute(session, ids)
    return ids[-1] if len(ids) == AT_ONCE else ""
