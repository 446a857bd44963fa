"""Deciding a case: with a rule and a reason, for good or until it is taken back within the hour."""

from enum import StrEnum
from typing import TypeVar

from sqlalchemy import text, update
from sqlmodel import Session, col, select

from models.clock import now
from models.errors import Conflict, NotFound
from models.moderation import Action, Case, CaseState, Decision, DecisionState, Report, ReportReason, Source
from services import audit, trust
from services.accounts import Actor, require_operator
from services.crashpoints import AFTER_EFFECT, crashpoint
from services.ideas.likeness.findings import clear
from services.moderation import telling
from services.moderation.checking import LEAST_REASON, MOST_REASON, checked_text, refused
from services.moderation.closing import refuse_closing
from services.moderation.effects import HELD, apply, closing_of, possible, reverse
from services.moderation.people import refuse_judge, refuse_own, require_person
from services.moderation.rules import AGAINST, UNDO_WITHIN
from services.moderation.seen import Seen
from services.moderation.subjects import look_at

GONE = "Something that is gone"
Word = TypeVar("Word", bound=StrEnum)


def decide(session: Session, moderator: Actor, case_id: str, action: str, rule: str, reason: str) -> Decision:
    """Decide a case. Closing an account is proposed first: a second operator confirms it.

    Raises:
        NotFound: there is no such case.
        NotAllowed: not by an operator; or it is about themselves.
        InvalidInput: no such action or rule, or a reason that says nothing.
        Conflict: it is decided, appealed, or waits for a second person; or this cannot be done to it as it is.
    """
    require_operator(moderator, "moderation:write")
    chosen, broken = one_of(Action, "action", action), one_of(ReportReason, "rule", rule)
    why = checked_text("reason", "The reason", reason, least=LEAST_REASON, most=MOST_REASON)
    case = locked_case(session, case_id)
    seen = seen_of(session, case)
    refuse_own(session, moderator, case.subject_user_id)
    refuse_state(session, case, chosen)
    if chosen == Action.RESTORE and (closing := closing_of(session, case.id)) is not None:
        refuse_judge(session, moderator, closing.decided_by, closing.confirmed_by)
    if chosen not in possible(session, seen, case):
        raise Conflict("That cannot be done to it as it is. Reload the case.", "not_possible")
    row = Decision(
        case_id=case.id, subject_id=case.subject_id, subject_user_id=case.subject_user_id, action=chosen,
        rule=broken, reason=why, decided_by=moderator.user_id,
        data={"title": seen.title if seen else GONE, "sources": list(case.sources)},
    )  # fmt: skip
    if chosen == Action.CLOSE:
        return propose(session, moderator, row, seen)
    session.add(row)
    settle(session, moderator, case, row, seen)
    return row


def one_of(kind: type[Word], name: str, value: str) -> Word:
    """Return a known word."""
    try:
        return kind(value)
    except ValueError:
        raise refused(name, f"Choose one of: {', '.join(kind)}.") from None


def locked_case(session: Session, case_id: str) -> Case:
    """Return a case that nobody else decides meanwhile.

    Raises:
        NotFound: there is none.
    """
    statement = select(Case).where(col(Case.id) == case_id).with_for_update()
    case = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if case is None:
        raise NotFound("There is no case with that id.")
    return case


def seen_of(session: Session, case: Case) -> Seen | None:
    """Return the subject of a case, or None where it is gone."""
    try:
        return look_at(session, case.subject_id)
    except NotFound:
        return None


def refuse_state(session: Session, case: Case, action: Action) -> None:
    """Refuse to decide what is decided, or waits for somebody else. Only restoring comes after a decision."""
    if case.state == CaseState.APPEALED:
        raise Conflict("This case was appealed. Answer the appeal.", "case_appealed")
    if case.state == CaseState.DECIDED and action != Action.RESTORE:
        raise Conflict("This case is decided. Undo the decision first.", "case_decided")
    if proposal_of(session, case.id) is not None:
        raise Conflict(
            "Closing the account is proposed: a second operator confirms or declines it.", "close_proposed"
        )


def proposal_of(session: Session, case_id: str) -> Decision | None:
    """Return the decision of a case that waits for a second person."""
    waiting = select(Decision).where(Decision.case_id == case_id, Decision.state == DecisionState.PROPOSED)
    return session.scalars(waiting.execution_options(populate_existing=True)).one_or_none()


def propose(session: Session, moderator: Actor, row: Decision, seen: Seen | None) -> Decision:
    """Ask a second person to confirm."""
    require_person(moderator)
    refuse_closing(session, row.subject_user_id)
    row.state = DecisionState.PROPOSED
    session.add(row)
    session.flush()
    note(session, moderator, "case.close_proposed", row, seen)
    return row


def settle(session: Session, moderator: Actor, case: Case, row: Decision, seen: Seen | None) -> None:
    """Do what was decided, close the case with its reports, and tell whom it concerns."""
    action = Action(row.action)
    row.data = row.data | apply(session, row, seen)
    if action == Action.KEEP and Source.LIKENESS in case.sources:
        clear(
            session, moderator, row.subject_id
        )  # what was looked at is no case again before it comes closer
    row.state, row.final_at = DecisionState.FINAL, now()
    case.state, case.decided_at = CaseState.DECIDED, row.final_at
    session.flush()
    closed = close_reports(session, case.id, action, row)
    note(session, moderator, "case.decided", row, seen, decided=action, rule=row.rule)
    telling.decided(session, row, str(row.data["title"]), released=seen is not None and seen.state == HELD)
    telling.reporters(session, closed, str(row.data["title"]), action)
    trust.refresh(session, row.subject_user_id, *(one.user_id for one in closed))
    crashpoint(AFTER_EFFECT, "decision")


def close_reports(session: Session, case_id: str, action: Action, row: Decision) -> list[Report]:
    """Close the open reports of a case, and return them."""
    waiting = select(Report).where(Report.case_id == case_id, col(Report.closed_at).is_(None))
    found = list(session.scalars(waiting))
    for one in found:
        one.closed_at, one.upheld = row.final_at, action in AGAINST
    session.flush()
    return found


def confirm(session: Session, moderator: Actor, decision_id: str) -> Decision:
    """Close an account that somebody else has proposed to close.

    Raises:
        NotFound: nothing is proposed with that id.
        Conflict: a second person is needed, and this is the first one.
    """
    require_person(moderator)
    case, row = proposed(session, moderator, decision_id)
    if row.decided_by == moderator.user_id:
        raise Conflict(
            "You have proposed this: a second operator confirms it. Operations lets you add one.",
            "second_needed",
        )
    row.confirmed_by = moderator.user_id
    settle(session, moderator, case, row, seen_of(session, case))
    return row


def decline(session: Session, moderator: Actor, decision_id: str) -> Decision:
    """Drop a proposal to close an account: by a second person, or by who made it. The case is open again.

    Raises:
        NotFound: nothing is proposed with that id.
    """
    case, row = proposed(session, moderator, decision_id)
    row.state, row.final_at = DecisionState.UNDONE, now()
    session.flush()
    note(session, moderator, "case.close_declined", row, seen_of(session, case))
    return row


def proposed(session: Session, moderator: Actor, decision_id: str) -> tuple[Case, Decision]:
    """Return a proposal with its case, locked."""
    require_operator(moderator, "moderation:write")
    case, row = decision_of(session, decision_id)
    refuse_own(session, moderator, row.subject_user_id)
    if row.state != DecisionState.PROPOSED:
        raise NotFound("Nothing is proposed with that id.")
    return case, row


def decision_of(session: Session, decision_id: str) -> tuple[Case, Decision]:
    """Return a decision as it is while nobody else changes its case.

    Raises:
        NotFound: there is none.
    """
    row = session.get(Decision, decision_id)
    if row is None:
        raise NotFound("There is no decision with that id.")
    case = locked_case(session, row.case_id)
    session.refresh(row)
    return case, row


def undo(session: Session, moderator: Actor, decision_id: str) -> Decision:
    """Take a decision back within the hour: its subject is as it was, and the case is open again.

    Raises:
        NotFound: there is no such decision.
        Conflict: it is older, was appealed or taken back, or the case has gone on.
    """
    require_operator(moderator, "moderation:write")
    case, row = decision_of(session, decision_id)
    refuse_own(session, moderator, row.subject_user_id)
    if row.state != DecisionState.FINAL or row.final_at is None or case.state != CaseState.DECIDED:
        raise Conflict("This decision cannot be taken back any more.", "not_undoable")
    if now() - row.final_at > UNDO_WITHIN or newest_of(session, case.id) != row.id:
        raise Conflict(
            "A decision can be undone within the hour. After that: restore, or answer an appeal.", "too_late"
        )
    if open_case_of(session, case.subject_id):
        raise Conflict("Another case about it is open. Decide that one.", "another_case")
    reverse(session, row, seen_of(session, case))
    row.state, case.state, case.decided_at = DecisionState.UNDONE, CaseState.OPEN, None
    session.flush()
    reopened = session.scalars(
        update(Report)
        .where(col(Report.case_id) == case.id, col(Report.closed_at) == row.final_at)
        .values(closed_at=None, upheld=None)
        .returning(col(Report.user_id))
    ).all()
    note(session, moderator, "case.reopened", row, seen_of(session, case), undone=row.action)
    telling.taken_back(session, row, str(row.data["title"]))
    trust.refresh(session, row.subject_user_id, *reopened)
    return row


def newest_of(session: Session, case_id: str) -> str | None:
    """Return the last decision of a case."""
    mine = select(Decision.id).where(Decision.case_id == case_id)
    return session.scalar(mine.order_by(col(Decision.created_at).desc(), col(Decision.id).desc()).limit(1))


def open_case_of(session: Session, subject_id: str) -> str | None:
    """Return the open case about a subject, if there is one."""
    waiting = select(Case.id).where(Case.subject_id == subject_id, text("state = 'open'"))
    return session.scalar(waiting)


def note(
    session: Session, moderator: Actor, action: str, row: Decision, seen: Seen | None, **data: str
) -> None:
    """Write a line into the audit trail of the team that the subject belongs to."""
    told = {"case": row.case_id, "decision": row.id, "subject": row.subject_id, **data}
    audit.record(
        session, moderator, action, row.case_id, seen.team_id if seen else moderator.personal_team_id, told
    )
