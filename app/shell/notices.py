"""What the frame has to say above a page: about the sandbox, and about an address that waits to be confirmed."""

import reflex as rx

from app.components.button import button
from app.components.empty import notice
from app.components.links import link
from app.shell.state import ShellState


def tier_notice() -> rx.Component:
    """Return the warning about a sandbox that is not whole, with the command that lifts it."""
    limited = (ShellState.tier == "weak") | (ShellState.tier == "none")
    weak = "Only Ideasmith's own templates run here, in a weaker sandbox. This makes it whole:"
    none = "Nothing can be built here until there is a sandbox. This brings it:"
    return rx.cond(
        limited,
        notice(
            "shield",
            rx.cond(ShellState.tier == "none", "No sandbox on this machine", "Weak sandbox on this machine"),
            rx.cond(ShellState.tier == "none", none, weak),
            rx.cond(ShellState.tier_fix != "", rx.el.code(ShellState.tier_fix)),
        ),
    )


def unverified() -> rx.Component:
    """Return what asks to confirm the address: nothing is locked until then, so it can be put away."""
    where = rx.cond(
        ShellState.sends_mail,
        "Open the link in the mail that was sent to you. Without it a lost password cannot be replaced.",
        rx.cond(
            ShellState.is_operator,
            rx.fragment(
                "No mail server is set, so the link is kept in the ", link("outbox", to="/outbox"), "."
            ),
            "This installation sends no mail yet. Its operator finds the link in the outbox.",
        ),
    )
    actions = rx.el.div(
        button("Send again", kind="quiet", on_click=ShellState.send_verification),
        button("Not now", kind="quiet", on_click=ShellState.hide_notice),
        class_name="row tight",
    )
    asks = ShellState.unverified & ~ShellState.hidden  # type: ignore[operator]
    return rx.cond(
        asks, notice("clock", "Confirm your e-mail address", rx.el.p(where), actions, kind="info asks")
    )
