"""Notifications: what happened to what you wrote, bought or follow."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, NotificationId
from app.api.paging import Cursor, Limit, PageOut
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from models.notifications import NotificationKind, Ways
from services import notifications

router = APIRouter(prefix="/notifications", tags=["Notifications"])

Kind = Annotated[NotificationKind, Path(description="The kind, such as `comment`.")]
Unread = Annotated[bool, Query(description="Only what you have not read.")]


class NotificationOut(BaseModel):
    """One notification, in the words that fit what you may see now."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.NOTIFICATION})

    id: str
    kind: NotificationKind
    text: str
    path: str = Field(description="Where on this site it leads; empty where what it was about is gone.")
    count: int = Field(description="How many things of its kind happened to its subject since you read it.")
    changed_at: datetime = Field(description="When the last of them happened.")
    read: bool


class ReadOut(BaseModel):
    """What became read by this request."""

    model_config = ConfigDict(json_schema_extra={"example": {"read": 3}})

    read: int


class ReadAll(BaseModel):
    """How far you have read."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"until": examples.AT}})

    until: AwareDatetime | None = Field(
        None, description="Only what happened up to here: what came since stays unread. Now when left out."
    )


class KindSettingOut(BaseModel):
    """How you are told of one kind."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.KIND_SETTING})

    kind: NotificationKind
    words: str
    ways: Ways = Field(description="off; page: on the page; mail: on the page and by mail.")


class KindSettingIn(BaseModel):
    """How you want to be told of a kind."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"ways": "page"}})

    ways: Ways


@router.get("", summary="List notifications", responses=problems(*READING))
def list_notifications(
    actor: CurrentActor, unread: Unread = False, cursor: Cursor = "", limit: Limit = 25
) -> PageOut[NotificationOut]:
    """Return your notifications, the last that changed first. A key needs `account:read` and `ideas:read`."""
    with transaction() as session:
        page = notifications.list_notifications(session, actor, unread=unread, cursor=cursor, limit=limit)
    return PageOut(
        items=[NotificationOut.model_validate(one) for one in page.items], next_cursor=page.next_cursor
    )


@router.post("/read", summary="Read all notifications", responses=problems(*WRITING))
def read_notifications(actor: CurrentActor, body: ReadAll | None = None) -> ReadOut:
    """Mark all of your notifications as read, or those up to a moment."""
    with transaction() as session:
        done = notifications.mark_all_read(session, actor, until=body.until if body else None)
    return ReadOut(read=len(done))


@router.post("/{id}/read", summary="Read a notification", responses=problems(404, *WRITING))
def read_notification(actor: CurrentActor, id: NotificationId) -> NotificationOut:  # noqa: A002
    """Mark one notification as read; twice is once."""
    with transaction() as session:
        notifications.mark_read(session, actor, [id])
        return NotificationOut.model_validate(notifications.get_notification(session, actor, id))


@router.delete("/{id}/read", summary="Mark a notification unread", responses=problems(404, *WRITING))
def unread_notification(actor: CurrentActor, id: NotificationId) -> NotificationOut:  # noqa: A002
    """Mark one as not read again, unless more of the same is unread already."""
    with transaction() as session:
        notifications.mark_unread(session, actor, [id])
        return NotificationOut.model_validate(notifications.get_notification(session, actor, id))


@router.get("/settings", summary="List notification settings", responses=problems(*READING))
def list_notification_settings(actor: CurrentActor) -> PageOut[KindSettingOut]:
    """Return how you are told of each kind. There is only ever one page."""
    with transaction() as session:
        found = notifications.list_settings(session, actor)
    return PageOut(items=[KindSettingOut.model_validate(one) for one in found], next_cursor=None)


@router.put("/settings/{kind}", summary="Choose how to be told", responses=problems(*WRITING))
def set_notification_setting(actor: CurrentActor, kind: Kind, body: KindSettingIn) -> KindSettingOut:
    """Choose how you are told of a kind from now on."""
    with transaction() as session:
        chosen = notifications.set_ways(session, actor, kind, body.ways)
    return next(KindSettingOut.model_validate(one) for one in chosen if one.kind == kind)
