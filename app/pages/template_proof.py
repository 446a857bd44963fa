"""The proof on a template's page: a grid of rows and checks, and the operator's button that starts it."""

from typing import Any

import reflex as rx

from app.components.button import button
from app.components.copying import copybox
from app.components.empty import empty, notice
from app.components.icons import icon
from app.components.links import anchor
from app.components.moments import ago
from app.components.proof_badge import proof_badge
from app.components.proof_grid import GridRow, proof_grid
from app.components.pulse import pulse
from app.pages.template_proof_rows import FEW, chosen, failed, row_of, unlooked, varying
from app.session import actor_from_state, in_thread
from app.wording import count, moment, seconds
from models.errors import IdeasmithError
from services.proving import requests, results
from services.proving.contract import CONTRACT, ORDER
from services.proving.results import ProofView

BEAT_MS = 2_000
OPEN = ("queued", "running")


class ProofState(rx.State):
    """The newest proof of the template in the address."""

    slug: str = ""
    state: str = "none"
    words: str = "Not proven"
    figures: list[tuple[str, str]] = []
    finished_at: str = ""
    error: str = ""
    rows: list[GridRow] = []
    which: str = "few"
    row_count: int = 0
    failures: int = 0
    unlooked: list[str] = []
    may_start: bool = False
    problem: str = ""
    starting: bool = False

    @rx.var
    def beat_ms(self) -> int:
        """How often the page asks again: only while a proof goes on."""
        return BEAT_MS if self.state in OPEN else 0

    @rx.event
    async def load(self) -> None:
        """Read the proof of the template in the address."""
        self.slug = self.router.url.path.strip("/").split("/")[1]
        self.may_start = requests.may_prove(await actor_from_state(self))
        self.problem, self.starting, self.which = "", False, "few"
        await self._read()

    @rx.event
    async def refresh(self) -> None:
        """Read it again."""
        await self._read()

    @rx.event
    async def show(self, which: str) -> None:
        """Show "few" rows, "failures" only, or "all"."""
        self.which = which if which in ("failures", "all") else "few"
        await self._read()

    @rx.event
    async def start(self) -> None:
        """Ask for a proof of the present version."""
        actor = await actor_from_state(self)
        try:
            await in_thread(_start, actor, self.slug)
            self.problem = ""
        except IdeasmithError as error:
            self.problem = error.message
        await self._read()

    async def _read(self) -> None:
        try:
            found = await in_thread(results.find_proof, self.slug)
        except IdeasmithError:
            found = None
        badge = found.badge if found else results.Badge()
        self.state, self.words = badge.state, badge.words
        self.error = found.error if found else ""
        self.finished_at = moment(found.finished_at) if found else ""
        self.figures = _figures(found) if found else []
        self.unlooked = unlooked(found.rows) if found else []
        rows = found.rows if found else ()
        told = varying(rows)
        self.row_count, self.failures = len(rows), sum(map(failed, rows))
        if self.which == "failures" and not self.failures:
            self.which = "few"
        self.rows = [row_of(self.slug, row, told) for row in chosen(rows, self.which)]


def _start(session: Any, actor: Any, slug: str) -> str:
    return requests.start_proof(session, actor, slug).id


def _figures(proof: ProofView) -> list[tuple[str, str]]:
    if not proof.badge.row_count:
        return []
    times = sorted(row.seconds for row in proof.rows)
    found = [("Pairs of values", f"{proof.pairs_covered:,} of {proof.pairs_possible:,}")]
    if times:
        found.append(("Median row", seconds(times[len(times) // 2])))
    seen = sum(row.in_browser for row in proof.rows)
    found.append(("Seen in a browser", count(seen, "row")))
    return found + [
        (name.capitalize(), str(value))
        for name, value in sorted(proof.tools.items())
        if name in ("browser", "sandbox")
    ]


def proof_part() -> rx.Component:
    """Return the panel."""
    head = rx.el.div(
        proof_badge(ProofState.state, ProofState.words),
        rx.cond(
            ProofState.finished_at != "", rx.el.span(ago(at=ProofState.finished_at), class_name="muted small")
        ),
        rx.cond(
            ProofState.may_start & ~ProofState.state.contains("ing") & (ProofState.state != "queued"),
            _start_button(),
        ),
        class_name="row",
    )
    problem = rx.cond(
        ProofState.problem + ProofState.error != "",
        notice("alert", "Not proven", " ", ProofState.problem, ProofState.error, kind="danger"),
    )
    return rx.el.div(
        pulse(ms=ProofState.beat_ms, on_beat=ProofState.refresh),
        rx.el.h2("Proof", class_name="unseen"),
        rx.cond(
            ProofState.state == "none",
            _nothing(),
            rx.el.div(
                head,
                problem,
                _unlooked_part(),
                _figures_part(),
                _which_part(),
                proof_grid(ProofState.rows),
                class_name="stack",
            ),
        ),
        rx.cond(ProofState.state == "none", problem),
        _explained(),
        class_name="stack",
    )


def _which_part() -> rx.Component:
    def choice(which: str, *words: Any) -> rx.Component:
        return rx.el.button(
            *words,
            type="button",
            on_click=ProofState.show(which),
            class_name="tag link",
            aria_pressed=rx.cond(ProofState.which == which, "true", "false"),
        )

    some = rx.cond(ProofState.failures > 0, choice("failures", "Only failures (", ProofState.failures, ")"))
    return rx.cond(
        (ProofState.row_count > FEW) | (ProofState.failures > 0),
        rx.el.div(
            choice("few", "Overview"),
            some,
            choice("all", "All ", ProofState.row_count, " rows"),
            rx.el.span(
                ProofState.rows.length(), " of ", ProofState.row_count, " shown", class_name="muted small"
            ),
            class_name="row tight",
            role="group",
            aria_label="Rows to show",
        ),
    )


def _start_button() -> rx.Component:
    return button(icon("retry"), "Prove again", on_click=ProofState.start)


def _nothing() -> rx.Component:
    command = copybox(f"ideasmith templates prove {ProofState.slug}", "Command")
    start = button(icon("shield"), "Start the proof", on_click=ProofState.start)
    return empty(
        "shield",
        "Not proven here yet",
        "A proof builds the application in rows that hold every pair of options, and puts each through all checks, "
        "on this machine. That takes a few minutes.",
        rx.cond(ProofState.may_start, start, command),
    )


def _unlooked_part() -> rx.Component:
    lines = rx.foreach(ProofState.unlooked, lambda line: rx.el.span(line))
    return rx.cond(ProofState.unlooked.length() > 0, notice("alert", "Looked at in no row", lines))


def _figures_part() -> rx.Component:
    def figure(fact: rx.Var[tuple[str, str]]) -> rx.Component:
        return rx.el.div(rx.el.dt(fact[0]), rx.el.dd(fact[1]))

    return rx.el.dl(rx.foreach(ProofState.figures, figure), class_name="figures")


def _explained() -> rx.Component:
    items = [
        rx.el.div(
            rx.el.dt(rx.el.strong(CONTRACT[check][0]), f" {check}"),
            rx.el.dd(CONTRACT[check][1], class_name="muted"),
        )
        for check in ORDER
    ]
    bill = anchor(
        icon("download"),
        "Bill of materials",
        href=f"/api/v1/templates/{ProofState.slug}/sbom",
        class_name="button lined",
    )
    return rx.el.div(
        rx.el.details(
            rx.el.summary("What the checks look at"),
            rx.el.p(
                "A check mark on a dashed ground passed as far as that row looks; other rows look at the rest. "
                "A circle with a line means that nothing was looked at.",
                class_name="muted small",
            ),
            rx.el.dl(*items, class_name="proof-checks"),
        ),
        rx.cond(
            (ProofState.state == "passed") | (ProofState.state == "failed"), rx.el.div(bill, class_name="row")
        ),
        class_name="stack",
    )
