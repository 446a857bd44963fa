"""Toasts of our own: results only, never the sole place of an error. Reflex's need `eval`, which our CSP forbids."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.components.empty import notice
from app.components.icons import icon
from app.components.links import anchor
from app.session import actor_from_state, in_thread
from services.bulk import BulkResult

STAYS_MS = 6000
UNDO_MS = 8000
MOST = 3
NAMED = 3
LONGEST = 500


@dataclass
class Message:
    """One toast on the screen."""

    id: int
    kind: str
    text: str
    undo: str = ""


@dataclass(frozen=True, slots=True)
class Undo:
    """How something is undone: the service, called with the actor and ids; what it says; what is read again after."""

    service: Callable[..., BulkResult]
    one: str
    many: str
    refresh: Any


# By name, since State can hold no function. Each screen adds its own.
UNDOS: dict[str, Undo] = {}


class ToastState(rx.State):
    """The few toasts of one tab."""

    messages: list[Message] = []
    # What no handler expected. A toast would leave: this stays until the page is loaded again.
    trouble: str = ""
    _last: int = 0
    _undoable: dict[int, list[str]] = {}

    def _show(self, text: str, kind: str, undo: str = "", ids: Sequence[str] = ()) -> None:
        self._last += 1
        self.messages = [*self.messages, Message(self._last, kind, text, undo)][-MOST:]
        shown = {message.id for message in self.messages}
        kept = {name: rows for name, rows in self._undoable.items() if name in shown}
        self._undoable = {**kept, self._last: list(ids)} if undo else kept

    @rx.event
    async def undo(self, name: int) -> Any:
        """Undo what a toast has told of. Who may not do it is refused by the service."""
        told = next((message for message in self.messages if message.id == name), None)
        ids, undo = self._undoable.get(name, []), UNDOS.get(told.undo if told else "")
        self.messages = [message for message in self.messages if message.id != name]
        actor = await actor_from_state(self)
        if undo is None or actor is None or not ids:
            return None
        self._show(*told_of(await in_thread(undo.service, actor, ids), undo.one, undo.many))
        return undo.refresh

    @rx.event
    async def failed(self, text: str) -> None:
        """Say that something did not work; what no page expected comes here from `app/app.py`."""
        self.trouble = str(text)[:LONGEST]

    @rx.event
    async def slow_down(self, wait_s: int) -> None:
        """Say that events of this tab are being dropped; sent by `app/floods.py`."""
        wait = min(max(1, int(wait_s)), 3600)
        self._show(
            "Too much came from here at once, so the last of it was left out. "
            f"Wait {wait} second{'' if wait == 1 else 's'}, then go on.",
            "failed",
        )

    @rx.event
    async def dismiss(self, name: int) -> None:
        """Take one toast away."""
        self.messages = [message for message in self.messages if message.id != name]


async def say(
    state: rx.State, text: str, kind: str = "done", *, undo: str = "", ids: Sequence[str] = ()
) -> None:
    """Show a toast in the tab that `state` belongs to. `kind` is done or failed.

    With `undo`, a name of `UNDOS`, it offers for 8 s to undo what was done to `ids`.
    """
    (await state.get_state(ToastState))._show(text, kind, undo, ids)


async def tell(state: rx.State, result: BulkResult, one: str, many: str, *, undo: str = "") -> None:
    """Show what became of several rows. `one` and `many` say what was done: "{} is stopping."."""
    text, kind = told_of(result, one, many)
    await say(state, text, kind, undo=undo if result.done else "", ids=[row_id for row_id, _ in result.done])


def told_of(result: BulkResult, one: str, many: str) -> tuple[str, str]:
    """Return the sentences for a result and the kind of their toast. Up to three refused rows are named."""
    done = [name for _, name in result.done]
    parts = [] if not done else [one.format(done[0]) if len(done) == 1 else many.format(len(done))]
    if result.refused:
        named = [f"{row.name or 'One'}: {row.error.message}" for row in result.refused[:NAMED]]
        rest = len(result.refused) - len(named)
        parts += [*named, *([f"{rest} more were left as they are."] if rest else [])]
    return " ".join(parts), "failed" if result.refused else "done"


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
    undo = rx.el.button(
        "Undo", type="button", class_name="button lined small-button", on_click=ToastState.undo(message.id),
        custom_attrs={"data-undo": ""},
    )  # fmt: skip
    return Toast.create(
        symbol, rx.el.p(message.text), rx.cond(message.undo != "", undo), close,
        key=message.id.to_string(), name=message.id, ms=rx.cond(message.undo != "", UNDO_MS, STAYS_MS),
        kind=message.kind, on_gone=ToastState.dismiss,
    )  # fmt: skip
