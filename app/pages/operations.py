"""The operator's overview: one line that says whether everything runs, then every part, live."""

from typing import Any

import reflex as rx

from app.components.badge import PARTS, badge
from app.components.copying import copy_button
from app.components.empty import empty, failed, notice
from app.components.icons import icon
from app.components.moments import ago
from app.components.pulse import pulse
from app.components.skeleton import bones
from app.components.table import cell, row_link, table
from app.lag import meter
from app.pages.operations_rows import (
    Board,
    FailureRow,
    FindingRow,
    KeptRow,
    PartRow,
    QueueRow,
    ServerRow,
    board_of,
)
from app.pages.operators import OperatorsState, operators_section
from app.session import actor_from_state, in_thread
from app.shell import ShellState, page_head, shell
from models.errors import IdeasmithError, NotAllowed
from services import operations

REFRESH_MS = 5000


class OperationsState(rx.State):
    """What the overview shows."""

    loaded: bool = False
    refused: bool = False
    problem: str = ""
    board: Board = Board()
    report: str = ""

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Look at everything."""
        actor = await actor_from_state(self)
        if actor is None:
            return rx.redirect("/sign-in?next=/operations")
        try:
            seen = await in_thread(operations.look, actor, meter.read())
            self.board, self.report = board_of(seen), operations.as_text(seen)
            self.problem, self.refused = "", False
        except NotAllowed:
            self.board, self.report, self.refused = Board(), "", True
        except IdeasmithError as error:
            self.problem = error.message
        self.loaded = True
        return None


@rx.page(route="/operations", title="Operations · Ideasmith", image="/og.png",
         description="The health of this installation: parts, queues, disk, versions, failures.",
         on_load=[OperationsState.load, OperatorsState.load, ShellState.load_if_old])  # fmt: skip
def operations_page() -> rx.Component:
    """Return the page."""
    shown = rx.cond(
        OperationsState.refused, _refused(), rx.cond(OperationsState.problem != "", _problem(), _page())
    )
    return shell(
        rx.cond(
            OperationsState.loaded, shown, bones("title", "short", "block", "block", heading="Operations")
        ),
        pulse(ms=rx.cond(OperationsState.refused, 0, REFRESH_MS), on_beat=OperationsState.load),
        here="/operations",
    )


def _page() -> rx.Component:
    board = OperationsState.board
    return rx.fragment(
        _head(board),
        rx.el.div(
            rx.cond(board.findings.length() > 0, rx.el.div(rx.foreach(board.findings, _finding), class_name="stack")),
            _parts(board),
            _servers(board),
            _queues(board),
            rx.el.div(_disk(board), _machine(board), class_name="halves"),
            _failures(board),
            _kept(board),
            operators_section(),
            class_name="stack loose",
        ),
    )  # fmt: skip


def _head(board: Any) -> rx.Component:
    symbol = rx.cond(board.ok, icon("succeeded"), icon("alert"))
    title = rx.el.span(symbol, board.headline, class_name=rx.cond(board.ok, "verdict", "verdict not"))
    seen = rx.fragment(
        "Seen ", ago(at=board.at), " on ", rx.el.code(board.host), ". This page looks again every 5 s."
    )
    return rx.el.div(
        rx.el.div(rx.el.h1(title), rx.el.p(seen)),
        rx.el.div(copy_button(OperationsState.report, "Copy report"), class_name="row tight"),
        class_name="page-head",
    )


def _finding(row: rx.Var[FindingRow]) -> rx.Component:
    return rx.cond(
        row.level == "broken",
        notice("failed", row.what, row.action, kind="danger"),
        notice("alert", row.what, row.action),
    )


def _section(title: str, *content: Any, name: str = "stack") -> rx.Component:
    return rx.el.section(rx.el.h2(title), *content, class_name=name, aria_label=title)


def _figures(pairs: Any) -> rx.Component:
    return rx.el.dl(
        rx.foreach(pairs, lambda pair: rx.el.div(rx.el.dt(pair[0]), rx.el.dd(pair[1]))),
        class_name="figures wide",
    )


def _parts(board: Any) -> rx.Component:
    headers = ["Part", "State", "Process", "Up since", "Restarts", "Last words"]
    none = rx.el.p(
        "No supervisor runs on this data folder, so its parts are not known here.", class_name="muted"
    )
    listed = table("Parts", headers, rx.foreach(board.parts, _part), right=(2, 3, 4))
    return _section("Parts", rx.cond(board.supervised, listed, none))


def _part(row: rx.Var[PartRow]) -> rx.Component:
    return rx.el.tr(
        cell("Part", rx.el.strong(row.name)),
        cell("State", badge(row.state, PARTS)),
        cell("Process", row.pid, right=True),
        cell("Up since", rx.cond(row.since != "", ago(at=row.since), "–"), right=True),
        cell("Restarts", row.restarts, right=True),
        cell(
            "Last words",
            rx.cond(row.words != "", rx.el.code(row.words, class_name="said", title=row.words), "–"),
        ),
        key=row.name,
    )


def _servers(board: Any) -> rx.Component:
    headers = ["Server", "State", "Version", "Size", "Connections", "Write-ahead log"]
    listed = table("Servers", headers, rx.foreach(board.servers, _server), right=(2, 3, 4, 5))
    lag = rx.el.p("Event loop of the web process, how late: ", rx.el.strong(board.lag), class_name="muted")
    return _section("Servers", listed, lag)


def _server(row: rx.Var[ServerRow]) -> rx.Component:
    return rx.el.tr(
        cell("Server", rx.el.strong(row.name)),
        cell("State", badge(row.state, PARTS)),
        cell("Version", row.version, right=True),
        cell("Size", row.size, right=True),
        cell("Connections", row.connections, right=True),
        cell("Write-ahead log", row.log, right=True),
        key=row.name,
    )


def _queues(board: Any) -> rx.Component:
    headers = ["Queue", "Waiting", "Oldest", "Taken by"]
    listed = table("Queues", headers, rx.foreach(board.queues, _queue), right=(1, 2, 3))
    work = rx.el.div(
        rx.el.h3("Executions: open, and ended within a day"),
        _figures(board.work),
        class_name="card stack tight",
    )
    apps = rx.el.div(rx.el.h3("Deployed applications"), _figures(board.apps), class_name="card stack tight")
    return _section("Queues", listed, work, rx.cond(board.apps.length() > 0, apps))


def _queue(row: rx.Var[QueueRow]) -> rx.Component:
    return rx.el.tr(
        cell("Queue", rx.el.strong(row.name)),
        cell("Waiting", row.waiting, right=True),
        cell("Oldest", row.oldest, right=True),
        cell("Taken by", row.workers, right=True),
        key=row.name,
    )


def _pairs(pairs: Any) -> rx.Component:
    def line(pair: rx.Var[tuple[str, str]]) -> rx.Component:
        return rx.el.div(rx.el.dt(pair[0]), rx.el.dd(pair[1]))

    return rx.el.dl(rx.foreach(pairs, line), class_name="card pairs")


def _disk(board: Any) -> rx.Component:
    room = rx.el.meter(
        value=board.used_percent.to_string(), min="0", max="100", high="90", class_name="meter",
        aria_label="Disk in use, percent",
    )  # fmt: skip
    measured = rx.cond(
        board.measured_at != "",
        rx.fragment("Kinds measured ", ago(at=board.measured_at), "."),
        "The clock measures the kinds for the first time a few seconds after the start.",
    )
    words = rx.el.p(rx.el.strong(board.free, " free"), " of ", board.total, class_name="row apart")
    return _section(
        "Disk",
        rx.el.div(words, room, rx.el.p(measured, class_name="hint"), class_name="card stack tight"),
        rx.cond(board.disk.length() > 0, _pairs(board.disk)),
    )


def _machine(board: Any) -> rx.Component:
    walls = rx.el.ul(rx.foreach(board.walls, lambda wall: rx.el.li(wall)), class_name="stack tight muted")
    fix = rx.cond(board.fix != "", rx.el.p("To make it whole, run: ", rx.el.code(board.fix)))
    whole = rx.el.p("All its walls stand.", class_name="muted")
    sandbox = rx.el.div(
        rx.el.p(icon("shield"), rx.el.strong(board.tier), class_name="row tight"),
        rx.cond(board.walls.length() > 0, walls, whole),
        fix,
        class_name="card stack tight",
    )
    return rx.el.div(
        _section("Sandbox", sandbox),
        _section("Versions", _pairs(board.versions)),
        class_name="stack loose",
    )


def _failures(board: Any) -> rx.Component:
    headers = ["Failed", "What happened", "When"]
    listed = table("Recent failures", headers, rx.foreach(board.failures, _failure), right=(2,))
    none = rx.el.p(
        "No execution has failed. The last twenty that do appear here, with what to do.", class_name="muted"
    )
    errors = rx.fragment(
        rx.el.h3("Errors in the logs of the parts, last day"),
        table("Errors in logs", headers, rx.foreach(board.errors, _failure), right=(2,)),
    )
    return _section(
        "Recent failures",
        rx.cond(board.failures.length() > 0, listed, none),
        rx.cond(board.errors.length() > 0, errors),
    )


def _failure(row: rx.Var[FailureRow]) -> rx.Component:
    name = rx.cond(
        row.address != "", row_link(row.title, row.address), rx.el.span(row.title, class_name="muted")
    )
    action = rx.cond(row.action != "", rx.el.p(row.action, class_name="muted small"))
    return rx.el.tr(
        cell("Failed", name),
        cell("What happened", rx.el.div(rx.el.p(row.message), action, class_name="told")),
        cell("When", ago(at=row.at), right=True),
    )


def _kept(board: Any) -> rx.Component:
    headers = ["What", "Is kept", "Last clean-up"]
    cleaned = rx.cond(
        board.cleaned_at != "",
        rx.fragment("Last clean-up: ", ago(at=board.cleaned_at), ", ", board.cleaned_size, "."),
        "There was no clean-up yet. The clock makes one every night, and makes up for a missed one.",
    )
    listed = table("What is kept", headers, rx.foreach(board.kept, _kept_row), right=(2,))
    return _section("What is kept", rx.el.p(cleaned, class_name="muted"), listed)


def _kept_row(row: rx.Var[KeptRow]) -> rx.Component:
    spares = rx.cond(row.spares != "", rx.el.p(row.spares, class_name="muted small"))
    return rx.el.tr(
        cell("What", row.title),
        cell("Is kept", rx.el.div(rx.el.p(row.keep), spares, class_name="told")),
        cell("Last clean-up", row.removed, right=True),
        key=row.title,
    )


def _refused() -> rx.Component:
    words = "It shows the health of the whole installation. Ask the person who runs it."
    return rx.fragment(page_head("Operations"), empty("operations", "This page is for the operator", words))


def _problem() -> rx.Component:
    return rx.fragment(
        page_head("Operations"),
        failed("The overview could not be read", OperationsState.problem, OperationsState.load),
    )
