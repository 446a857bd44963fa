"""State, said three ways at once: icon, word, colour. This map is the only one; charts and logs read it too."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from app.components.icons import icon


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown: the word, and which of the six looks it takes."""

    word: str
    look: str


# What an execution or a step says, then what a deployment's last probe saw.
STATES: dict[str, Look] = {
    "queued": Look("Queued", "queued"),
    "running": Look("Running", "running"),
    "waiting": Look("Waiting for you", "waiting"),
    "succeeded": Look("Succeeded", "succeeded"),
    "failed": Look("Failed", "failed"),
    "cancelled": Look("Cancelled", "cancelled"),
}
OBSERVED: dict[str, Look] = {
    "starting": Look("Starting", "running"),
    "running": Look("Live", "succeeded"),
    "stopped": Look("Stopped", "cancelled"),
    "sleeping": Look("Asleep", "cancelled"),
    "crashed": Look("Crashed", "failed"),
    "unhealthy": Look("Unhealthy", "failed"),
    "deleting": Look("Deleting", "waiting"),
    "unknown": Look("Unknown", "queued"),
}
# What the supervisor and the overview say of a part or a server.
PARTS: dict[str, Look] = {
    "running": Look("Running", "succeeded"),
    "restarting": Look("Restarting", "failed"),
    "silent": Look("Silent", "failed"),
}
# What became of a message, and what is known of an address or a device.
MESSAGES: dict[str, Look] = {
    "queued": Look("Queued", "queued"),
    "sent": Look("Sent", "succeeded"),
    "failed": Look("Failed", "failed"),
    "kept": Look("Kept here", "cancelled"),
}
BACKUPS: dict[str, Look] = {
    "wanted": Look("Being made", "running"),
    "ready": Look("Ready", "succeeded"),
    "failed": Look("Not made", "failed"),
}
CONFIRMED: dict[str, Look] = {
    "confirmed": Look("Confirmed", "succeeded"),
    "waits": Look("Not confirmed yet", "waiting"),
    "here": Look("This device", "succeeded"),
}


def badge(state: Any, states: dict[str, Look] = STATES) -> rx.Component:
    """Return the badge of a state: of an execution, or of a deployment with `OBSERVED`."""
    cases = [(name, _badge(look)) for name, look in states.items()]
    return rx.match(state, *cases, _badge(Look("Unknown", "queued")))


def example_tag(example: Any) -> rx.Component:
    """Return the mark of what was recorded elsewhere; nothing for what happened here."""
    return rx.cond(example, rx.el.span("Example", class_name="tag example"))


def state_icon(state: Any) -> rx.Component:
    """Return the icon alone, for where the word stands beside it anyway."""
    return rx.match(state, *[(name, icon(look.look)) for name, look in STATES.items()], icon("queued"))


def state_word(state: Any) -> Any:
    """Return the word alone."""
    return rx.match(state, *[(name, look.word) for name, look in STATES.items()], "Queued")


def _badge(look: Look) -> rx.Component:
    return rx.el.span(icon(look.look), look.word, class_name=f"badge {look.look}")
