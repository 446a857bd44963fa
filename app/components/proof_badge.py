"""How far a template is proven: icon and words, and the colour of the state behind them."""

from typing import Any

import reflex as rx

from app.components.icons import icon

# State of a proof → the look of a badge (see `badge`).
LOOKS = {
    "none": "queued",
    "queued": "queued",
    "running": "running",
    "passed": "succeeded",
    "failed": "failed",
}


def proof_badge(state: Any, words: Any) -> rx.Component:
    """Return the badge; `words` are those of `services.proving.results.Badge`."""
    symbol = rx.match(
        state,
        *[(name, icon("shield" if look == "succeeded" else look)) for name, look in LOOKS.items()],
        icon("queued"),
    )
    looks = rx.match(state, *[(name, f"badge {look}") for name, look in LOOKS.items()], "badge queued")
    return rx.el.span(symbol, words, class_name=looks)


def outcome_mark(outcome: Any) -> rx.Component:
    """Return the icon of what a check says. The word stands beside it, for readers at least."""
    return rx.match(
        outcome,
        ("passed", icon("check")),
        ("partly", icon("check")),
        ("failed", icon("close")),
        icon("cancelled"),
    )
