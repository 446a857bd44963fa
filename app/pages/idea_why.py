"""Why an idea is where it is in a list: every factor, with its value and where it comes from."""

from dataclasses import dataclass

import reflex as rx

from app.components.address import at_address
from app.components.button import button_link
from app.components.empty import empty, failed
from app.components.native_form import server_slot
from app.components.skeleton import bones
from app.ideas.placed import read_why
from app.session import for_visitor
from app.shell import ShellState, breadcrumbs, shell
from models.errors import IdeasmithError, NotFound
from models.ids import new_id


@dataclass
class FactorRow:
    """One factor, in words."""

    name: str
    value: str
    how: str


class WhyState(rx.State):
    """What the page shows."""

    shown: str = ""
    missing: bool = False
    problem: str = ""
    reference: str = ""
    idea: str = ""
    name: str = ""
    title: str = "Why is it here? · Ideasmith"
    sentence: str = ""
    factors: list[FactorRow] = []

    @rx.event
    async def load(self) -> None:
        """Read why the idea in the address is there."""
        path = self.router.url.path.rstrip("/")
        self.missing, self.problem, self.idea = False, "", path.split("/")[-2]
        slot = self.router.url.query_parameters.get("slot", "")
        try:
            self.name, why = await for_visitor(self, read_why, self.idea, slot)
            self.title = f"Why is {self.name} here? · Ideasmith"
            self.sentence = why.sentence
            self.factors = [FactorRow(one.name, one.value, one.how) for one in why.factors]
        except NotFound:
            self.missing = True
        except IdeasmithError as error:
            self.problem, self.reference = error.message, new_id("err")
        self.shown = path


@rx.page(route="/ideas/[id]/why", title="Why is it here? · Ideasmith", image="/og.png",
         description="Every factor that the place of an idea depends on.",
         on_load=[WhyState.load, ShellState.load_if_old])  # fmt: skip
def why_page() -> rx.Component:
    """Return the page."""
    trouble = failed("This could not be read", WhyState.problem, WhyState.load, WhyState.reference)
    head = rx.el.h1("Why is it here?")
    none = empty("ideas", "There is no idea at this address", "It may have been taken back by its author.",
                 button_link("All ideas", to="/ideas"))  # fmt: skip
    known = rx.cond(WhyState.problem != "", rx.fragment(head, trouble), _why())
    waiting = rx.el.div(bones("title", "short", "block", heading="Why is it here?"), class_name="undrawn")
    return shell(
        rx.el.title(WhyState.title),
        at_address(
            WhyState.shown,
            rx.cond(WhyState.missing, rx.fragment(head, none), known),
            rx.fragment(server_slot("why"), waiting),
        ),
        here="/ideas",
    )


def _why() -> rx.Component:
    def line(one: rx.Var[FactorRow]) -> rx.Component:
        return rx.el.div(
            rx.el.dt(one.name),
            rx.el.dd(one.value, class_name="number"),
            rx.el.dd(one.how, class_name="muted small"),
            key=one.name,
        )

    return rx.fragment(
        breadcrumbs(("Ideas", "/ideas"), (WhyState.name, f"/ideas/{WhyState.idea}"), ("Why here", "")),
        rx.el.div(
            rx.el.div(rx.el.h1(f"Why is {WhyState.name} here?"), rx.el.p(WhyState.sentence)),
            class_name="page-head",
        ),
        rx.el.dl(rx.foreach(WhyState.factors, line), class_name="factors card"),
    )
