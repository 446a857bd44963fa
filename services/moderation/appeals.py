"""Appeals: once a decision, within thirty days, answered by somebody else where there is one."""

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.clock import now
from models.errors import Conflict, NotFound
from models.moderation import Appeal, AppealOutcome, Case, CaseState, Decision, DecisionState, Report
from services import audit, trust
from services.accounts import Actor, require_operator, require_scope
from services.crashpoints import AFTER_EFFECT, crashpoint
from services.moderation import telling
from services.moderation.checking import LEAST_REASON, MOST_REASON, checked_text
from services.moderation.deciding import decision_of, note, one_of, seen_of
from services.moderation.effects import reverse
from services.moderation.people import refuse_judge, refuse_own
from services.moderation.rules import AGAINST, APPEAL_SLA, APPEAL_WITHIN
from services.moderation.seen import Seen


def appeal(session: Session, actor: Actor, decision_id: str, words: str) -> Appeal:
    """Answer to a decision about what is one's own.

    Raises:
        NotFound: there is no such decision about anything of theirs.
        InvalidInput: words that say nothing.
        Conflict: it was appealed, taken back, or is too old; or nothing was taken from them by it.
    """
    require_scope(actor, "ideas:vote")
    said = checked_text("words", "Your appeal", words, least=LEAST_REASON, most=MOST_REASON)
    case, row = own_decision(session, actor, decision_id)
    if find_appeal(session, row.id) is not None:
        raise Conflict("You have appealed this decision. It can be done once.", "appealed_already")
    if not is_open(row):
        raise Conflict("This decision cannot be appealed any more.", "not_appealable")
    made = Appeal(decision_id=row.id, user_id=actor.user_id, words=said)
    session.add(made)
    if case.state == CaseState.DECIDED:
        case.state, case.due_at = CaseState.APPEALED, now() + APPEAL_SLA
    session.flush()
    audit.record(session, actor, "decision.appealed", row.id, actor.personal_team_id, {"case": case.id})
    return made


def own_decision(session: Session, actor: Actor, decision_id: str) -> tuple[Case, Decision]:
    """Return a decision about something of whoever asks, locked."""
    row = session.get(Decision, decision_id)
    if row is None or row.subject_user_id != actor.user_id or row.state == DecisionState.PROPOSED:
        raise NotFound("There is no decision about you with that id.")
    return decision_of(session, decision_id)


def is_open(row: Decision) -> bool:
    """Whether a decision can be appealed as far as it alone says."""
    holds = row.state == DecisionState.FINAL and row.action in AGAINST
    return holds and row.final_at is not None and now() - row.final_at <= APPEAL_WITHIN


def find_appeal(session: Session, decision_id: str) -> Appeal | None:
    """Return the appeal against a decision."""
    return session.scalars(select(Appeal).where(Appeal.decision_id == decision_id)).one_or_none()


def answer(session: Session, moderator: Actor, appeal_id: str, outcome: str, words: str) -> Appeal:
    """Answer an appeal: the decision stays ("upheld"), or is taken back ("overturned").

    Raises:
        NotFound: there is no such appeal.
        NotAllowed: not by an operator; by who has decided, or whom it is about, while there is somebody else.
        InvalidInput: no such outcome, or words that say nothing.
        Conflict: it is answered.
    """
    require_operator(moderator, "moderation:write")
    chosen = one_of(AppealOutcome, "outcome", outcome)
    said = checked_text("answer", "The answer", words, least=LEAST_REASON, most=MOST_REASON)
    found = session.get(Appeal, appeal_id)
    if found is None:
        raise NotFound("There is no appeal with that id.")
    case, row = decision_of(session, found.decision_id)
    session.refresh(found)
    refuse_own(session, moderator, row.subject_user_id)
    refuse_judge(session, moderator, row.decided_by, row.confirmed_by)
    if found.outcome:
        raise Conflict("This appeal is answered.", "answered_already")
    seen = seen_of(session, case)
    found.outcome, found.answer = chosen, said
    found.answered_by, found.answered_at = moderator.user_id, now()
    if chosen == AppealOutcome.OVERTURNED:
        overturn(session, row, seen)
    session.flush()
    case.state = CaseState.APPEALED if is_waiting(session, case.id) else CaseState.DECIDED
    note(session, moderator, "appeal.answered", row, seen, outcome=chosen)
    telling.appeal_answered(session, row, found, str(row.data["title"]))
    trust.refresh(session, row.subject_user_id)
    crashpoint(AFTER_EFFECT, "appeal_answer")
    return found


def is_waiting(session: Session, case_id: str) -> bool:
    """Whether another decision of a case waits for its answer."""
    return waiting_appeal(session, case_id) is not None


def waiting_appeal(session: Session, case_id: str) -> Appeal | None:
    """Return the first appeal of a case that nobody has answered."""
    mine = select(Appeal).join(Decision, col(Decision.id) == col(Appeal.decision_id))
    waiting = mine.where(col(Decision.case_id) == case_id, col(Appeal.outcome) == "")
    return session.scalars(waiting.order_by(col(Appeal.created_at)).limit(1)).one_or_none()


def overturn(session: Session, row: Decision, seen: Seen | None) -> None:
    """Take a decision back; who reported it is no longer right."""
    reverse(session, row, seen)
    row.state = DecisionState.OVERTURNED
    closed = update(Report).where(col(Report.case_id) == row.case_id, col(Report.closed_at) == row.final_at)
    agreed = session.scalars(closed.values(upheld=False).returning(col(Report.user_id))).all()
    trust.refresh(session, *agreed)
