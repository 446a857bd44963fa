"""What was written to people, for the operator of the installation: searched, read, and sent once more."""

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.errors import InvalidInput, NotFound
from models.messages import Message, MessageState
from models.paging import Page
from services import audit
from services.accounts import Actor, require_operator
from services.keyset import read_page
from services.messages import sending


def list_messages(
    session: Session,
    actor: Actor,
    *,
    state: str = "",
    query: str = "",
    cursor: str = "",
    limit: int = 25,
    most: int = 0,
) -> Page[Message]:
    """Return messages, newest first: those in one state, and those whose recipient or subject holds `query`.

    `most` lifts the limit of 100 for screens that show more at once.

    Raises:
        NotAllowed: the actor does not run this installation.
        InvalidInput: there is no such state, or the cursor is not one of ours.
    """
    require_operator(actor, "installation:read")
    if state and state not in set(MessageState):
        words = ", ".join(MessageState)
        raise InvalidInput(f"There is no state {state[:30]!r}. Choose one of: {words}.", "unknown_state")
    statement = select(Message)
    if state:
        statement = statement.where(Message.state == state)
    if words := query.replace("\x00", "").strip()[:200]:
        statement = statement.where(
            or_(
                col(Message.recipient).icontains(words, autoescape=True),
                col(Message.subject).icontains(words, autoescape=True),
            )
        )
    return read_page(session, statement, Message, cursor, limit, most)


def get_message(session: Session, actor: Actor, message_id: str) -> Message:
    """Return one message.

    Raises:
        NotAllowed: the actor does not run this installation.
        NotFound: there is none with that id.
    """
    require_operator(actor, "installation:read")
    row = session.get(Message, message_id)
    if row is None:
        raise NotFound("There is no message with that id. It may have been cleared away after 30 days.")
    return row


def resend(session: Session, actor: Actor, message_id: str) -> Message:
    """Queue a message once more.

    Raises:
        Conflict: there is no mail server, it waits already, or its link was removed when it was sent.
    """
    require_operator(actor, "installation:write")
    row = get_message(session, actor, message_id)
    sending.send_again(session, row)
    audit.record(
        session, actor, "message.resent", row.id, actor.personal_team_id, {"recipient": row.recipient}
    )
    return row
