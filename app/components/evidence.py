"""What speaks for an idea: a bar and a sentence for each part, and behind it how it is computed."""

import reflex as rx

from app.components.links import link
from app.ideas.evidence import EvidenceRow


def evidence(rows: rx.Var[list[EvidenceRow]]) -> rx.Component:
    """Return the section."""
    return rx.el.section(
        rx.el.h2("Evidence"),
        rx.el.div(rx.foreach(rows, _part), class_name="evidence"),
        class_name="stack tight",
    )


def _part(row: rx.Var[EvidenceRow]) -> rx.Component:
    known = row.score != ""
    meter = rx.el.meter(min="0", max="100", value=row.score, class_name="meter", aria_label=row.label)
    told = rx.el.span(
        rx.el.strong(row.score, class_name="number"),
        " ",
        rx.el.span("of 100", class_name="muted"),
        rx.cond(row.within != "", rx.fragment(" ", rx.el.span(row.within, class_name="muted"))),
    )
    return rx.el.div(
        rx.el.div(
            rx.el.h3(row.label),
            rx.cond(known, told, rx.el.span("not known yet", class_name="muted")),
            class_name="evidence-line",
        ),
        rx.cond(known, meter),
        rx.el.p(row.words, rx.cond(row.more != "", rx.fragment(" ", link("See the log", to=row.more)))),
        rx.el.details(
            rx.el.summary("How it is computed"),
            rx.el.p(row.how),
            rx.el.p(row.unsure),
            class_name="data",
        ),
        class_name="evidence-part",
    )
