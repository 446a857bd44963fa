"""What stands beside a case: its subject, why it is here, who answers for it, what was reported and decided before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from models.accounts import User
from models.clock import now
from models.errors import NotFound
from models.ideas import Idea
from models.moderation import (
    Appeal,
    Case,
    CaseState,
    Decision,
    DecisionState,
    Report,
    ReportReason,
    Source,
)
from models.trust import TrustLevel
from services.accounts import Actor, require_operator
from services.moderation.appeals import waiting_appeal
from services.moderation.deciding import GONE, newest_of, seen_of
from services.moderation.effects import possible
from services.moderation.rules import RULES, SOURCES, UNDO_WITHIN
from services.moderation.seen import Seen
from services.moderation.subjects import names_of_accounts, subject_of

MOST_REPORTS, MOST_BEFORE = 50, 10


@dataclass(frozen=True, slots=True)
class Sign:
    """Why a case is here: where it came from, and the sentences of whoever brought it."""

    source: str
    words: str
    why: list[str]


@dataclass(frozen=True, slots=True)
class ReportSeen:
    """A report as moderators see it. `agreed` of `earlier` reports of this person were right."""

    reason: str
    words: str
    by: str
    level: int
    agreed: int
    earlier: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionSeen:
    """What was decided about this person before, or in this case."""

    id: str
    case_id: str
    title: str
    action: str
    rule: str
    reason: str
    state: str
    by: str
    created_at: datetime
    undoable: bool


@dataclass(frozen=True, slots=True)
class History:
    """Who answers for a subject, as far as a moderator has to know."""

    user_id: str
    name: str
    since: datetime
    level: int
    ideas: int
    decisions: list[DecisionSeen]


@dataclass(frozen=True, slots=True)
class AppealSeen:
    """An appeal that waits for its answer."""

    id: str
    decision_id: str
    words: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with everything that is needed to decide it. `subject` is None where it is gone.

    `actions` are what can be decided now; `proposal` is a closing that waits for a second person.
    """

    id: str
    subject_id: str
    kind: str
    title: str
    state: str
    subject: Seen | None
    signs: list[Sign]
    author: History | None
    reports: list[ReportSeen]
    decisions: list[DecisionSeen]
    proposal: DecisionSeen | None
    appeal: AppealSeen | None
    actions: list[str]
    created_at: datetime
    due_at: datetime
    overdue: bool
    decided_at: datetime | None


def get_case(session: Session, moderator: Actor, case_id: str) -> CaseView:
    """Return a case for who decides it.

    Raises:
        NotAllowed: not by an operator.
        NotFound: there is none.
    """
    require_operator(moderator, "moderation:read")
    case = session.get(Case, case_id, populate_existing=True)
    if case is None:
        raise NotFound("There is no case with that id.")
    seen = seen_of(session, case)
    decisions = decisions_where(session, Decision.case_id == case.id)
    proposal = next((one for one in decisions if one.state == DecisionState.PROPOSED), None)
    can = possible(session, seen, case) if proposal is None and case.state != CaseState.APPEALED else []
    return CaseView(
        id=case.id, subject_id=case.subject_id, kind=subject_of(case.subject_id).kind,
        title=seen.title if seen else GONE, state=case.state, subject=seen, signs=signs_of(case),
        author=history_of(session, case), reports=reports_of(session, case), decisions=decisions, proposal=proposal,
        appeal=appeal_of(waiting_appeal(session, case.id)), actions=[str(one) for one in can],
        created_at=case.created_at, due_at=case.due_at,
        overdue=case.state != CaseState.DECIDED and case.due_at < now(), decided_at=case.decided_at,
    )  # fmt: skip


def signs_of(case: Case) -> list[Sign]:
    """Return why a case is here."""
    return [
        Sign(source, SOURCES[Source(source)], [str(why) for why in case.data.get(source, {}).get("why", [])])
        for source in case.sources
    ]


def reports_of(session: Session, case: Case) -> list[ReportSeen]:
    """Return the newest reports of a case, with how right their makers were before."""
    wanted = select(Report).where(Report.case_id == case.id).order_by(col(Report.created_at).desc())
    rows = list(session.scalars(wanted.limit(MOST_REPORTS)))
    people = [row.user_id for row in rows]
    counted = (
        select(Report.user_id, func.count().filter(col(Report.upheld).is_(True)), func.count())
        .where(col(Report.user_id).in_(people), col(Report.upheld).is_not(None))
        .group_by(col(Report.user_id))
    )
    before = {user: (agreed, all_of) for user, agreed, all_of in session.execute(counted)} if rows else {}
    names, levels = names_of_accounts(session, people), levels_of(session, people)
    return [
        ReportSeen(
            RULES[ReportReason(row.reason)].name, row.words, names.get(row.user_id, ""), levels.get(row.user_id, 0),
            *before.get(row.user_id, (0, 0)), row.created_at,
        )
        for row in rows
    ]  # fmt: skip


def levels_of(session: Session, user_ids: list[str]) -> dict[str, int]:
    """Return the trust levels of accounts."""
    rows = select(TrustLevel.user_id, TrustLevel.level).where(col(TrustLevel.user_id).in_(user_ids))
    return dict(session.execute(rows).tuples().all())


def history_of(session: Session, case: Case) -> History | None:
    """Return who answers for the subject of a case, with what was decided about them before."""
    user = session.get(User, case.subject_user_id)
    if user is None or user.erased_at is not None:
        return None
    ideas = session.scalar(select(func.count()).select_from(Idea).where(col(Idea.user_id) == user.id)) or 0
    about = (Decision.subject_user_id == user.id) & (Decision.case_id != case.id)
    level = levels_of(session, [user.id]).get(user.id, 0)
    return History(
        user.id, user.name or "Somebody", user.created_at, level, ideas, decisions_where(session, about)
    )


def decisions_where(session: Session, condition: ColumnElement[bool] | bool) -> list[DecisionSeen]:
    """Return the last decisions that fit, newest first."""
    wanted = (
        select(Decision).where(condition).order_by(col(Decision.created_at).desc(), col(Decision.id).desc())
    )
    rows = list(session.scalars(wanted.limit(MOST_BEFORE)))
    names = names_of_accounts(session, [row.decided_by for row in rows])
    return [
        decision_seen(session, row, names.get(row.decided_by, ""), at == 0) for at, row in enumerate(rows)
    ]


def decision_seen(session: Session, row: Decision, by: str, newest: bool) -> DecisionSeen:
    """Return what a moderator sees of a decision."""
    recent = (
        row.state == DecisionState.FINAL and row.final_at is not None and now() - row.final_at <= UNDO_WITHIN
    )
    undoable = newest and recent and newest_of(session, row.case_id) == row.id
    return DecisionSeen(
        row.id, row.case_id, str(row.data.get("title", "")), row.action, RULES[ReportReason(row.rule)].name,
        row.reason, row.state, by, row.created_at, undoable,
    )  # fmt: skip


def appeal_of(row: Appeal | None) -> AppealSeen | None:
    """Return what a moderator sees of an appeal."""
    return AppealSeen(row.id, row.decision_id, row.words, row.created_at) if row else None
