"""The rail: where one can go, and who one is. What stands in it exists."""

import reflex as rx

from app.components.icons import icon
from app.components.links import anchor, link
from app.components.native_form import native_form
from app.components.palette import palette_opener
from app.components.team_switch import team_switch
from app.components.theme import theme_menu
from app.shell.bell_link import unread_link
from app.shell.marks import brand
from app.shell.state import ShellState

RAIL = (
    ("Ideas", "/ideas", "ideas"),
    ("Templates", "/templates", "templates"),
    ("Executions", "/executions", "executions"),
    ("Deployments", "/deployments", "deployments"),
)


def rail(here: str) -> rx.Component:
    """Return what stands in the rail, which is the drawer on a phone. `here` is the current address."""
    links = [_rail_link(words, to, symbol, here) for words, to, symbol in RAIL]
    return rx.fragment(
        brand(),
        palette_opener(),
        rx.el.nav(*links, class_name="rail-links", aria_label="Main"),
        _rail_foot(here),
    )


def _rail_link(words: str, to: str, symbol: str, here: str) -> rx.Component:
    current = {"aria_current": "page"} if to == here else {}
    return link(icon(symbol), words, to=to, class_name="rail-link", **current)


def _rail_foot(here: str) -> rx.Component:
    keys = rx.el.button(
        icon("keys"), "Keys", type="button", class_name="rail-link",
        custom_attrs={"commandfor": "keys", "command": "show-modal"},
    )  # fmt: skip
    return rx.el.div(
        _rail_link("Guide", "/docs", "guide", here),
        theme_menu(on_chosen=ShellState.choose_theme),
        keys,
        rx.cond(ShellState.signed_in, _account(here), _visitor()),
        class_name="rail-foot",
    )


def _account(here: str) -> rx.Component:
    leave = rx.el.button(icon("leave"), "Sign out", type="submit", class_name="rail-link")
    return rx.fragment(
        rx.cond(ShellState.is_operator, _rail_link("Operations", "/operations", "operations", here)),
        rx.cond(ShellState.is_operator, _rail_link("Moderation", "/moderation", "flag", here)),
        unread_link(here=here),
        _rail_link("Your ideas", "/ideas?tab=mine", "ideas", here),
        _rail_link("Settings", "/settings", "settings", here),
        native_form(leave, action="/auth/sign-out", method="post"),
        team_switch(ShellState.team, ShellState.teams),
        rx.el.div(
            rx.cond(ShellState.picture != "", rx.el.img(src=ShellState.picture, alt="", class_name="avatar")),
            rx.el.div(
                rx.el.div(ShellState.name, class_name="clip"),
                rx.cond(
                    ShellState.name != ShellState.email,
                    rx.el.div(ShellState.email, class_name="clip muted small"),
                ),
                class_name="grow",
            ),
            class_name="rail-account",
        ),
    )


def _visitor() -> rx.Component:
    return rx.fragment(
        anchor(icon("enter"), "Sign in", href="/sign-in", class_name="rail-link"),
        anchor("Sign up", href="/sign-up", class_name="button lined wide"),
    )
