"""One message of the outbox: what it says, what became of it, and sending it once more."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from app.components.address import at_address
from app.components.badge import MESSAGES, badge
from app.components.button import button, button_link
from app.components.empty import empty, failed, notice
from app.components.icons import icon
from app.components.moments import ago
from app.components.skeleton import bones
from app.components.tabs import tabs
from app.components.toast import say
from app.session import actor_from_state, in_thread
from app.shell import ShellState, breadcrumbs, page_head, shell
from app.wording import moment
from models.errors import IdeasmithError, NotFound
from models.messages import Message
from services import outbox


@dataclass
class Shown:
    """One message as the page shows it. Moments are ISO texts."""

    id: str = ""
    subject: str = ""
    recipient: str = ""
    state: str = ""
    attempts: int = 0
    error: str = ""
    text: str = ""
    created_at: str = ""
    sent_at: str = ""


class MessageState(rx.State):
    """What the page of one message shows."""

    shown: str = ""
    missing: bool = False
    problem: str = ""
    title: str = "Message · Ideasmith"
    message: Shown = Shown()

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Read the message in the address."""
        wanted = self.router.url.path.strip("/").partition("/")[2]
        self.missing, self.problem = False, ""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect("/sign-in?" + urlencode({"next": f"/outbox/{wanted}"}))
        try:
            self._show(await in_thread(outbox.get_message, actor, wanted))
        except NotFound:
            self.missing = True
        except IdeasmithError as error:
            self.problem = error.message
        self.shown = f"/outbox/{wanted}"
        return None

    @rx.event
    async def send_again(self) -> None:
        """Queue the message once more."""
        actor = await actor_from_state(self)
        if actor is None:
            return
        try:
            self._show(await in_thread(outbox.resend, actor, self.message.id))
            await say(self, "The message is on its way again.")
        except IdeasmithError as error:
            await say(self, error.message, "failed")

    def _show(self, row: Message) -> None:
        self.title = f"{row.subject} · Outbox · Ideasmith"
        self.message = Shown(
            row.id, row.subject, row.recipient, row.state, row.attempts, row.error, row.text,
            moment(row.created_at), moment(row.sent_at),
        )  # fmt: skip


@rx.page(route="/outbox/[id]", title=MessageState.title, image="/og.png",
         description="One mail that this installation has written.",
         on_load=[MessageState.load, ShellState.load_if_old])  # fmt: skip
def message_page() -> rx.Component:
    """Return the page."""
    skeleton = bones("title", "short", "block", heading="Message")
    problem = failed("The message could not be read", MessageState.problem, MessageState.load)
    missing = empty("search", "There is no such message", "Messages are cleared away after 30 days.",
                    button_link("Show all messages", to="/outbox"))  # fmt: skip
    found = rx.cond(
        MessageState.missing, _alone("Message", missing),
        rx.cond(MessageState.problem != "", _alone("Message", problem), _page()),
    )  # fmt: skip
    return shell(at_address(MessageState.shown, found, skeleton), here="/settings")


def _alone(title: str, content: rx.Component) -> rx.Component:
    return rx.fragment(page_head(title), content)


def _page() -> rx.Component:
    row = MessageState.message
    again = button(icon("retry"), "Send again", on_click=MessageState.send_again)
    can_send = ShellState.sends_mail & (row.state != "queued")
    return rx.fragment(
        breadcrumbs(("Settings", "/settings"), ("Outbox", "/outbox"), (row.subject, "")),
        page_head(row.subject, "", rx.cond(can_send, again)),
        rx.el.div(
            badge(row.state, MESSAGES),
            rx.el.span("To ", row.recipient, class_name="fact"),
            rx.el.span("Written ", ago(at=row.created_at), class_name="fact"),
            rx.cond(row.sent_at != "", rx.el.span("Sent ", ago(at=row.sent_at), class_name="fact")),
            rx.cond(row.attempts > 0, rx.el.span("Tries: ", row.attempts, class_name="fact")),
            class_name="row facts",
        ),
        rx.cond(row.error != "", _answered(row.error)),
        tabs("Message", {"As sent": _preview(row), "Plain text": rx.el.pre(row.text, class_name="plain", tab_index=0)}),
    )  # fmt: skip


def _answered(error: Any) -> rx.Component:
    words = rx.cond(MessageState.message.state == "failed", "This message was not sent", "Not sent yet")
    return notice("alert", words, rx.el.p(error), kind="danger")


def _preview(row: Any) -> rx.Component:
    # Nothing in it runs, and its links open nowhere: the sandbox grants nothing.
    return rx.el.iframe(
        src=f"/outbox/{row.id}/preview", title="The message as its reader sees it", class_name="letter",
        custom_attrs={"sandbox": ""},
    )  # fmt: skip
