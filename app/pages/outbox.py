"""The operator's outbox: every mail that was written, and what became of it."""

from dataclasses import dataclass

import reflex as rx
from sqlmodel import Session

from app.components.badge import MESSAGES, badge
from app.components.button import button_link
from app.components.empty import empty, failed
from app.components.filters import choice_field, filters, load_more, newest, search_field
from app.components.moments import ago
from app.components.place import place
from app.components.skeleton import rows
from app.components.table import cell, row_link, table
from app.pages.lists import MOST, STEP, rows_wanted
from app.session import for_visitor
from app.shell import ShellState, breadcrumbs, page_head, shell
from app.wording import moment
from models.errors import IdeasmithError
from models.messages import Message
from models.paging import Page
from services import outbox
from services.accounts import Actor


@dataclass
class Row:
    """One message in the list. Moments are ISO texts."""

    id: str
    subject: str
    recipient: str
    state: str
    error: str
    created_at: str


class OutboxState(rx.State):
    """What the list shows."""

    loaded: bool = False
    problem: str = ""
    rows: list[Row] = []
    state: str = ""
    query: str = ""
    cursor: str = ""

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Read the choices out of the address, and the first page."""
        chosen = self.router.url.query_parameters
        self.state = chosen.get("state", "") if chosen.get("state") in MESSAGES else ""
        self.query, after = chosen.get("q", "")[:100], chosen.get("after", "")[:300]
        try:
            page = await for_visitor(self, self._find, after, rows_wanted(chosen))
            if page is None:
                return rx.redirect("/sign-in?next=/outbox")
            self.rows, self.cursor, self.problem = _rows(page.items), page.next_cursor or "", ""
        except IdeasmithError as error:
            self.rows, self.problem = [], error.message
        self.loaded = True
        return None

    def _find(self, session: Session, actor: Actor | None, after: str, limit: int) -> Page[Message] | None:
        if actor is None:
            return None
        return outbox.list_messages(
            session, actor, state=self.state, query=self.query, cursor=after, limit=limit, most=MOST
        )


def _rows(messages: list[Message]) -> list[Row]:
    return [
        Row(one.id, one.subject, one.recipient, one.state, one.error, moment(one.created_at))
        for one in messages
    ]


@rx.page(route="/outbox", title="Outbox · Ideasmith", image="/og.png",
         description="Every mail that this installation has written.",
         on_load=[OutboxState.load, ShellState.load_if_old])  # fmt: skip
def outbox_page() -> rx.Component:
    """Return the list."""
    content = rx.cond(OutboxState.rows.length() > 0, _table(), _none())
    read = rx.cond(
        OutboxState.problem != "",
        failed("The outbox could not be read", OutboxState.problem, OutboxState.load),
        rx.cond(OutboxState.loaded, content, rows()),
    )
    text = rx.cond(
        ShellState.sends_mail,
        "Every mail of this installation, newest first. Each is kept for 30 days.",
        "No mail server is set, so mails are kept here. Set IDEASMITH_SMTP_HOST to have them sent.",
    )
    return shell(
        breadcrumbs(("Settings", "/settings"), ("Outbox", "")),
        page_head("Outbox", text),
        _filters(),
        read,
        place(ready=OutboxState.loaded),
        here="/settings",
    )


def _filters() -> rx.Component:
    states = [("", "All states"), *((name, look.word) for name, look in MESSAGES.items())]
    return filters(
        search_field("Search messages", "Search recipient or subject"),
        choice_field("state", "State", states),
        on_choose=OutboxState.load,
    )


def _table() -> rx.Component:
    headers = ["Subject", "To", "State", "Written"]
    return rx.fragment(
        newest(),
        table("Messages", headers, rx.foreach(OutboxState.rows, _table_row), right=(3,)),
        load_more(
            OutboxState.rows.length(), OutboxState.cursor, step=STEP, most=MOST, on_choose=OutboxState.load
        ),
    )


def _table_row(row: rx.Var[Row]) -> rx.Component:
    error = rx.cond(row.error != "", rx.el.span(row.error, class_name="muted small"))
    return rx.el.tr(
        cell("Subject", row_link(row.subject, f"/outbox/{row.id}")),
        cell("To", rx.el.span(row.recipient, class_name="muted")),
        cell("State", rx.el.span(badge(row.state, MESSAGES), error, class_name="row tight")),
        cell("Written", ago(at=row.created_at), right=True),
        key=row.id,
    )


def _none() -> rx.Component:
    filtered = (OutboxState.query != "") | (OutboxState.state != "")
    return rx.cond(
        filtered,
        empty("search", "No message fits", "Nothing matches this search and state.",
              button_link("Show all messages", to="/outbox")),
        empty("open", "No messages yet", "A mail appears here when one is written: a welcome, a link, a warning."),
    )  # fmt: skip
