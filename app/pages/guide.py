"""The guide under /docs. Every chapter is a page of its own, finished when the front end is built."""

import functools
from dataclasses import dataclass

import reflex as rx

from app.components.copying import copy_button
from app.components.empty import empty
from app.components.filters import filters, search_field
from app.components.links import link
from app.guide.chapters import Block, Chapter, body, chapters
from app.guide.search import find
from app.session import in_pool
from app.shell import ShellState, page_head, shell

HOME = "Guide"
ABOUT = "How to use Ideasmith, how to run it, and how to add to it."


@dataclass
class Result:
    """One place that the search has found."""

    address: str
    title: str
    chapter: str
    excerpt: str


class GuideState(rx.State):
    """What was searched for, and found. The chapters themselves are in the page."""

    query: str = ""
    results: list[Result] = []

    @rx.event
    async def load(self) -> None:
        """Search for what the address says."""
        self.query = self.router.url.query_parameters.get("q", "")[:100].strip()
        hits = await in_pool(find, self.query) if self.query else []
        self.results = [Result(hit.address, hit.title, hit.chapter, hit.excerpt) for hit in hits]


def guide(chapter: Chapter | None = None) -> rx.Component:
    """Return the page of one chapter, or the front page of the guide."""
    content = _chapter(chapter) if chapter else _front()
    return shell(
        rx.el.div(
            _contents(chapter),
            rx.el.div(
                filters(search_field("Search the guide", "Search the guide"), on_choose=GuideState.load),
                rx.cond(GuideState.query != "", _results(), content),
                class_name="grow",
            ),
            class_name="split left guide",
        ),
        here="/docs",
    )


def _front() -> rx.Component:
    def entry(one: Chapter) -> rx.Component:
        return rx.el.li(
            link(one.title, to=one.path, class_name="guide-title"), rx.el.p(one.summary, class_name="muted")
        )

    return rx.el.div(page_head(HOME, ABOUT), rx.el.ol(*map(entry, chapters()), class_name="guide-front"))


def _contents(here: Chapter | None) -> rx.Component:
    def entry(one: Chapter) -> rx.Component:
        current = {"aria_current": "page"} if one == here else {}
        return rx.el.li(link(one.title, to=one.path, class_name="guide-link", **current))

    listed = rx.el.ol(*map(entry, chapters()))
    return rx.el.nav(listed, class_name="guide-contents sticky", aria_label="Guide")


def _chapter(chapter: Chapter) -> rx.Component:
    return rx.el.article(
        page_head(chapter.title, chapter.summary),
        *map(_block, body(chapter).blocks),
        _onward(chapter),
        class_name="guide-text",
    )


def _block(block: Block) -> rx.Component:
    if block.html:
        return rx.html(block.html, class_name="readme")
    code = rx.el.pre(rx.el.code(block.code), tab_index=0)  # wide ones scroll, by keys too
    return rx.el.div(code, copy_button(block.code), class_name="codebox")


def _onward(chapter: Chapter) -> rx.Component:
    order = chapters()
    at = order.index(chapter)
    before = (
        [link(f"← {order[at - 1].title}", to=order[at - 1].path, class_name="button lined")] if at else []
    )
    after = order[at + 1 : at + 2]
    onward = [link(f"{one.title} →", to=one.path, class_name="button lined") for one in after]
    return rx.el.nav(*before, rx.el.span(), *onward, class_name="row apart onward", aria_label="Next chapter")


def _results() -> rx.Component:
    none = empty("search", "Nothing in the guide fits", "Try fewer or other words.")
    listed = rx.el.ul(rx.foreach(GuideState.results, _result), class_name="guide-results")
    found = rx.cond(GuideState.results.length() > 0, listed, none)
    return rx.el.div(page_head("Found in the guide"), found)


def _result(result: rx.Var[Result]) -> rx.Component:
    return rx.el.li(
        link(result.title, to=result.address),
        rx.el.span(result.chapter, class_name="muted small"),
        rx.el.p(result.excerpt, class_name="muted"),
    )


ON_LOAD = [GuideState.load, ShellState.load_if_old]
rx.page(route="/docs", title=f"{HOME} · Ideasmith", description=ABOUT, image="/og.png", on_load=ON_LOAD)(
    guide
)
for _one in chapters():
    rx.page(
        route=_one.path,
        title=f"{_one.title} · Ideasmith",
        description=_one.summary,
        image="/og.png",
        on_load=ON_LOAD,
    )(functools.partial(guide, _one))
