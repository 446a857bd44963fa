"""Toasts of our own: results only, never the sole place of an error. Reflex's need `eval`, which our CSP forbids."""

from dataclasses import dataclass

import reflex as rx

from app.components.empty import notice
from app.components.icons import icon
from app.components.links import anchor

STAYS_MS = 6000
MOST = 3
LONGEST = 500


@dataclass
class Message:
    """One toast on the screen."""

    id: int
    kind: str
    text: str


class ToastState(rx.State):
    """The few toasts of one tab."""

    messages: list[Message] = []
    # What no handler expected. A toast would leave: this stays until the page is loaded again.
    trouble: str = ""
    _last: int = 0

    def _show(self, text: str, kind: str) -> None:
        self._last += 1
        self.messages = [*self.messages, Message(self._last, kind, text)][-MOST:]

    @rx.event
    async def failed(self, text: str) -> None:
        """Say that something did not work; what no page expected comes here from `app/app.py`."""
        self.trouble = str(text)[:LONGEST]

    @rx.event
    async def dismiss(self, name: int) -> None:
        """Take one toast away."""
        self.messages = [message for message in self.messages if message.id != name]


async def say(state: rx.State, text: str, kind: str = "done") -> None:
    """Show a toast in the tab that `state` belongs to. `kind` is done or failed."""
    (await state.get_state(ToastState))._show(text, kind)


class Toast(rx.Component):
    """The box of one toast: counts its time down, and stops while hovered or focused."""

    library = rx.asset("toast.jsx", shared=True).importable_path
    tag = "Toast"
    name: rx.Var[int]
    ms: rx.Var[int]
    kind: rx.Var[str]
    on_gone: rx.EventHandler[rx.event.passthrough_event_spec(int)]


def trouble() -> rx.Component:
    """Return the notice of a failure that nobody expected, with the way on."""
    again = anchor("Load the page again", href="", class_name="button lined")
    said = notice(
        "alert", "This did not work", ToastState.trouble, " Nothing is lost.", rx.el.p(again), kind="danger"
    )
    return rx.el.div(rx.cond(ToastState.trouble != "", said), role="alert", class_name="alert")


def toasts() -> rx.Component:
    """Return the region where toasts appear; it is there before the first one, so that readers announce it."""
    return rx.el.div(
        rx.foreach(ToastState.messages, _toast), class_name="toasts", role="status", aria_live="polite"
    )


def _toast(message: rx.Var[Message]) -> rx.Component:
    close = rx.el.button(
        icon("close"), type="button", aria_label="Dismiss", on_click=ToastState.dismiss(message.id)
    )
    symbol = rx.cond(message.kind == "failed", icon("failed"), icon("succeeded"))
    return Toast.create(
        symbol, rx.el.p(message.text), close,
        key=message.id.to_string(), name=message.id, ms=STAYS_MS, kind=message.kind, on_gone=ToastState.dismiss,
    )  # fmt: skip
