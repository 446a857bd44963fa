"""What this installation can do: the sandbox in which foreign code runs here."""

import reflex as rx

from app.pages.settings.frame import figure, section
from app.shell import ShellState, tier_notice

WORDS = {
    "strong": "Foreign code runs apart from this machine: own user, no network, limits on time, memory and disk.",
    "good": "Foreign code runs apart from this machine. Memory is limited for each process only: no cgroup here.",
    "weak": "Only templates of the house run here, with fewer walls around them.",
    "none": "Nothing can be built on this machine yet.",
}


@rx.page(route="/settings/installation", title="Installation · Settings · Ideasmith", image="/og.png",
         description="The sandbox of this machine.", on_load=ShellState.load)  # fmt: skip
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
    )  # fmt: skip
