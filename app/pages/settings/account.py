"""The account: its name and address, whether the address is confirmed, and its change."""

import reflex as rx

from app.components.badge import CONFIRMED, badge
from app.components.button import button
from app.components.field import text_field
from app.components.native_form import native_form, server_slot
from app.pages.settings.frame import figure, section
from app.shell import ShellState


@rx.page(route="/settings", title="Settings · Ideasmith", image="/og.png",
         description="Your account: your name, and the address that signs in.", on_load=ShellState.load)  # fmt: skip
def account() -> rx.Component:
    """Return the section."""
    return section("/settings", _account(), _change())


def _account() -> rx.Component:
    state = rx.cond(ShellState.unverified, "waits", "confirmed")
    again = rx.cond(
        ShellState.unverified,
        button("Send the link again", on_click=ShellState.send_verification),
    )
    return rx.el.section(
        rx.el.h2("Account"),
        rx.el.dl(
            figure("Name", ShellState.name),
            figure("E-mail", ShellState.email),
            figure("Address", rx.cond(ShellState.loaded, badge(state, CONFIRMED), "–")),
            class_name="figures wide",
        ),
        rx.cond(ShellState.loaded, rx.el.div(again, class_name="row")),
        class_name="card stack",
    )


def _change() -> rx.Component:
    form = native_form(
        server_slot("message"),
        text_field("New e-mail", "new_email", type="email", auto_complete="email", required=True,
                   hint="It gets a link. The address changes when the link is opened.",
                   error=server_slot("error:new_email")),
        text_field("Your password", "password", type="password", auto_complete="current-password", required=True,
                   error=server_slot("error:password")),
        rx.el.div(button("Change e-mail", kind="lined", type="submit")),
        action="/auth/email", method="post", no_validate=True, class_name="form narrow",
    )  # fmt: skip
    return rx.el.section(rx.el.h2("Change e-mail"), form, class_name="card")
