"""Statements of reasons: what was decided about somebody, why, and how they can appeal. For themselves alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.moderation import Action, Appeal, Decision, DecisionState, ReportReason
from models.paging import Page
from services.accounts import Actor, require_scope
from services.keyset import read_page
from services.moderation.appeals import is_open
from services.moderation.effects import HELD
from services.moderation.rules import APPEAL_WITHIN, DONE, RULES
from services.moderation.subjects import subject_of
from services.moderation.telling import means


@dataclass(frozen=True, slots=True)
class Statement:
    """One decision as the person is told it. `appeal_until` is None where there is nothing to appeal.

    `outcome` of the appeal is "", "waiting", "upheld" or "overturned".
    """

    id: str
    subject_id: str
    kind: str
    title: str
    action: str
    what: str
    rule: str
    rule_words: str
    reason: str
    means: str
    state: str
    created_at: datetime
    appeal_until: datetime | None
    appeal_words: str
    appealed_at: datetime | None
    outcome: str
    answer: str


def list_statements(session: Session, actor: Actor, cursor: str = "", limit: int = 25) -> Page[Statement]:
    """Return what was decided about whoever asks and what is theirs, newest first.

    Raises:
        InvalidInput: the cursor is not one of ours.
    """
    require_scope(actor, "account:read")
    mine = select(Decision).where(
        col(Decision.subject_user_id) == actor.user_id,
        col(Decision.state) != DecisionState.PROPOSED,
        # That something was looked at and stays, nobody was told; but who waited for it was.
        (col(Decision.action) != Action.KEEP) | (col(Decision.data)["was"].astext == HELD),
    )
    page = read_page(session, mine, Decision, cursor, limit)
    wanted = select(Appeal).where(col(Appeal.decision_id).in_([row.id for row in page.items]))
    appeals = {row.decision_id: row for row in session.scalars(wanted)}
    return Page([statement_of(row, appeals.get(row.id)) for row in page.items], page.next_cursor)


def statement_of(row: Decision, appeal: Appeal | None) -> Statement:
    """Return a decision as the person reads it. Neither who reported nor who decided is in it."""
    rule = RULES[ReportReason(row.rule)]
    until = row.final_at + APPEAL_WITHIN if appeal is None and is_open(row) and row.final_at else None
    outcome = "" if appeal is None else appeal.outcome or "waiting"
    return Statement(
        id=row.id, subject_id=row.subject_id, kind=subject_of(row.subject_id).kind,
        title=str(row.data.get("title", "")), action=row.action, what=DONE[Action(row.action)], rule=rule.name,
        rule_words=rule.words, reason=row.reason, means=means(row), state=row.state, created_at=row.created_at,
        appeal_until=until, appeal_words=appeal.words if appeal else "",
        appealed_at=appeal.created_at if appeal else None, outcome=outcome, answer=appeal.answer if appeal else "",
    )  # fmt: skip
