"""One execution as its link shows it: steps and log, to read only, live, without an account."""

import reflex as rx

from app.components.address import at_address
from app.components.badge import badge
from app.components.empty import empty, failed
from app.components.icons import icon
from app.components.log import execution_log, run_steps, run_timeline
from app.components.moments import ago, elapsed
from app.components.skeleton import execution_bones
from app.components.tabs import tabs
from app.pages.execution import Head
from app.session import in_thread
from app.shell import ShellState, front, page_head
from app.wording import moment
from models.errors import IdeasmithError, NotFound
from services.executions import shares
from services.executions.titles import titles_of


class SharedState(rx.State):
    """What a link shows. It says nothing of who made it."""

    shown: str = ""
    missing: bool = False
    problem: str = ""
    title: str = "Shared execution · Ideasmith"
    url: str = ""
    head: Head = Head()
    titles: dict[str, str] = titles_of()

    @rx.event
    async def load(self) -> None:
        """Read what the link in the address shows."""
        await self._read(self.router.url.path.strip("/").partition("/")[2])

    @rx.event
    async def refresh(self) -> None:
        """Read again: a step began or ended."""
        await self._read(self.shown.partition("/shared/")[2])

    async def _read(self, token: str) -> None:
        self.missing, self.problem = False, ""
        try:
            view = await in_thread(shares.shared_view, token)
            self.url, self.title = f"/api/v1/shared/{token}", f"{view.name} · Shared execution · Ideasmith"
            if (titles := titles_of([step.name for step in view.steps])) != self.titles:
                self.titles = titles
            self.head = Head(
                name=view.name, template=view.template_name, state=view.state, created_at=moment(view.created_at),
                started_at=moment(view.started_at), finished_at=moment(view.finished_at), error=view.error_message,
            )  # fmt: skip
        except NotFound:
            self.missing = True
        except IdeasmithError as error:
            self.problem = error.message
        self.shown = f"/shared/{token}"


@rx.page(route="/shared/[token]", title=SharedState.title, image="/og.png",
         description="One launch of a template, shared to be read: its steps and its log.",
         on_load=[ShellState.load, SharedState.load])  # fmt: skip
def shared() -> rx.Component:
    """Return the page."""
    gone = rx.fragment(page_head("This link shows nothing"), empty("link", "It has ended", shares.GONE))
    problem = failed(
        "The execution could not be read", SharedState.problem, SharedState.refresh, SharedState.head.name
    )
    found = rx.cond(SharedState.missing, gone, rx.cond(SharedState.problem != "", problem, _page()))
    return front(rx.el.div(at_address(SharedState.shown, found, execution_bones()), class_name="page"))


def _page() -> rx.Component:
    head = SharedState.head
    source = {"url": SharedState.url, "turn": 0, "titles": SharedState.titles}
    log = execution_log(
        **source, name="shared-execution", failure=head.error, next="", on_state=SharedState.refresh
    )
    timeline = run_timeline(**source, queued=head.created_at)
    return rx.fragment(
        page_head(head.name, "Shared to be read. Options, addresses, folders and names of people are left out."),
        rx.el.div(
            badge(head.state),
            rx.el.span(icon("clock"), elapsed(since=head.started_at, until=head.finished_at), class_name="fact"),
            rx.el.span(head.template, class_name="fact"),
            rx.el.span("Launched ", ago(at=head.created_at), class_name="fact"),
            class_name="row facts",
        ),
        rx.el.div(
            rx.el.aside(
                run_steps(**source, state=head.state), class_name="card sticky", aria_label="Steps of this execution"
            ),
            tabs("Execution", {"Log": log, "Timeline": timeline}),
            class_name="split left",
        ),
    )  # fmt: skip
