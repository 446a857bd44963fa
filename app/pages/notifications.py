"""Notifications: what happened to what somebody wrote, bought or follows."""

from dataclasses import dataclass

import reflex as rx
from sqlmodel import Session

from app.components.address_tabs import address_tabs, list_at
from app.components.button import button, button_link
from app.components.empty import empty, failed
from app.components.filters import load_more, newest
from app.components.icons import icon
from app.components.links import link
from app.components.moments import ago
from app.components.place import place
from app.components.skeleton import rows as skeleton
from app.components.toast import UNDOS, Undo, say
from app.pages.lists import MOST, STEP, rows_wanted
from app.session import actor_from_state, for_visitor, in_thread
from app.shell import ShellState, page_head, shell
from app.wording import count, moment
from models.errors import IdeasmithError
from models.ids import new_id
from models.paging import Page
from services import notifications
from services.accounts import Actor
from services.notifications import NotificationView

SIGN_IN = "/sign-in?next=/notifications"
SHOW = {"": "All", "unread": "Unread"}
SYMBOLS = {"purchase": "bought", "published": "ideas", "saved_search": "search", "moderation": "shield"}


@dataclass
class NotificationRow:
    """One notification. `at` is an ISO moment; `address` is empty where there is nothing left to show."""

    id: str
    kind: str
    text: str
    address: str
    at: str
    read: bool


class NotificationsState(rx.State):
    """What the list shows."""

    loaded: bool = False
    problem: str = ""
    reference: str = ""
    rows: list[NotificationRow] = []
    cursor: str = ""
    unread_only: bool = False
    # How many were not read when the list was read.
    known: int = 0
    shown: str = ""

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Read the list that the address asks for."""
        chosen = self.router.url.query_parameters
        self.unread_only = chosen.get("show", "") == "unread"
        after, wanted = chosen.get("after", "")[:300], rows_wanted(chosen)
        try:
            found = await for_visitor(self, _read, self.unread_only, after, wanted)
            if found is None:
                return rx.redirect(SIGN_IN)
            page, self.known = found
            self.rows, self.cursor = [row_of(one) for one in page.items], page.next_cursor or ""
            self.problem = ""
        except IdeasmithError as error:
            self.problem, self.reference = error.message, new_id("err")
        self.loaded, self.shown = True, self.router.url.query
        return None

    @rx.event
    async def read(self, notification_id: str) -> None:
        """Mark one as read; its row stays where it is until the list is read anew."""
        actor = await actor_from_state(self)
        if actor is None:
            return
        await in_thread(notifications.mark_read, actor, [str(notification_id)])
        self._mark({str(notification_id)})

    @rx.event
    async def read_all(self) -> None:
        """Mark all of them as read, with a way back."""
        actor = await actor_from_state(self)
        if actor is None:
            return
        done = await in_thread(notifications.mark_all_read, actor)
        self._mark({row.id for row in self.rows})
        self.known = 0
        if done:
            await say(
                self, f"{count(len(done), 'notification')} marked as read.", undo="notifications", ids=done
            )

    def _mark(self, ids: set[str]) -> None:
        self.known = max(0, self.known - sum(row.id in ids and not row.read for row in self.rows))
        self.rows = [
            NotificationRow(row.id, row.kind, row.text, row.address, row.at, row.read or row.id in ids)
            for row in self.rows
        ]


UNDOS["notifications"] = Undo(
    notifications.read_back, "It is not read again.", "{} are not read again.", NotificationsState.load
)


def _read(
    session: Session, actor: Actor | None, unread: bool, after: str, wanted: int
) -> tuple[Page[NotificationView], int] | None:
    """Return the rows and how many are not read; None for a visitor."""
    if actor is None:
        return None
    page = notifications.list_notifications(session, actor, unread=unread, cursor=after, limit=wanted)
    return page, notifications.count_unread(session, actor)


def row_of(one: NotificationView) -> NotificationRow:
    """Return a notification as the list shows it."""
    return NotificationRow(one.id, one.kind, one.text, one.path, moment(one.changed_at), one.read)


@rx.page(route="/notifications", title="Notifications · Ideasmith", image="/og.png",
         description="What happened to what you wrote, bought or follow.",
         on_load=[NotificationsState.load, ShellState.load_if_old])  # fmt: skip
def notifications_page() -> rx.Component:
    """Return the page."""
    state = NotificationsState
    trouble = failed("The notifications could not be read", state.problem, state.load, state.reference)
    read = rx.cond(state.loaded, list_at(_list(), shown=state.shown), skeleton())
    return shell(
        page_head(
            "Notifications",
            "What happened to what you wrote, bought or follow.",
            rx.cond(
                ShellState.unread > 0, button(icon("check"), "Mark all as read", on_click=state.read_all)
            ),
            button_link(icon("settings"), "Settings", to="/settings/notifications", kind="quiet"),
        ),
        address_tabs("show", "Which notifications", SHOW),
        rx.cond(state.problem != "", trouble, read),
        place(ready=state.loaded),
        here="/notifications",
    )


def _list() -> rx.Component:
    state = NotificationsState
    rows = rx.fragment(
        newest(),
        rx.el.ul(rx.foreach(state.rows, _row), class_name="notifications", aria_label="Notifications"),
        load_more(state.rows.length(), state.cursor, step=STEP, most=MOST, on_choose=state.load),
    )
    return rx.fragment(_more(), rx.cond(state.rows.length() > 0, rows, _none()))


def _more() -> rx.Component:
    """Return the way to what came while the list was open: rows do not move under somebody's hand."""
    words = rx.el.div(
        button(icon("retry"), "Show what is new", on_click=NotificationsState.load), class_name="row notifications-new"
    )  # fmt: skip
    return rx.el.div(rx.cond(ShellState.unread > NotificationsState.known, words), aria_live="polite")


def _row(row: rx.Var[NotificationRow]) -> rx.Component:
    symbol = rx.match(
        row.kind,
        *((kind, icon(name)) for kind, name in SYMBOLS.items()),
        icon("comment"),
    )
    words = rx.cond(
        row.address != "",
        link(
            row.text,
            to=row.address,
            class_name="row-link",
            custom_attrs={"data-row": ""},
            on_click=NotificationsState.read(row.id),
        ),
        rx.el.span(row.text, class_name="muted"),
    )
    unread = rx.el.span("Not read", class_name="tag unread-mark")
    mark = button("Mark read", kind="quiet", class_name="above", on_click=NotificationsState.read(row.id),
                  aria_label=f"Mark as read: {row.text}")  # fmt: skip
    return rx.el.li(
        rx.el.span(symbol, class_name="notification-symbol"),
        rx.el.div(words, rx.el.div(ago(at=row.at), rx.cond(row.read, rx.fragment(), unread),
                                   class_name="row tight muted small"), class_name="grow"),
        rx.cond(row.read, rx.fragment(), mark),
        class_name=rx.cond(row.read, "notification", "notification unread"),
        key=row.id,
    )  # fmt: skip


def _none() -> rx.Component:
    done = empty("bell", "You have read everything", "What happens next appears here.",
                 button_link("Show all of them", to="/notifications"))  # fmt: skip
    nothing = empty(
        "bell", "Nothing has happened yet",
        "Comments on your ideas, their buyers, and what the authors you follow publish appear here.",
        button_link("Look around the ideas", to="/ideas"),
    )  # fmt: skip
    return rx.cond(NotificationsState.unread_only, done, nothing)
