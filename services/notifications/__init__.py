"""Notifications: what happened to what somebody wrote, bought or follows.

`telling` writes rows of ids beside the change that they tell of; `listing` shows them, in words that `wording` makes of
what `seeing` lets the reader see at that moment; `ways` is how somebody wants to be told of each kind; `digest` mails
what waits, all of it in one mail, and `declining` ends such mails by a link. `bell` tells open pages to look again.
"""

from services.notifications.listing import (
    NotificationView,
    count_unread,
    get_notification,
    list_notifications,
    mark_all_read,
    mark_read,
    mark_unread,
    read_back,
)
from services.notifications.telling import notify, notify_many
from services.notifications.ways import KINDS, KindSetting, list_settings, set_ways

__all__ = [
    "KINDS",
    "KindSetting",
    "NotificationView",
    "count_unread",
    "get_notification",
    "list_notifications",
    "list_settings",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "notify",
    "notify_many",
    "read_back",
    "set_ways",
]
