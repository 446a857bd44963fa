"""The mails of notifications: what waits for somebody goes out together, and seldom."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.accounts import User
from models.clock import now
from models.notifications import Notification, NotificationKind
from models.settings import settings
from services.messages import Action, Lead, queue_mail
from services.notifications.declining import unsubscribe_url
from services.notifications.seeing import Cause, causes_of, look
from services.notifications.ways import KINDS
from services.notifications.wording import Told, is_gone, told

# Between two mails to one person; what happens meanwhile goes into the next.
QUIET = timedelta(minutes=30)
PEOPLE_AT_ONCE = 50
# What a mail names one by one; the page has the rest.
MOST_NAMED = 20
LONGEST_SUBJECT = 150


def mail_due(session: Session) -> int:
    """Write to everybody for whom a mail is due, and return how many mails that were. Due every ten seconds.

    The rows say what is still to be mailed, and say so no more in the transaction that holds the mail: a clock that is
    killed has written nothing, and two clocks never write to the same person.
    """
    people = due_people(session)
    rows = waiting(session, list(people))
    causes = fresh(rows, causes_of(session, rows))
    sight = look(session, rows, causes)
    for user_id, mine in by_reader(rows).items():
        words = [(row, told(row, causes.get(row.id, ()), sight)) for row in mine]
        write(session, people[user_id], [(row, one) for row, one in words if not is_gone(one)])
    done = update(Notification).where(col(Notification.id).in_([row.id for row in rows]))
    if rows:
        session.execute(done.values(mail_due_at=None, mailed_at=now()))
    return len(people)


def due_people(session: Session) -> dict[str, User]:
    """Return who is to be written to, locked against another clock; whom it has is left out."""
    moment, before = now(), aliased(Notification)
    lately = select(before.id).where(
        col(before.user_id) == col(Notification.user_id), col(before.mailed_at) > moment - QUIET
    )
    due = select(Notification.user_id).where(col(Notification.mail_due_at) <= moment, ~lately.exists())
    people = select(User).where(col(User.id).in_(due)).order_by(col(User.id)).limit(PEOPLE_AT_ONCE)
    found = session.scalars(people.with_for_update(key_share=True, skip_locked=True))
    return {user.id: user for user in found}


def waiting(session: Session, user_ids: Sequence[str]) -> list[Notification]:
    """Return all that waits to be mailed to people, the first first: also what is not due yet goes along."""
    rows = select(Notification).where(
        col(Notification.user_id).in_(user_ids), col(Notification.mail_due_at).is_not(None)
    )
    ordered = rows.order_by(col(Notification.changed_at), col(Notification.id)).with_for_update()
    return list(session.scalars(ordered.execution_options(populate_existing=True))) if user_ids else []


def fresh(rows: Sequence[Notification], causes: dict[str, list[Cause]]) -> dict[str, list[Cause]]:
    """Return of what happened that which no mail has told of."""
    mailed = {row.id: row.mailed_at for row in rows}
    return {
        row_id: [one for one in several if (before := mailed[row_id]) is None or one.at > before]
        for row_id, several in causes.items()
    }


def by_reader(rows: Iterable[Notification]) -> dict[str, list[Notification]]:
    """Return notifications by whom they are for."""
    found: dict[str, list[Notification]] = {}
    for row in rows:
        found.setdefault(row.user_id, []).append(row)
    return found


def write(session: Session, user: User, words: Sequence[tuple[Notification, Told]]) -> None:
    """Write one mail of all that is still there to be told, if anything is and the address is proven."""
    if not words or user.email_verified_at is None or user.erased_at or user.disabled_at:
        return
    kinds = {NotificationKind(row.kind) for row, _ in words}
    queue_mail(
        session,
        to=user.email,
        to_name=user.name,
        subject=subject_of([one for _, one in words]),
        paragraphs=[opening(len(words)), *leads(words), *stops(session, user, kinds)],
        action=Action("See your notifications", f"{settings().public_url}/notifications"),
        user_id=user.id,
        unsubscribe=unsubscribe_url(session, user.id, kinds),
    )


def opening(number: int) -> str:
    """Return the first sentence."""
    return "This happened at Ideasmith:" if number == 1 else f"These {number} things happened at Ideasmith:"


def subject_of(words: Sequence[Told]) -> str:
    """Return what a mail is about: the one thing, or how many."""
    if len(words) > 1:
        return f"{len(words)} things happened at Ideasmith"
    plain = "".join(letter for letter in words[0].text if letter.isprintable())
    return plain if len(plain) <= LONGEST_SUBJECT else f"{plain[:LONGEST_SUBJECT]}…"


def leads(words: Sequence[tuple[Notification, Told]]) -> list[str | Lead]:
    """Return a line for each thing, up to twenty."""
    site = settings().public_url
    named: list[str | Lead] = [
        Lead(one.text, f"{site}{one.path}") if one.path else one.text for _, one in words[:MOST_NAMED]
    ]
    rest = len(words) - MOST_NAMED
    return [*named, f"And {rest} more."] if rest > 0 else named


def stops(session: Session, user: User, kinds: Iterable[NotificationKind]) -> list[str | Lead]:
    """Return the links that end mails, one a kind."""
    return [
        Lead(f"No more mails: {one.words.lower()}", unsubscribe_url(session, user.id, [one.kind]), small=True)
        for one in KINDS
        if one.kind in set(kinds)
    ]
