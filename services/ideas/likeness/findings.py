"""What was found, as it is kept: for moderators, who may say that there is nothing wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, update
from sqlalchemy import select as sa_select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.clock import now
from models.errors import NotFound
from models.ideas import Idea, IdeaVersion
from models.likeness import Likeness
from services import audit
from services.accounts import Actor, require_operator

if TYPE_CHECKING:
    from services.ideas.likeness.judging import Finding

COMPARED = (
    "version_id", "other_version_id", "score", "share", "public_share", "words", "passages", "longest", "in_order",
    "bought", "found_at",
)  # fmt: skip
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class LikenessView:
    """An earlier idea that one resembles, as a moderator sees it: how much, never which words.

    `score` from 0 to 1; `share` the part of the words that both have, `public_share` of what everybody reads alone;
    `words`, `passages` and `longest` in words; `bought` that the later author had bought the earlier idea.
    """

    other_id: str
    other_title: str
    other_author_id: str
    other_version: int
    version: int
    score: float
    share: float
    public_share: float
    words: int
    passages: int
    longest: int
    in_order: bool
    bought: bool
    found_at: datetime
    cleared_at: datetime | None


def keep_findings(session: Session, idea_id: str, found: "Sequence[Finding]") -> None:
    """Store what an idea resembles now. What it resembles no more goes, except where a moderator has decided."""
    gone = delete(Likeness).where(
        col(Likeness.idea_id) == idea_id,
        col(Likeness.other_id).not_in([one.other_id for one in found]),
        col(Likeness.cleared_at).is_(None),
    )
    session.execute(gone)
    if not found:
        return
    rows = [
        {
            "idea_id": idea_id, "other_id": one.other_id, "version_id": one.version_id,
            "other_version_id": one.other_version_id, "score": one.overlap.score, "share": one.overlap.share,
            "public_share": one.public_share, "words": one.overlap.words, "passages": one.overlap.passages,
            "longest": one.overlap.longest, "in_order": one.overlap.in_order, "bought": one.bought, "found_at": now(),
        }
        for one in found
    ]  # fmt: skip
    statement = insert(Likeness).values(rows)
    renewed = {name: statement.excluded[name] for name in COMPARED}
    session.execute(statement.on_conflict_do_update(index_elements=["idea_id", "other_id"], set_=renewed))


def cleared_shares(session: Session, idea_id: str) -> dict[str, float]:
    """Return which earlier ideas a moderator has cleared an idea of, and the share of the words on that day."""
    statement = select(Likeness.other_id, Likeness.cleared_share).where(
        col(Likeness.idea_id) == idea_id, col(Likeness.cleared_share).is_not(None)
    )
    return {other: share for other, share in session.execute(statement) if share is not None}


def clear(session: Session, operator: Actor, idea_id: str) -> int:
    """Say that an idea has taken nothing from those that it resembles, and return how many that were.

    It is no case again before it comes closer. Publishing it again is the moderator's own step.

    Raises:
        NotAllowed: not by the operator.
    """
    require_operator(operator, "moderation:write")
    open_ones = (col(Likeness.idea_id) == idea_id) & col(Likeness.cleared_at).is_(None)
    cleared = update(Likeness).where(open_ones).values(cleared_at=now(), cleared_share=col(Likeness.share))
    count = len(session.scalars(cleared.returning(col(Likeness.other_id))).all())
    if count:
        idea = session.get_one(Idea, idea_id)
        audit.record(session, operator, "likeness.cleared", idea.id, idea.team_id, {"count": count})
    return count


def list_likenesses(session: Session, operator: Actor, idea_id: str) -> list[LikenessView]:
    """Return which earlier ideas an idea resembles, the nearest first.

    Raises:
        NotAllowed: not by the operator.
        NotFound: there is no such idea.
    """
    require_operator(operator, "moderation:read")
    if session.get(Idea, idea_id) is None:
        raise NotFound("There is no idea with that id.")
    mine, theirs = aliased(IdeaVersion), aliased(IdeaVersion)
    statement = (
        sa_select(Likeness, col(Idea.title), col(Idea.user_id), col(theirs.number), col(mine.number))
        .join(Idea, col(Idea.id) == col(Likeness.other_id))
        .join(theirs, col(theirs.id) == col(Likeness.other_version_id))
        .join(mine, col(mine.id) == col(Likeness.version_id))
        .where(col(Likeness.idea_id) == idea_id)
        .order_by(col(Likeness.score).desc(), col(Likeness.other_id))
        .limit(MOST_SHOWN)
    )
    return [
        LikenessView(
            row.other_id, title, author, their_number, my_number, row.score, row.share, row.public_share, row.words,
            row.passages, row.longest, row.in_order, row.bought, row.found_at, row.cleared_at,
        )
        for row, title, author, their_number, my_number in session.execute(statement)
    ]  # fmt: skip
