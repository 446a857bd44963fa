"""What can be shown of an execution: its artefacts with their hashes, and a check of all of it on demand."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from app import verifying
from app.components.button import button
from app.components.copying import copy_icon
from app.components.empty import empty, notice
from app.components.icons import icon
from app.components.links import anchor, link
from app.components.table import cell, table
from app.session import actor_from_state, in_thread
from app.wording import size
from models.errors import IdeasmithError
from models.provenance import ArtefactName
from services.provenance import views
from services.provenance.views import ArtefactView, ProvenanceView

SHORT = 16
LOOK_S = 0.5
# What each is called, and where it can be downloaded below the execution's own address.
TITLES = {
    "Commit": ("Commit", ""),
    "Files": ("All files", ""),
    "app.zip": ("Archive", "source.zip"),
    ArtefactName.LOCK: ("Lock file", "lock"),
    ArtefactName.SBOM: ("Bill of materials", "sbom"),
    ArtefactName.STATEMENT: ("Signed statement", "provenance"),
}
CHECKS = {
    "signature": "Signature",
    "statement": "Statement",
    "events": "Log",
    "lock": "Lock file",
    "sbom": "Bill of materials",
    "archive": "Archive",
    "repository": "Repository",
}


@dataclass
class ArtefactRow:
    """One artefact as the table shows it."""

    title: str
    file: str
    digest: str
    short: str
    size: str
    href: str


@dataclass
class CheckLine:
    """One check: ok, failed or not_checked, and its sentence."""

    title: str
    outcome: str
    reason: str


class ProvenanceState(rx.State):
    """The artefacts of the execution in the address, and what the last check has found."""

    rows: list[ArtefactRow] = []
    bundle: str = ""
    key_id: str = ""
    missing: str = ""
    checks: list[CheckLine] = []
    verdict: str = ""  # "verified", "failed", or "unsigned"; empty before anybody asked
    problem: str = ""
    checking: bool = False
    reached: str = ""  # how far a long check has come

    @rx.event
    async def load(self) -> None:
        """Read the artefacts. What an earlier check has found does not count any more."""
        self.checks, self.verdict, self.problem, self.checking = [], "", "", False
        actor, wanted = await actor_from_state(self), self._wanted()
        try:
            found = await in_thread(views.get_provenance, actor, wanted) if actor else None
        except IdeasmithError:
            found = None  # the page itself says what is wrong
        self.rows = _rows(found, wanted) if found else []
        self.key_id = found.key_id if found else ""
        self.missing = found.missing if found else ""
        self.bundle = f"/api/v1/executions/{wanted}/bundle.zip" if self.key_id else ""

    @rx.event
    async def verify(self) -> Any:
        """Hold everything against what was signed."""
        actor = await actor_from_state(self)
        if actor is None:
            return None
        verifying.begin(actor, self._wanted())
        self.checking, self.reached = True, ""
        return ProvenanceState.go_on

    @rx.event
    async def go_on(self) -> Any:
        """Wait a moment for what is found, so that nothing else of this page waits for it."""
        actor = await actor_from_state(self)
        try:
            found = await verifying.wait(actor, self._wanted(), LOOK_S) if actor else None
            self.problem = ""
        except IdeasmithError as error:
            found, self.problem = None, error.message
        if isinstance(found, int):
            self.reached = f"Event {found:,}" if found else ""
            return ProvenanceState.go_on
        self.checking, self.reached = False, ""
        if found is not None:
            self.checks = [CheckLine(CHECKS[one.name], str(one.outcome), one.reason) for one in found.checks]
            self.verdict = "failed" if not found.ok else "verified" if found.verified else "unsigned"
        return None

    def _wanted(self) -> str:
        return str(self.router.url.path).strip("/").split("/")[-1]


def _rows(found: ProvenanceView, execution_id: str) -> list[ArtefactRow]:
    return [_row(one, execution_id, found.files_cleaned) for one in found.artefacts]


def _row(one: ArtefactView, execution_id: str, cleaned: bool) -> ArtefactRow:
    title, place = TITLES[one.name]
    there = bool(place) and not (cleaned and one.name == "app.zip")
    return ArtefactRow(
        title=title,
        file=one.name if place else "",
        digest=one.digest,
        short=f"{one.digest[:SHORT]}…",
        size=size(one.size_bytes) if one.size_bytes is not None else "",
        href=f"/api/v1/executions/{execution_id}/{place}" if there else "",
    )


def provenance_panel() -> rx.Component:
    """Return the panel. The page has `ProvenanceState.load` read anew whenever it reads the execution."""
    found = rx.el.div(_head(), _checks(), _artefacts(), class_name="stack")
    later = "Its lock file, bill of materials and signature are made once the code is packed, and at the end."
    why = rx.cond(ProvenanceState.missing != "", ProvenanceState.missing, later)
    none = empty("shield", "Nothing to show", why)
    return rx.cond(ProvenanceState.rows.length() > 0, found, none)  # type: ignore[attr-defined]


def _head() -> rx.Component:
    verify = button(
        icon("shield"),
        "Verify",
        busy=ProvenanceState.checking,
        says="Verifying…",
        on_click=ProvenanceState.verify,
    )
    bundle = anchor(icon("download"), "Bundle", href=ProvenanceState.bundle, class_name="button quiet")
    words = rx.el.p(
        "Every part by its hash. The statement that names them is signed by this installation. ",
        link("How to verify it elsewhere", to="/docs/executions#provenance"),
        class_name="muted",
    )
    title = rx.el.h2("Provenance", class_name="card-title")
    acts = rx.el.div(rx.cond(ProvenanceState.bundle != "", bundle), verify, class_name="row")
    return rx.el.div(
        rx.el.div(title, acts, class_name="row apart"),
        rx.el.div(words, _verdict()),
        class_name="card stack",
    )


def _verdict() -> rx.Component:
    signed = rx.el.p("Signed with the key ", rx.el.code(ProvenanceState.key_id), class_name="wrap")
    said = rx.match(
        ProvenanceState.verdict,
        ("verified", notice("succeeded", "Verified: nothing was changed", signed, kind="good")),
        (
            "failed",
            notice("failed", "Not verified", rx.el.p("Something is not what was signed."), kind="danger"),
        ),
        (
            "unsigned",
            notice(
                "cancelled",
                "Nothing failed, and nothing is signed",
                rx.el.p("Wait for its end, then verify."),
            ),
        ),
        rx.fragment(),
    )
    problem = rx.cond(
        ProvenanceState.problem != "",
        notice("alert", "It could not be verified", rx.el.p(ProvenanceState.problem), kind="danger"),
    )
    reached = rx.cond(
        ProvenanceState.reached != "", rx.el.p(ProvenanceState.reached, class_name="muted number")
    )
    return rx.el.div(reached, said, problem, role="status", class_name="checked")


def _artefacts() -> rx.Component:
    def row(one: rx.Var[ArtefactRow]) -> rx.Component:
        title = rx.el.div(rx.el.strong(one.title), rx.el.div(one.file, class_name="muted small"))
        digest = rx.el.span(rx.el.code(one.short), copy_icon(one.digest, "Copy hash"), class_name="fact")
        download = anchor(
            icon("download"), rx.el.span("Download ", one.title, class_name="unseen"), href=one.href,
            class_name="button quiet tiny", download=True,
        )  # fmt: skip
        return rx.el.tr(
            cell("Artefact", title),
            cell("Hash", digest),
            cell("Size", one.size, right=True),
            cell("Download", rx.cond(one.href != "", download)),
        )

    rows = rx.foreach(ProvenanceState.rows, row)
    return table("Artefacts of this execution", ["Artefact", "Hash", "Size", "Download"], rows, right=(2,))


def _checks() -> rx.Component:
    return rx.cond(
        ProvenanceState.checks.length() > 0,  # type: ignore[attr-defined]
        rx.el.ul(rx.foreach(ProvenanceState.checks, _check), class_name="card"),
    )


def _check(one: rx.Var[CheckLine]) -> rx.Component:
    symbol = rx.match(one.outcome, ("ok", icon("succeeded")), ("failed", icon("failed")), icon("cancelled"))
    word = rx.match(one.outcome, ("ok", "Passed"), ("failed", "Failed"), "Not checked")
    look = rx.match(one.outcome, ("ok", "finding passed"), ("failed", "finding failed"), "finding")
    head = rx.el.div(
        rx.el.strong(one.title), rx.el.span(word, class_name="muted small"), class_name="row apart"
    )
    return rx.el.li(symbol, head, rx.el.p(one.reason), class_name=look)
