"""What was seen a moment ago, and is no longer claimed once that is too long ago, also where the server is away."""

from typing import Any

import reflex as rx

from app.components.badge import OBSERVED, badge


class Seen(rx.Component):
    """Two children: the first while the look of the ISO moment `at`, `age` seconds old when it was told, is no older
    than 10 s; else the second. An `age` below 0 does not grow.
    """

    library = rx.asset("seen.jsx", shared=True).importable_path
    tag = "Seen"
    at: rx.Var[str]
    age: rx.Var[float]


def seen_badge(state: Any, *, at: Any, age: Any) -> rx.Component:
    """Return the badge of a deployment, unknown once the look behind it is too long ago."""
    return Seen.create(
        rx.el.span(badge(state, OBSERVED)), rx.el.span(badge("unknown", OBSERVED)), at=at, age=age
    )


def age_told(state: str, age_s: float | None) -> float:
    """Return the age of a look as `Seen` takes it. What is being deleted, or unknown anyway, does not age."""
    return -1.0 if age_s is None or state in ("deleting", "unknown") else age_s
