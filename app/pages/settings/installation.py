"""What this installation can do: the sandbox in which foreign code runs here, and how much of it one person gets."""

import reflex as rx

from app.pages.settings.frame import figure, section
from app.session import actor_from_state
from app.shell import ShellState, tier_notice
from models.settings import settings
from services.executions.titles import TITLES
from services.steps.limits import limits_s

WORDS = {
    "strong": "Foreign code runs apart from this machine: own user, no network, limits on time, memory and disk.",
    "good": "Foreign code runs apart from this machine. Memory is limited for each process only: no cgroup here.",
    "weak": "Only templates of the house run here, with fewer walls around them.",
    "none": "Nothing can be built on this machine yet.",
}


class InstallationState(rx.State):
    """The limits of this installation, as its settings say."""

    places: str = ""
    limits: list[tuple[str, str]] = []

    @rx.event
    async def load(self) -> None:
        """Read the settings, for whoever is signed in."""
        if await actor_from_state(self) is None:
            return
        self.places = str(settings().user_executions)
        self.limits = [(TITLES[name], f"{limit:,} s") for name, limit in limits_s().items()]


@rx.page(route="/settings/installation", title="Installation · Settings · Ideasmith", image="/og.png",
         description="The sandbox of this machine, and its limits.",
         on_load=[ShellState.load, InstallationState.load])  # fmt: skip
def installation() -> rx.Component:
    """Return the section."""
    words = rx.match(ShellState.tier, *WORDS.items(), "Not probed yet.")
    tier = figure("Tier", rx.cond(ShellState.tier != "", ShellState.tier.capitalize(), "–"))
    return section(
        "/settings/installation",
        rx.el.section(
            rx.el.h2("Sandbox"), rx.el.dl(tier, class_name="figures wide"), rx.el.p(words, class_name="muted"),
            tier_notice(), class_name="card stack",
        ),
        rx.el.section(
            rx.el.h2("Executions"),
            rx.el.dl(
                figure("At work for one person", InstallationState.places),
                rx.foreach(InstallationState.limits, lambda row: figure(row[0], row[1])),
                class_name="figures wide",
            ),
            rx.el.p(
                "A step over its limit is ended with all that it has started. The operator changes both: ",
                rx.el.code("IDEASMITH_USER_EXECUTIONS"), " and ", rx.el.code("IDEASMITH_STEP_LIMITS"), ".",
                class_name="muted",
            ),
            class_name="card stack",
        ),
    )  # fmt: skip
