"""Sign up: a form that the browser itself sends; the server writes errors and what was typed into it."""

import reflex as rx

from app.components.button import button
from app.components.field import text_field
from app.components.links import anchor
from app.components.native_form import native_form, server_slot
from app.shell import ShellState, front


@rx.page(route="/sign-up", title="Sign up · Ideasmith", image="/og.png", on_load=ShellState.load,
         description="Make an account on this installation to launch templates.")  # fmt: skip
def sign_up() -> rx.Component:
    """Return the page."""
    form = native_form(
        server_slot("message"),
        text_field("Name", "name", auto_complete="name", error=server_slot("error:name"),
                   hint="Shown beside what you launch."),
        text_field("E-mail", "email", type="email", auto_complete="username", required=True,
                   error=server_slot("error:email")),
        text_field("Password", "password", type="password", auto_complete="new-password", required=True,
                   hint="At least 8 characters.", error=server_slot("error:password")),
        server_slot("operator"),
        server_slot("error:operator_token"),
        button("Sign up", kind="ink wide", type="submit"),
        action="/auth/sign-up", method="post", no_validate=True, class_name="form",
    )  # fmt: skip
    other = rx.el.p("Have an account? ", anchor("Sign in", href=f"/sign-in{ShellState.after}"))
    return front(rx.el.div(rx.el.h1("Sign up"), rx.el.div(form, class_name="card"), other, class_name="sign"))
