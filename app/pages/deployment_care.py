"""What a deployment's page says beyond its state: the last 24 hours, what it uses, when it sleeps, its releases."""

from typing import Any

import reflex as rx

from app.components.button import closer, opener
from app.components.dialog import confirm
from app.components.moments import ago
from app.components.pulse import pulse
from app.components.table import cell, row_link, table
from app.components.toast import say
from app.pages.deployment_backups import BackupsState
from app.pages.deployment_day import Bar, Day, Use, day_of, uses_of
from app.pages.deployment_reading import Care, changed, find_care
from app.pages.deployment_rows import ReleaseRow
from app.session import for_visitor
from models.errors import IdeasmithError
from services import deployments

LOOK_MS = 15_000
SLEEPS = (("", "Never"), ("900", "15 minutes"), ("3600", "1 hour"), ("21600", "6 hours"), ("86400", "1 day"))

TAKES_OVER = "It starts beside the one that serves and takes over when it answers."
WITH_DATA = (
    "The data stays as it is, or comes back as this release left it: then it is backed up as it is first, and what "
    "came in since is in that backup alone."
)


class CareState(rx.State):
    """What is known of the deployment in the address."""

    day: Day = Day()
    bars: list[Bar] = []
    uses: list[Use] = []
    sleep: str = ""
    sleeps: list[tuple[str, str]] = list(SLEEPS)

    @rx.event
    async def refresh(self) -> None:
        """Read it again."""
        await self._read()

    @rx.event
    async def roll_back(self, number: str) -> None:
        """Want an earlier release again."""
        if not number.isdecimal() or len(number) > 9:
            return
        if await self._change(deployments.roll_back, int(number)):
            await say(self, f"Release {number} is coming back. It takes over when it answers.")

    @rx.event
    async def set_sleep(self, after_s: str) -> None:
        """Store when it sleeps."""
        if after_s not in dict(SLEEPS):
            return
        if await self._change(deployments.set_sleep, int(after_s) if after_s else None):
            word = dict(SLEEPS)[after_s]
            await say(self, f"It sleeps after {word} without a request." if after_s else "It never sleeps.")

    async def _change(self, service: Any, *arguments: Any) -> bool:
        done = await changed(self, service, self._deployment(), *arguments)
        if done:
            await self._read()
        return done

    async def _read(self) -> None:
        try:
            found = await for_visitor(self, find_care, self._deployment())
        except IdeasmithError:
            return  # the page itself says why it cannot be read
        if found is not None:
            self._show(found)

    def _show(self, care: Care) -> None:
        """Take what was read."""
        after_s = care.view.sleep_after_s
        self.day, self.bars = day_of(care.quarters)
        self.uses = uses_of(care.view.use)
        self.sleep = str(after_s or "")
        known = list(SLEEPS)
        if self.sleep not in dict(SLEEPS):
            known.append((self.sleep, f"{after_s} s"))
        self.sleeps = known

    def _deployment(self) -> str:
        return self.router.url.path.strip("/").partition("/")[2]


def care_cards() -> rx.Component:
    """Return the last 24 hours, what it uses and when it sleeps."""
    return rx.fragment(_day(), _use(), pulse(ms=LOOK_MS, on_beat=CareState.refresh))


def _day() -> rx.Component:
    day = CareState.day
    bars = rx.foreach(
        CareState.bars, lambda bar: rx.el.span(class_name=f"quarter {bar.state}", title=bar.words)
    )
    legend = [
        rx.el.span(rx.el.span(class_name=f"quarter {state}"), word, class_name="fact")
        for state, word in (
            ("well", "Answered"), ("ill", "Trouble"), ("off", "Stopped or asleep"), ("unknown", "Unknown")
        )
    ]  # fmt: skip
    rows = rx.foreach(
        CareState.bars,
        lambda bar: rx.cond(
            bar.state != "unknown",
            rx.el.tr(
                cell("From", bar.at), cell("State", bar.word),
                cell("Requests", bar.requests, right=True), cell("Errors", bar.errors, right=True),
            ),
        ),
    )  # fmt: skip
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Last 24 hours", class_name="card-title"),
            rx.el.span(day.requests, " requests, ", day.errors, " errors", class_name="number"),
            class_name="row apart",
        ),
        rx.el.div(bars, class_name="quarters", role="img", aria_label=day.words),
        rx.el.div(*legend, class_name="row legend small muted"),
        rx.el.details(
            rx.el.summary("View data"),
            table("Last 24 hours", ["From", "State", "Requests", "Errors"], rows, right=(2, 3)),
            class_name="data",
        ),
        class_name="card stack",
    )


def _use() -> rx.Component:
    def one(use: rx.Var[Use]) -> rx.Component:
        meter = rx.el.meter(
            value=use.percent, min="0", max="100", high="90", class_name="meter", aria_label=use.name
        )
        return rx.el.div(rx.el.dt(use.name), rx.el.dd(use.words, rx.cond(use.percent != "", meter)))

    choose = rx.el.select(
        rx.foreach(CareState.sleeps, lambda one: rx.el.option(one[1], value=one[0])),
        value=CareState.sleep, id="sleep", class_name="input", aria_describedby="hint-sleep",
        on_change=CareState.set_sleep,
    )  # fmt: skip
    sleep = rx.el.div(
        rx.el.label("Sleep after", html_for="sleep"),
        choose,
        rx.el.p(
            "Without a request for that long it is stopped. The next one starts it and waits for it.",
            class_name="hint", id="hint-sleep",
        ),
        class_name="field",
    )  # fmt: skip
    return rx.el.section(
        rx.el.h2("Resources", class_name="card-title"),
        rx.el.dl(rx.foreach(CareState.uses, one), class_name="figures wide"),
        sleep,
        class_name="card stack",
    )


def releases_table(name: Any, releases: Any) -> rx.Component:
    """Return the releases of the deployment called `name`, each with the way back to it."""

    def row(one: rx.Var[ReleaseRow]) -> rx.Component:
        serving = rx.cond(one.current, rx.el.span("Serving", class_name="tag"))
        refused = rx.cond(one.refused != "", rx.el.p(one.refused, class_name="small muted"))
        return rx.el.tr(
            cell("Release", row_link(one.number, f"/executions/{one.execution_id}"), " ", serving, refused),
            cell("Commit", rx.el.code(one.commit)),
            cell("Made", ago(at=one.created_at), right=True),
            cell("Action", _way_back(name, one), right=True),
            key=one.number,
        )

    return table("Releases", ["Release", "Commit", "Made", "Action"], rx.foreach(releases, row), right=(2, 3))


def _way_back(name: Any, one: rx.Var[ReleaseRow]) -> rx.Component:
    dialog = f"back-{one.value}"
    again = one.refused != ""
    verb = rx.cond(again, "Try again", "Roll back")
    title = rx.cond(
        again, f"Try release {one.number} of {name} again?", f"Roll {name} back to release {one.number}?"
    )
    ask = rx.fragment(
        opener(verb, dialog=dialog, kind="quiet", class_name="above", aria_label=f"{verb}: release {one.number}"),
        confirm(
            dialog, title=title, keep="Keep what serves", act=verb, on_confirm=CareState.roll_back(one.value),
            more=rx.cond(_has_data(one), _with_data(dialog, one)),
            text=rx.cond(_has_data(one), f"{TAKES_OVER} {WITH_DATA}", f"{TAKES_OVER} The data stays as it is."),
        ),
    )  # fmt: skip
    return rx.cond(
        one.current, rx.fragment(), rx.cond(one.kept, ask, rx.el.span("Cleaned", class_name="muted"))
    )


def _has_data(one: Any) -> Any:
    return BackupsState.with_data.contains(one.value) & (one.refused == "")


def _with_data(dialog: Any, one: Any) -> rx.Component:
    return closer("Roll back with data", dialog=dialog, on_click=BackupsState.roll_back(one.value))
