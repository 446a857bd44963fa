"""What was written to people, for the operator of the installation."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, MessageId
from app.api.paging import Cursor, Limit, PageOut, Search
from app.api.problem import READING, problems
from models.db import transaction
from models.messages import MessageState
from services import outbox

router = APIRouter(prefix="/outbox", tags=["Outbox"])

State = Annotated[str, Query(max_length=20, description=f"Only those that are {' or '.join(MessageState)}.")]
ONE = (401, 403, 404, 422, 500, 503)


class MessageOut(BaseModel):
    """One message, without what it says."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.MESSAGE})

    id: str
    channel: str = Field(description="The way it goes: email.")
    recipient: str
    subject: str
    state: str = Field(description="queued, sent, failed, or kept while no mail server is set.")
    attempts: int
    next_try_at: datetime = Field(description="When it is tried next, while it is queued.")
    error: str = Field(description="What the mail server answered last, if it did not take the message.")
    created_at: datetime
    sent_at: datetime | None


class WholeMessageOut(MessageOut):
    """One message with what it says."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {**examples.MESSAGE, "text": "Your account is ready.", "html": "<p>…</p>"}
        },
    )

    text: str = Field(
        description="Plain text. A link that opens something is taken out once the mail was sent."
    )
    html: str = Field(description="The same as a page.")


@router.get("", summary="List messages", responses=problems(*READING))
def list_messages(
    actor: CurrentActor, state: State = "", query: Search = "", cursor: Cursor = "", limit: Limit = 25
) -> PageOut[MessageOut]:
    """Return what was written to people, newest first. `query` looks in recipients and subjects. Operator only."""
    with transaction() as session:
        page = outbox.list_messages(session, actor, state=state, query=query, cursor=cursor, limit=limit)
    return PageOut(items=[MessageOut.model_validate(row) for row in page.items], next_cursor=page.next_cursor)


@router.get("/{id}", summary="Get a message", responses=problems(*ONE))
def get_message(actor: CurrentActor, id: MessageId) -> WholeMessageOut:  # noqa: A002
    """Return one message with what it says. Operator only."""
    with transaction() as session:
        return WholeMessageOut.model_validate(outbox.get_message(session, actor, id))


@router.post("/{id}/resend", summary="Send a message again", responses=problems(*ONE, 409))
def resend_message(actor: CurrentActor, id: MessageId) -> MessageOut:  # noqa: A002
    """Queue a message once more that was kept, failed or sent. Operator only."""
    with transaction() as session:
        return MessageOut.model_validate(outbox.resend(session, actor, id))
