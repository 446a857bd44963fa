"""One row of a template's proof: its options, what every check says of it, and the log."""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from app.components.address import at_address
from app.components.empty import empty
from app.components.icons import icon
from app.components.links import link
from app.components.proof_badge import outcome_mark
from app.components.skeleton import bones
from app.components.table import cell, table
from app.pages.execution_proof import as_words
from app.session import in_thread
from app.shell import ShellState, breadcrumbs, page_head, shell
from app.wording import seconds
from models.errors import IdeasmithError
from services import catalog
from services.proving import results
from services.proving.contract import CONTRACT, ORDER

WORDS = {"passed": "Passed", "failed": "Failed", "not_checked": "Not checked"}


@dataclass
class CheckLine:
    """What one check says."""

    id: str
    title: str
    outcome: str
    word: str
    summary: str
    partly: str
    seconds: str
    findings: list[str] = field(default_factory=list)


class ProofRowState(rx.State):
    """One row of the newest proof of a template."""

    shown: str = ""
    missing: str = ""
    title: str = "Proof · Ideasmith"
    slug: str = ""
    name: str = ""
    row_title: str = ""
    sentence: str = ""
    options: list[tuple[str, str]] = []
    checks: list[CheckLine] = []
    log: str = ""
    launch: str = ""

    @rx.event
    async def load(self) -> None:
        """Read the row in the address."""
        path = self.router.url.path.rstrip("/")
        parts = path.strip("/").split("/")
        self.slug, number = parts[1], parts[-1]
        self.missing = ""
        try:
            template = await in_thread(catalog.find_template, self.slug)
            self.name = template.name
            row, self.log = await in_thread(
                results.find_row, self.slug, int(number) if number.isdigit() else 0
            )
            self._show(row, [field.name for field in catalog.form_fields(template.schema)])
        except IdeasmithError as error:
            self.missing = error.message
        self.shown = path

    def _show(self, row: results.RowView, order: list[str]) -> None:
        self.row_title, self.title = row.title, f"{row.title} · Proof of {self.name} · Ideasmith"
        looked = "also in a browser" if row.in_browser else "without a browser"
        self.sentence = (
            f"{'No check has failed' if row.ok else 'A check has failed'}; {seconds(row.seconds)}, {looked}."
        )
        self.options = [(name, as_words(row.config[name])) for name in order if name in row.config]
        self.checks = [_line(check, row.checks[check]) for check in ORDER if check in row.checks]


def _line(check: str, said: dict[str, Any]) -> CheckLine:
    return CheckLine(
        check, CONTRACT[check][0], said["outcome"], WORDS[said["outcome"]], said["summary"], said["partly"],
        seconds(said["seconds"]), said["findings"] if said["outcome"] == "failed" else [],
    )  # fmt: skip


@rx.page(route="/templates/[slug]/proof/[number]", title=ProofRowState.title,
         on_load=[ProofRowState.load, ShellState.load_if_old])  # fmt: skip
def template_row() -> rx.Component:
    """Return the page."""
    skeleton = bones("title", "short", "block", "block", heading="Row of a proof")
    found = rx.cond(ProofRowState.missing != "", _missing(), _page())
    return shell(at_address(ProofRowState.shown, found, skeleton), here="/templates")


def _page() -> rx.Component:
    options = rx.foreach(
        ProofRowState.options,
        lambda pair: rx.el.tr(cell("Option", rx.el.code(pair[0])), cell("Value", pair[1])),
    )
    template = (ProofRowState.name, f"/templates/{ProofRowState.slug}")
    return rx.fragment(
        breadcrumbs(("Templates", "/templates"), template, (ProofRowState.row_title, "")),
        page_head(ProofRowState.row_title, ProofRowState.sentence),
        rx.el.div(
            rx.el.div(
                rx.el.h2("Checks", class_name="card-title"),
                rx.el.ul(rx.foreach(ProofRowState.checks, _check), class_name="card"),
                rx.el.h2("Log", class_name="card-title"),
                rx.el.pre(ProofRowState.log, class_name="proof-log", tab_index=0, role="region", aria_label="Log"),
                class_name="stack",
            ),
            rx.el.div(
                rx.el.h2("Options", class_name="card-title"),
                table("Options of this row", ["Option", "Value"], options),
                class_name="stack",
            ),
            class_name="split",
        ),
    )  # fmt: skip


def _check(line: rx.Var[CheckLine]) -> rx.Component:
    head = rx.el.div(
        rx.el.strong(line.title, " ", rx.el.span(line.id, class_name="muted")),
        rx.el.span(line.word, " · ", line.seconds, class_name="muted small"),
        class_name="row apart",
    )
    return rx.el.li(
        outcome_mark(line.outcome),
        head,
        rx.el.p(line.summary),
        rx.cond(
            line.partly != "", rx.el.p("Not looked at here: ", line.partly, ".", class_name="muted small")
        ),
        rx.foreach(line.findings, lambda text: rx.el.p(rx.el.code(text))),
        class_name=f"finding {line.outcome}",
    )


def _missing() -> rx.Component:
    back = link(icon("templates"), "All templates", to="/templates", class_name="button lined")
    return rx.fragment(
        page_head("No such row"), empty("shield", "There is nothing here", ProofRowState.missing, back)
    )
