"""The box beside an idea: what it costs, what one gets for it, and what can be done with it."""

import reflex as rx

from app.components.button import button
from app.components.copying import copy_button, copybox
from app.components.icons import icon
from app.components.links import anchor
from app.components.report import report_button
from app.ideas.look import Look, Section
from app.pages.idea_state import IdeaState
from app.shell import ShellState


def price_box(look: rx.Var[Look]) -> rx.Component:
    def section(one: rx.Var[Section]) -> rx.Component:
        return rx.el.li(rx.el.span(one.heading), rx.el.span(one.words, class_name="muted number"))

    gets = rx.el.ul(rx.foreach(look.sections, section), class_name="gets")
    return rx.el.section(
        rx.el.div(
            rx.el.p(look.price, class_name="price number"),
            rx.el.p("of which the author gets ", look.share, class_name="muted"),
            class_name="stack tight",
        ),
        rx.cond(look.owns, _owned(look), _buy()),
        rx.el.h2("What you get", class_name="card-title"),
        gets,
        rx.cond(look.mail != "", _share(look)),
        rx.cond(ShellState.signed_in & ~look.mine, rx.el.div(report_button(look.id, look.title))),
        rx.cond(ShellState.is_operator & ~look.mine, _give_to(look)),
        class_name="card stack price-box", aria_label="Price",
    )  # fmt: skip


def _owned(look: rx.Var[Look]) -> rx.Component:
    words = rx.cond(
        look.mine, "It is yours: you read all of it.", "You have it: all of it stands on this page."
    )
    return rx.el.p(icon("check"), words, class_name="owned")


def _buy() -> rx.Component:
    """Return where buying begins. Payment comes with its own service; until then the button says so."""
    words = "Payment is not set up on this installation yet, so nothing can be bought here."
    return rx.el.div(
        button("Buy", kind="ink wide", disabled=True, aria_describedby="no-payment"),
        rx.el.p(words, class_name="hint", id="no-payment"),
        class_name="stack tight",
    )


def _share(look: rx.Var[Look]) -> rx.Component:
    ways = rx.el.div(
        copy_button(f"/ideas/{look.id}", "Copy link", relative=True, symbol="link"),
        anchor(icon("mail"), "Mail", href=look.mail, class_name="button lined"),
        class_name="row tight",
    )
    frame = rx.el.details(
        rx.el.summary("Show it on another site"),
        copybox(look.embed, "Code to embed"),
        class_name="data stack tight",
    )
    return rx.el.div(ways, frame, class_name="stack tight")


def _give_to(look: rx.Var[Look]) -> rx.Component:
    error = rx.el.p(IdeaState.give_error, role="alert", id="error-give", class_name="field-error")
    fields = rx.el.form(
        rx.el.div(
            rx.el.label("E-mail of an account", html_for="give-email", class_name="label"),
            rx.el.input(
                id="give-email", name="email", type="email", class_name="input", auto_complete="off",
                aria_invalid=IdeaState.give_error != "", aria_describedby="error-give",
            ),
            rx.cond(IdeaState.give_error != "", error),
            class_name="field",
        ),
        button("Give", type="submit"),
        on_submit=IdeaState.give, no_validate=True, key=IdeaState.gave.to_string(), class_name="stack tight give",
    )  # fmt: skip
    return rx.el.details(
        rx.el.summary("Give to…"),
        rx.el.p(
            "They read it as buyers do. Nothing is paid, and the author earns nothing.", class_name="hint"
        ),
        fields,
        class_name="data stack tight",
    )
