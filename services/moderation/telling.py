"""Telling people what was decided: by mail. The one place of moderation that writes to anybody.

Whoever reported something is named to nobody, and neither is who decided. No word of a paid part leaves here.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.accounts import User
from models.moderation import Action, Appeal, AppealOutcome, Decision, Report, ReportReason
from models.notifications import NotificationKind
from models.settings import settings
from services.messages import Action as Button
from services.messages import queue_mail
from services.moderation.rules import AGAINST, APPEAL_WITHIN, DONE, RULES
from services.notifications.telling import notify

CASES = "/settings/cases"


def decided(session: Session, row: Decision, title: str, released: bool) -> None:
    """Send the statement of reasons to whoever answers for the subject; `released` says that it was held till now."""
    action = Action(row.action)
    if action == Action.KEEP and not released:
        return
    notify(session, row.subject_user_id, NotificationKind.MODERATION, row.subject_id, {"decision": row.id})
    rule = RULES[ReportReason(row.rule)]
    about = f"your account {title}" if row.subject_id.startswith("user_") else f"“{title}”"
    if action == Action.KEEP:
        write(
            session,
            row.subject_user_id,
            f"Published: {title}",
            [f"A moderator has looked at {about}: it is published now."],
        )
        return
    paragraphs = [f"A moderator has decided about {about}. {DONE[action]}"]
    if action in AGAINST:
        paragraphs.append(f"The rule: {rule.name}. {rule.words}")
    paragraphs += [f"The reason: {row.reason}", means(row)]
    if action == Action.CLOSE:
        paragraphs.append(
            "You can no longer sign in, so appeal by writing to whoever runs this installation, "
            f"within {APPEAL_WITHIN.days} days. Somebody else decides about it."
        )
    elif action in AGAINST:
        paragraphs.append(
            f"You may appeal within {APPEAL_WITHIN.days} days: somebody else looks at it, where there is one."
        )
    write(session, row.subject_user_id, f"A decision about {title}", paragraphs)


def means(row: Decision) -> str:
    """Return how it came up: by people or by a program; a person has decided in any case."""
    found = row.data.get("sources", [])
    if "report" in found:
        return "It was reported to us. A person has decided."
    return "Our checks have pointed to it. A person has decided." if found else "A person has decided."


def taken_back(session: Session, row: Decision, title: str) -> None:
    """Tell that moderators themselves took a decision back."""
    if row.action in AGAINST:
        what = "We have taken our decision about"
        write(
            session,
            row.subject_user_id,
            f"Taken back: {title}",
            [f"{what} “{title}” back. It is as it was before."],
        )


def reporters(session: Session, reports: Sequence[Report], title: str, action: Action) -> None:
    """Tell those who reported something what became of it."""
    outcome = {
        Action.KEEP: "It breaks no rule that we could see, and it stays.",
        Action.HIDE: "You were right: it is hidden now.",
        Action.WARN: "You were right: its author was warned.",
        Action.RESTORE: "It was looked at, and it is shown again.",
        Action.CLOSE: "You were right: the account is closed.",
    }[action]
    for row in reports:
        write(
            session, row.user_id, f"What you reported: {title}",
            [f"Thank you. A moderator has looked at “{title}”. {outcome}", "Nobody was told that it was you."],
            link=False,
        )  # fmt: skip


def appeal_answered(session: Session, row: Decision, appeal: Appeal, title: str) -> None:
    """Tell what became of an appeal."""
    outcome = {
        AppealOutcome.UPHELD: "The decision stays.",
        AppealOutcome.OVERTURNED: "The decision is taken back: it is as it was before, and counts against you no more.",
    }[AppealOutcome(appeal.outcome)]
    paragraphs = [
        f"Somebody has looked at your appeal about “{title}”. {outcome}",
        f"The answer: {appeal.answer}",
    ]
    write(session, row.subject_user_id, f"Your appeal: {title}", paragraphs)


def write(session: Session, user_id: str, subject: str, paragraphs: list[str], *, link: bool = True) -> None:
    """Write a mail to an account that has an address and is not deleted."""
    user = session.scalar(select(User).where(col(User.id) == user_id, col(User.erased_at).is_(None)))
    if user is None:
        return
    queue_mail(
        session, to=user.email, to_name=user.name, subject=subject[:150], paragraphs=paragraphs, user_id=user.id,
        action=Button("Open your cases", settings().public_url + CASES) if link else None,
    )  # fmt: skip
