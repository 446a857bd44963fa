"""The public log of receipts: the root of each day, and how anybody verifies a receipt against it."""

import reflex as rx

from app.components.address import at_address
from app.components.empty import failed
from app.components.links import anchor, link
from app.components.native_form import server_slot
from app.components.skeleton import bones
from app.ideas.receipts import ABOUT, NOTHING, DayRow, read_days
from app.session import in_thread
from app.shell import ShellState, breadcrumbs, page_head, shell
from models.errors import IdeasmithError
from models.ids import new_id

PATH = "/receipts"


class ReceiptsState(rx.State):
    """What the page of the log shows."""

    shown: str = ""
    problem: str = ""
    reference: str = ""
    rows: list[DayRow] = []

    @rx.event
    async def load(self) -> None:
        """Read the days."""
        try:
            self.rows, self.problem = await in_thread(read_days), ""
        except IdeasmithError as error:
            self.problem, self.reference = error.message, new_id("err")
        self.shown = PATH


@rx.page(route=PATH, title="Receipts · Ideasmith", image="/og.png",
         description="The public log of receipts: who published which idea when, day by day.",
         on_load=[ReceiptsState.load, ShellState.load_if_old])  # fmt: skip
def receipts_page() -> rx.Component:
    """Return the page."""
    trouble = failed(
        "The log could not be read", ReceiptsState.problem, ReceiptsState.load, ReceiptsState.reference
    )
    days = rx.cond(
        ReceiptsState.rows.length() > 0,
        rx.el.ul(rx.foreach(ReceiptsState.rows, _day), class_name="days"),
        rx.el.p(NOTHING, class_name="hint"),
    )
    read = rx.cond(ReceiptsState.problem != "", trouble, days)
    waiting = rx.el.div(bones("block", "block"), class_name="undrawn")
    return shell(
        breadcrumbs(("Ideas", "/ideas"), ("Receipts", "")),
        page_head("Receipts", "Who published which words when, in a log that anybody can check."),
        rx.el.div(
            rx.el.section(rx.el.p(ABOUT), _ways(), class_name="stack tight about-log"),
            at_address(ReceiptsState.shown, read, rx.fragment(server_slot("receipts"), waiting)),
            class_name="stack loose",
        ),
        here="/ideas",
    )


def _ways() -> rx.Component:
    return rx.el.p(
        link("How a receipt is verified", to="/docs/ideas#receipts"),
        " · ",
        anchor("All days as JSON", href="/api/v1/receipt-days"),
        " · ",
        anchor("Public keys", href="/api/v1/signing-keys"),
    )


def _day(row: rx.Var[DayRow]) -> rx.Component:
    head = rx.el.div(rx.el.strong(row.day), anchor(row.receipts, href=row.address), class_name="row")
    return rx.el.li(head, rx.el.code(row.root))
