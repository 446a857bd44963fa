"""Reporting something: by anybody who is signed in, once at a time, within the limits of their trust."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.errors import Conflict, NotAllowed
from models.moderation import Report, ReportReason, Source
from models.paging import Page
from services import audit, trust
from services.accounts import Actor, require_scope
from services.crashpoints import AFTER_EFFECT, crashpoint
from services.keyset import read_page
from services.moderation.checking import LEAST_REASON, MOST_WORDS, checked_text, refused
from services.moderation.opening import open_for
from services.moderation.subjects import answered, look_at, subject_of, titles_of


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as whoever made it sees it. `outcome` is "open", "agreed", "kept" or "closed"."""

    id: str
    subject_id: str
    title: str
    reason: str
    words: str
    outcome: str
    created_at: datetime
    closed_at: datetime | None


def report(session: Session, actor: Actor, subject_id: str, reason: str, words: str = "") -> ReportView:
    """Tell the moderators what is wrong with something. Who told them, only they will know.

    Raises:
        NotFound: there is nothing with that id for them to see.
        NotAllowed: it is their own; or a key that does not say so.
        InvalidInput: no such reason, or words that cannot be used.
        Conflict: they have reported it, and nobody has decided yet.
        LimitReached: no more today.
    """
    require_scope(actor, "ideas:vote")
    why, said = checked_reason(reason), checked_words(reason, words)
    subject_of(subject_id).visible(session, actor, subject_id)
    seen = look_at(session, subject_id)
    if actor.user_id == seen.user_id:
        raise NotAllowed("This is yours. Change it, or take it back.", "own_subject")
    open_one = select(Report.id).where(
        Report.user_id == actor.user_id, Report.subject_id == subject_id, col(Report.closed_at).is_(None)
    )
    trust.require_room(
        session, actor, "reports"
    )  # holds the day of the account: two clicks follow each other
    if session.scalar(open_one) is not None:
        raise Conflict(
            "You have reported this already. A moderator is going to look at it.", "reported_already"
        )
    case_id = open_for(session, Source.REPORT, answered(seen))
    row = Report(user_id=actor.user_id, case_id=case_id, subject_id=subject_id, reason=why, words=said)
    session.add(row)
    session.flush()
    # In the reporter's own trail: the team of the subject never learns who it was.
    audit.record(session, actor, "report.made", row.id, actor.personal_team_id, {"reason": why})
    crashpoint(AFTER_EFFECT, "report")
    return view_of(row, seen.title)


def checked_reason(reason: str) -> ReportReason:
    """Return a known reason."""
    try:
        return ReportReason(reason)
    except ValueError:
        raise refused("reason", "Choose what is wrong with it.", "invalid_report") from None


def checked_words(reason: str, words: str) -> str:
    """Return what was said; "something else" has to say what."""
    least = LEAST_REASON if reason == ReportReason.OTHER else 0
    return checked_text("words", "What you say", words, least=least, most=MOST_WORDS)


def list_reports(session: Session, actor: Actor, cursor: str = "", limit: int = 25) -> Page[ReportView]:
    """Return what somebody has reported, newest first.

    Raises:
        InvalidInput: the cursor is not one of ours.
    """
    require_scope(actor, "ideas:vote")
    mine = select(Report).where(col(Report.user_id) == actor.user_id)
    page = read_page(session, mine, Report, cursor, limit)
    titles = titles_of(session, {row.subject_id for row in page.items})
    return Page([view_of(row, titles.get(row.subject_id, "")) for row in page.items], page.next_cursor)


def view_of(row: Report, title: str) -> ReportView:
    """Return what its maker sees of a report."""
    outcome = "open"
    if row.closed_at is not None:
        outcome = {True: "agreed", False: "kept", None: "closed"}[row.upheld]
    return ReportView(
        row.id, row.subject_id, title, row.reason, row.words, outcome, row.created_at, row.closed_at
    )
