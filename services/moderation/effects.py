"""What a decision does to its subject, and how that is taken back."""

from typing import Any

from sqlmodel import Session, col, select

from models.moderation import Action, Case, CaseState, Decision, DecisionState
from services.moderation.closing import close_account, open_account
from services.moderation.seen import CLOSED, HIDDEN, Seen, Subject
from services.moderation.subjects import subject_of

HELD = "held"


def possible(session: Session, seen: Seen | None, case: Case) -> list[Action]:
    """Return what can be decided about a subject as it is; about one that is gone, only that nothing is to be done."""
    closing = closing_of(session, case.id)
    if seen is None:
        return [Action.KEEP]
    if case.state == CaseState.DECIDED:
        return [Action.RESTORE] if closing or is_hidden(seen) else []
    subject = subject_of(case.subject_id)
    hide = [Action.HIDE] if subject.hide and seen.state != HIDDEN else []
    restore = [Action.RESTORE] if is_hidden(seen) else []
    close = [Action.CLOSE] if seen.state != CLOSED else []
    return [Action.KEEP, *hide, Action.WARN, *restore, *close]


def is_hidden(seen: Seen) -> bool:
    """Whether there is something to show again."""
    return seen.state == HIDDEN and subject_of(seen.id).show is not None


def closing_of(session: Session, case_id: str) -> Decision | None:
    """Return the decision of a case that has closed an account, while it holds."""
    holds = select(Decision).where(
        Decision.case_id == case_id, Decision.action == Action.CLOSE, Decision.state == DecisionState.FINAL
    )
    return session.scalars(holds.order_by(col(Decision.created_at).desc()).limit(1)).one_or_none()


def apply(session: Session, row: Decision, seen: Seen | None) -> dict[str, Any]:
    """Do what was decided, and return what has to be known to take it back."""
    if seen is None:
        return {}
    subject, was = subject_of(row.subject_id), {"was": seen.state}
    match row.action:
        case Action.CLOSE:
            return was | close_account(session, row.subject_user_id)
        case Action.HIDE if subject.hide:
            subject.hide(session, row.subject_id)
        case Action.KEEP | Action.WARN if subject.show and seen.state == HELD:
            subject.show(session, row.subject_id)  # it waited for this
        case Action.RESTORE:
            restore(session, row, subject)
    return was


def restore(session: Session, row: Decision, subject: Subject) -> None:
    """Open an account that this case had closed; or else show its subject again."""
    closing = closing_of(session, row.case_id)
    if closing is not None:
        open_account(session, closing.subject_user_id, closing.data)
        closing.state = DecisionState.OVERTURNED
    elif subject.show:
        subject.show(session, row.subject_id)


def reverse(session: Session, row: Decision, seen: Seen | None) -> None:
    """Bring a subject back to where it was before a decision; what has moved on since, or is gone, stays so."""
    if row.action == Action.CLOSE:
        open_account(session, row.subject_user_id, row.data)
        return
    was = str(row.data.get("was", ""))
    if seen is None or not was:
        return
    if (
        (row.action == Action.HIDE and seen.state == HIDDEN)
        or row.action == Action.RESTORE
        or (was == HELD and seen.state != HIDDEN)
    ):
        put_back(session, seen.id, was)


def put_back(session: Session, subject_id: str, was: str) -> None:
    """Bring a subject into the state that it had."""
    subject = subject_of(subject_id)
    if subject.put:
        subject.put(session, subject_id, was)
    elif was == HIDDEN and subject.hide:
        subject.hide(session, subject_id)
    elif subject.show:
        subject.show(session, subject_id)
