"""The timeline of an execution: eight steps, each with icon, word, colour and time."""

from dataclasses import dataclass

import reflex as rx

from app.components.badge import state_icon, state_word
from app.components.moments import elapsed


@dataclass
class StepRow:
    """One step as the timeline shows it. Moments are ISO texts, empty while unknown."""

    name: str
    title: str
    state: str
    started_at: str
    finished_at: str
    note: str
    reused: bool = False


def steps(rows: rx.Var[list[StepRow]]) -> rx.Component:
    """Return the timeline."""
    return rx.el.ol(rx.foreach(rows, _step), class_name="steps", aria_label="Steps")


def _step(row: rx.Var[StepRow]) -> rx.Component:
    took = rx.cond(row.started_at != "", elapsed(since=row.started_at, until=row.finished_at), "")
    time = rx.cond(row.reused, "reused", took)
    return rx.el.li(
        rx.el.span(state_icon(row.state), class_name="step-mark"),
        rx.el.span(row.title, class_name="step-name"),
        rx.el.span(time, class_name="step-time"),
        rx.el.span(rx.cond(row.note != "", row.note, state_word(row.state)), class_name="step-word"),
        class_name=f"step {row.state}",
    )
