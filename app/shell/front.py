"""The frame of pages without a rail: landing, sign in, errors."""

from typing import Any

import reflex as rx

from app.components.links import anchor, link
from app.components.palette import palette, palette_opener
from app.components.shortcuts import shortcuts
from app.components.theme import theme_menu
from app.components.toast import toasts, trouble
from app.shell.marks import brand, skip
from app.shell.state import ShellState


def front(*content: Any) -> rx.Component:
    """Return a page without the rail: landing, sign in, errors."""
    return rx.fragment(
        skip(),
        rx.el.div(
            rx.el.header(brand(), rx.el.nav(*_front_links(), aria_label="Main"), class_name="front-head"),
            rx.el.main(trouble(), *content, id="content", class_name="front-main", tab_index=-1),
            rx.el.footer(_footer(), class_name="front-foot"),
            class_name="front",
        ),
        toasts(),
        shortcuts(),
        palette(ShellState.signed_in, ShellState.email),
    )


def _front_links() -> list[rx.Component]:
    visitor = rx.fragment(
        anchor("Sign in", href="/sign-in", class_name="button quiet"),
        anchor("Sign up", href="/sign-up", class_name="button lined"),
    )
    account = link("Executions", to="/executions", class_name="button lined")
    ideas = link("Ideas", to="/ideas", class_name="button quiet spare")
    templates = link("Templates", to="/templates", class_name="button quiet spare")
    who = rx.cond(ShellState.signed_in, account, visitor)
    return [
        ideas,
        templates,
        palette_opener(compact=True, spare=True),
        theme_menu(compact=True, on_chosen=ShellState.choose_theme),
        who,
    ]


def _footer() -> rx.Component:
    return rx.el.div(
        rx.el.span("Ideasmith runs on this machine. Nothing you make leaves it."),
        rx.el.nav(
            *[link("Guide", to="/docs"), " · ", anchor("API", href="/api/docs"), " · "],
            *[link("Ideas", to="/ideas"), " · "],
            link("Templates", to="/templates"),
            aria_label="Footer",
        ),
    )  # fmt: skip
