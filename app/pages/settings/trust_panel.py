"""How far the marketplace trusts somebody, and what the next level asks for: a card of the profile."""

from dataclasses import dataclass

import reflex as rx

from app.components.icons import icon
from app.session import actor_from_state, in_thread
from services import trust
from services.trust.levels import Step
from services.trust.limits import LIMITS


@dataclass
class StepRow:
    """One thing that the next level asks for."""

    words: str
    have: str
    met: bool


class TrustState(rx.State):
    """The level of one person."""

    loaded: bool = False
    level: str = ""
    next: str = ""
    weight: str = ""
    steps: list[StepRow] = []
    limits: list[tuple[str, str]] = []

    @rx.event
    async def load(self) -> None:
        """Compute it as of now."""
        actor = await actor_from_state(self)
        if actor is None:
            return
        found = await in_thread(trust.get_trust, actor)
        self.level, self.weight = f"{found.level} · {found.name}", f"{found.weight:g}"
        self.next = str(found.level + 1) if found.steps else ""
        self.steps = [step_row(step) for step in found.steps]
        self.limits = [(LIMITS[name].many.capitalize(), str(most)) for name, most in found.limits.items()]
        self.loaded = True


def step_row(step: Step) -> StepRow:
    """Return a step ready to be drawn."""
    if step.name == "confirmed":
        return StepRow(step.words, "yes" if step.met else "not yet", step.met)
    return StepRow(step.words, f"{step.have} of {step.least}", step.met)


def trust_panel() -> rx.Component:
    """Return the card."""
    last = rx.el.p("This is the last level.", class_name="muted")
    asks = rx.fragment(
        rx.el.h3("Level ", TrustState.next, " asks for"),
        rx.el.ul(rx.foreach(TrustState.steps, _step), class_name="gets"),
        rx.el.p("What others gained by you: they bought an idea of yours, or a report of yours was right.",
                class_name="hint"),
    )  # fmt: skip
    return rx.el.section(
        rx.el.h2("Trust"),
        rx.el.p("Who reads, buys and is of use to others may do more here, and their votes weigh more.",
                class_name="muted"),
        rx.el.dl(
            _figure("Level", TrustState.level),
            _figure("A vote weighs", TrustState.weight),
            rx.foreach(TrustState.limits, lambda one: _figure(one[0].to(str) + " a day", one[1])),
            class_name="figures wide",
        ),
        rx.cond(TrustState.next != "", asks, rx.cond(TrustState.loaded, last)),
        class_name="card stack",
    )  # fmt: skip


def _figure(name: rx.Var[str] | str, value: rx.Var[str]) -> rx.Component:
    return rx.el.div(rx.el.dt(name), rx.el.dd(rx.cond(value != "", value, "–")))


def _step(row: rx.Var[StepRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(rx.cond(row.met, icon("check"), icon("clock")), " ", row.words, class_name="row tight"),
        rx.el.span(row.have, class_name="muted number"),
    )
