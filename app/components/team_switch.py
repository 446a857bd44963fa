"""The team that one works in, and the way to another: native forms, so that the whole page is read anew."""

from typing import Any

import reflex as rx

from app.components.icons import icon
from app.components.links import anchor
from app.components.native_form import native_form


def team_switch(name: Any, teams: Any) -> rx.Component:
    """Return the chosen team's name; opened, it lists the others. `teams` are rows with `id`, `name`, `chosen`."""
    return rx.el.details(
        rx.el.summary(
            icon("teams"), rx.el.span(name, class_name="clip grow"), icon("unfold"),
            class_name="rail-link", aria_label=f"Team: {name}. Choose another",
        ),
        rx.el.div(
            rx.foreach(teams, _team),
            anchor(icon("plus"), "New team", href="/settings/team", class_name="rail-link"),
            class_name="team-list",
        ),
        class_name="team-switch",
    )  # fmt: skip


def _team(row: Any) -> rx.Component:
    here = rx.el.span(
        icon("check"), rx.el.span(row.name, class_name="clip"), class_name="rail-link", aria_current="true"
    )
    other = native_form(
        rx.el.button(
            icon("teams"), rx.el.span(row.name, class_name="clip"), type="submit", name="team", value=row.id,
            class_name="rail-link",
        ),
        action="/teams/choose", method="post",
    )  # fmt: skip
    return rx.fragment(rx.cond(row.chosen, here, other), key=row.id)
