"""The frame of every screen: skip link, rail or top bar, toasts, keys."""

from typing import Any

import reflex as rx

from app.components.button import opener
from app.components.icons import icon
from app.components.moments import time_zone
from app.components.palette import palette, palette_opener
from app.components.shortcuts import shortcuts
from app.components.toast import toasts, trouble
from app.shell.bell_link import unread_link
from app.shell.marks import brand, skip
from app.shell.notices import unverified
from app.shell.rail import rail
from app.shell.state import ShellState


def shell(*content: Any, here: str = "") -> rx.Component:
    """Return a page in the frame. `here` is the rail's current address."""
    return rx.fragment(
        skip(),
        rx.el.div(
            rx.el.header(rail(here), class_name="rail"),
            rx.el.div(
                _topbar(here),
                rx.el.main(trouble(), unverified(), *content, id="content", class_name="page", tab_index=-1),
                class_name="main",
            ),
            class_name="shell",
        ),
        time_zone(zone=ShellState.time_zone),
        toasts(),
        shortcuts(),
        palette(ShellState.signed_in, ShellState.email),
    )


def _topbar(here: str) -> rx.Component:
    drawer = rx.el.dialog(
        rx.el.div(rail(here), class_name="rail"), id="drawer", class_name="drawer", aria_label="Menu",
        custom_attrs={"closedby": "any"},
    )  # fmt: skip
    menu = opener(icon("menu"), dialog="drawer", kind="quiet square", aria_label="Menu")
    heard = rx.cond(ShellState.signed_in, unread_link(compact=True))
    find = rx.el.span(palette_opener(compact=True), heard, class_name="topbar-end")
    return rx.el.header(menu, brand(), find, drawer, class_name="topbar")
