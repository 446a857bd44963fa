"""The landing page: one sentence, two buttons, and a recorded execution in the product's own log."""

import json
from pathlib import Path

import reflex as rx

from app.components.button import button_link
from app.components.icons import icon
from app.components.links import anchor
from app.components.log import recorded_log
from app.shell import ShellState, front
from services.executions.titles import titles_of

RECORDED = Path(__file__).parents[2] / "assets" / "recorded" / "landing.json"
DESCRIPTION = (
    "Pick a template, fill in a form, and watch your application being built, tested, scanned "
    "and deployed in front of you."
)


@rx.page(route="/", title="Ideasmith: from a form to a running application", description=DESCRIPTION,
         image="/og.png", on_load=ShellState.load)  # fmt: skip
def landing() -> rx.Component:
    """Return the page. Without a recording there is no log: nothing is made up."""
    return front(rx.el.div(_hero(), _recorded(), _columns(), class_name="page"))


def _hero() -> rx.Component:
    launch = button_link("Launch a template", to="/templates", kind="ink large")
    browse = button_link("Browse ideas", to="/ideas", kind="lined large")
    sign_up = anchor("Sign up", href="/sign-up", class_name="button lined large")
    executions = button_link("Your executions", to="/executions", kind="lined large")
    return rx.el.div(
        rx.el.h1("From a form to a running application"),
        rx.el.p(DESCRIPTION, class_name="lead"),
        rx.el.div(launch, browse, rx.cond(ShellState.signed_in, executions, sign_up), class_name="row"),
        class_name="hero",
    )


def _recorded() -> rx.Component:
    if not RECORDED.exists():
        return rx.fragment()
    recording = json.loads(RECORDED.read_text(encoding="utf-8"))
    words = f"Recorded run of the {recording['template']} template, {recording['recorded_on']}"
    return rx.el.figure(
        recorded_log(url="/recorded/landing.json", titles=titles_of()),
        rx.el.figcaption(words),
        class_name="recorded",
    )


COLUMNS = (
    (
        "templates",
        "Choose",
        "A template is a complete application with its own tests. Its form is the whole briefing: "
        "name, layout, colours, sections. A link keeps your choices.",
    ),
    (
        "shield",
        "Build",
        "The application is rendered, tested by its own suite and scanned for insecure code, secrets "
        "and licences, in a sandbox without network. A failed test stops the launch.",
    ),
    (
        "deployments",
        "Run",
        "It goes live at its own address and is probed as a visitor would. Stop, restart or redeploy it; "
        "its data stays. The code is yours, with git clone or as a zip.",
    ),
)


def _columns() -> rx.Component:
    return rx.el.div(*[_column(*column) for column in COLUMNS], class_name="columns")


def _column(symbol: str, title: str, text: str) -> rx.Component:
    return rx.el.section(icon(symbol), rx.el.h2(title), rx.el.p(text))
