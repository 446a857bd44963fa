"""Sign in: a form that the browser itself sends; the server writes errors and what was typed into it."""

import reflex as rx

from app.components.button import button
from app.components.field import text_field
from app.components.links import anchor
from app.components.native_form import native_form, server_slot
from app.shell import ShellState, front


@rx.page(route="/sign-in", title="Sign in · Ideasmith", image="/og.png", on_load=ShellState.load,
         description="Sign in to launch templates and to see your executions and deployments.")  # fmt: skip
def sign_in() -> rx.Component:
    """Return the page."""
    form = native_form(
        server_slot("message"),
        text_field("E-mail", "email", type="email", auto_complete="username", required=True,
                   error=server_slot("error:email")),
        text_field("Password", "password", type="password", auto_complete="current-password", required=True,
                   error=server_slot("error:password")),
        button("Sign in", kind="ink wide", type="submit"),
        action="/auth/sign-in", method="post", no_validate=True, class_name="form",
    )  # fmt: skip
    other = rx.el.p(
        "New here? ", anchor("Sign up", href=f"/sign-up{ShellState.after}"), " · ",
        anchor("Forgot your password?", href="/forgot-password"),
    )  # fmt: skip
    return front(rx.el.div(rx.el.h1("Sign in"), rx.el.div(form, class_name="card"), other, class_name="sign"))
