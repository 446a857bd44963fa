"""The feed of ideas. Tab, search and choices stand in the address, so a link shows the same."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import reflex as rx
from sqlmodel import Session

from app.components.address_tabs import address_tabs, list_at
from app.components.button import button_link
from app.components.empty import empty, failed
from app.components.filters import choice_field, filters, load_more, newest, search_field
from app.components.icons import icon
from app.components.idea_rows import idea_rows
from app.components.links import anchor, link
from app.components.moments import ago
from app.components.native_form import server_slot
from app.components.place import place
from app.components.skeleton import bone
from app.ideas.choices import BUILT, MOST, PARTS, PRICES, STEP, TABS, Chosen, chosen_in
from app.ideas.rows import IdeaRow, row_of, to_list
from app.pages.idea_searches import save_this_search
from app.session import for_visitor
from app.shell import ShellState, page_head, shell
from app.wording import moment
from models.errors import IdeasmithError, InvalidInput, NotAllowed
from models.ids import new_id
from services import ideas
from services.accounts import Actor
from services.ideas import CATEGORIES, LANGUAGES
from services.ideas.feed import Tab, list_ideas
from services.ideas.search import did_you_mean

DESCRIPTION = "Ideas for applications, from $1: vote for what you want to exist, buy what you want to build."
# A search that has found fewer may have been meant otherwise.
FEW = 3
UNTITLED = "Without a title yet"


@dataclass
class DraftRow:
    """One draft in Mine. `kept_at` is an ISO moment."""

    id: str
    address: str
    title: str
    change: bool
    kept_at: str


@dataclass(frozen=True)
class Read:
    """A page of the feed, with what stands around it. `meant` is how a search was meant that has found little."""

    rows: list[IdeaRow] = field(default_factory=list)
    cursor: str = ""
    drafts: list[DraftRow] = field(default_factory=list)
    meant: str = ""
    visitor: bool = False


class IdeasState(rx.State):
    """What the feed shows."""

    loaded: bool = False
    problem: str = ""
    reference: str = ""
    rows: list[IdeaRow] = []
    drafts: list[DraftRow] = []
    cursor: str = ""
    tab: str = "top"
    tag: str = ""
    narrowed: bool = False
    visitor: bool = True
    refused: str = ""
    meant: str = ""
    meant_address: str = ""
    # What the rows were read for: a page more of the same list is added to them.
    _read_for: str = ""
    # The query that the address had then, for the browser to compare.
    shown: str = ""

    @rx.event
    async def load(self) -> None:
        """Read the choices out of the address, and the ideas that fit."""
        try:
            chosen = chosen_in(self.router.url.query_parameters)
        except InvalidInput as error:
            self.refused, self.loaded, self.rows = error.message, True, []
            self.shown = self.router.url.query
            return
        begun = self._begun(chosen)
        try:
            after = self.cursor if begun else ""
            who = self.router.session.client_ip  # as the server does that draws the page
            self._take(begun, await for_visitor(self, read_feed, chosen, after, len(begun), who))
            self.problem, self._read_for = "", key_of(chosen)
        except IdeasmithError as error:
            self.problem, self.reference = error.message, new_id("err")
        self.tab, self.tag = chosen.query.tab.value, ", #".join(chosen.query.tags)
        self.refused, self.narrowed = "", chosen.narrowed
        self.loaded, self.shown = True, self.router.url.query

    def _begun(self, chosen: Chosen) -> list[IdeaRow]:
        """Return the rows that are shown already where a page more of the same list is asked for."""
        more = self.cursor and self._read_for == key_of(chosen) and len(self.rows) < chosen.rows
        return list(self.rows) if more else []

    def _take(self, begun: list[IdeaRow], read: Read) -> None:
        self.rows, self.cursor = [*begun, *read.rows], read.cursor
        self.visitor, self.meant = read.visitor, read.meant
        self.drafts = self.drafts if begun else read.drafts
        kept = {
            name: value
            for name, value in self.router.url.query_parameters.items()
            if name not in ("rows", "after")
        }
        self.meant_address = to_list(**kept | {"q": read.meant}) if read.meant else ""


def key_of(chosen: Chosen) -> str:
    """Return what makes two addresses the same list, whatever of it they show."""
    return f"{chosen.query}{chosen.after}"


def read_feed(
    session: Session, actor: Actor | None, chosen: Chosen, cursor: str, begun: int, who: str
) -> Read:
    """Return the list from its beginning, or behind `cursor` what follows the `begun` rows that are shown already."""
    mine = chosen.query.tab == Tab.MINE
    if mine and actor is None:
        return Read(visitor=True)
    page = list_ideas(session, actor, chosen.query, cursor or chosen.after, chosen.rows - begun, visitor=who)
    found = len(page.items) + begun
    meant = (
        did_you_mean(session, chosen.query.words) if not mine and chosen.query.words and found < FEW else ""
    )
    drafts = (
        kept_drafts(session, actor) if mine and actor is not None and not (cursor or chosen.after) else []
    )
    return Read([row_of(card) for card in page.items], page.next_cursor or "", drafts, meant, actor is None)


def kept_drafts(session: Session, actor: Actor) -> list[DraftRow]:
    """Return the drafts of somebody; none of whose role only reads."""
    with suppress(NotAllowed):
        return [draft_row(one) for one in ideas.list_drafts(session, actor)]
    return []


def draft_row(draft: ideas.DraftView) -> DraftRow:
    """Return a draft as Mine shows it."""
    to = f"/ideas/{draft.idea_id}/edit" if draft.idea_id else f"/ideas/new?draft={draft.id}"
    title = str(draft.fields.get("title", "")).strip()[:80] or UNTITLED
    return DraftRow(draft.id, to, title, draft.idea_id is not None, moment(draft.changed_at))


@rx.page(route="/ideas", title="Ideas · Ideasmith", description=DESCRIPTION, image="/og.png",
         on_load=[IdeasState.load, ShellState.load_if_old])  # fmt: skip
def ideas_page() -> rx.Component:
    """Return the feed."""
    trouble = failed("The ideas could not be read", IdeasState.problem, IdeasState.load, IdeasState.reference)
    read = rx.cond(
        IdeasState.loaded,
        list_at(_read(), shown=IdeasState.shown),
        rx.fragment(server_slot("ideas"), _waiting()),
    )
    refused = empty("ideas", IdeasState.refused, "The address asks for something that is not there.", _all())
    shown = rx.cond(IdeasState.refused != "", refused, rx.cond(IdeasState.problem != "", trouble, read))
    main = rx.el.div(
        address_tabs("tab", "Which ideas", TABS), _narrowing(), _tag(), _keep(), shown, class_name="feed-main"
    )
    return shell(
        page_head("Ideas", "Vote for what you want to exist. Buy what you want to build."),
        rx.el.div(main, _side(), class_name="feed"),
        place(ready=IdeasState.loaded),
        here="/ideas",
    )  # fmt: skip


def _all() -> rx.Component:
    return button_link("Show all ideas", to="/ideas")


def _filters() -> rx.Component:
    categories = [("", "All categories"), *((one.slug, one.name) for one in CATEGORIES)]
    search = search_field("Search ideas", "Search ideas")
    parts = choice_field("mine", "Which of mine", [("", "All of mine"), *PARTS.items()])
    return filters(
        rx.cond(IdeasState.tab == "mine", parts, search),
        choice_field("category", "Category", categories),
        choice_field("most", "Price", [("", "Any price"), *PRICES.items()]),
        choice_field("language", "Language", [("", "Any language"), *LANGUAGES.items()]),
        choice_field("built", "Built", [("", "Built or not"), *BUILT.items()]),
        on_choose=IdeasState.load,
    )


def _narrowing() -> rx.Component:
    nothing = (IdeasState.tab == "mine") & IdeasState.visitor & IdeasState.loaded
    return rx.cond(nothing, rx.fragment(), _filters())


def _tag() -> rx.Component:
    off = link("Show all tags", to="/ideas")
    words = rx.el.p("Tagged ", rx.el.strong("#", IdeasState.tag), ". ", off, class_name="muted feed-tag")
    return rx.cond(IdeasState.tag != "", words)


def _keep() -> rx.Component:
    return rx.cond(IdeasState.narrowed & (IdeasState.refused == ""), save_this_search(IdeasState.tab))


def _side() -> rx.Component:
    card = rx.el.section(
        rx.el.h2("Submit an idea", class_name="card-title"),
        rx.el.p("Say what is hard and for whom. What you know of the solution is sold from $1; nine tenths are yours.",
                class_name="muted"),
        anchor(icon("plus"), "Submit an idea", href="/ideas/new", class_name="button ink",
               custom_attrs={"data-new": ""}),
        class_name="card stack", aria_label="Submit an idea",
    )  # fmt: skip
    return rx.el.aside(card, class_name="feed-side")


def _read() -> rx.Component:
    rows = rx.fragment(
        newest("This is further down the list.", "Show its beginning"),
        idea_rows(IdeasState.rows),
        load_more(
            IdeasState.rows.length(),
            IdeasState.cursor,
            step=STEP,
            most=MOST,
            on_choose=IdeasState.load,
            older="Further down",
        ),
    )
    return rx.fragment(_meant(), _drafts(), rx.cond(IdeasState.rows.length() > 0, rows, _none()))


def _meant() -> rx.Component:
    words = rx.el.p(
        "Did you mean ", link(IdeasState.meant, to=IdeasState.meant_address), "?", class_name="muted feed-tag"
    )
    return rx.cond(IdeasState.meant != "", words)


def _drafts() -> rx.Component:
    def line(draft: rx.Var[DraftRow]) -> rx.Component:
        kind = rx.cond(draft.change, "Change of an idea, saved ", "Draft, saved ")
        return rx.el.li(
            anchor(draft.title, href=draft.address, class_name="row-link", custom_attrs={"data-row": ""}),
            rx.el.span(kind, ago(at=draft.kept_at), class_name="muted small"), key=draft.id,
        )  # fmt: skip

    listed = rx.el.section(
        rx.el.h2("Drafts", class_name="card-title"), rx.el.ul(rx.foreach(IdeasState.drafts, line), class_name="drafts"),
        class_name="stack tight feed-drafts",
    )  # fmt: skip
    return rx.cond(IdeasState.drafts.length() > 0, listed)


def _none() -> rx.Component:
    submit = anchor(icon("plus"), "Submit an idea", href="/ideas/new", class_name="button ink")
    sign_in = anchor("Sign in", href="/sign-in?next=/ideas%3Ftab%3Dmine", class_name="button ink")
    mine = rx.cond(
        IdeasState.visitor,
        empty("ideas", "Your ideas stand here", "Sign in to see what you have written and bought.", sign_in),
        empty("ideas", "Nothing of yours yet", "Ideas that you publish and buy stand here.", submit),
    )
    featured = empty("ideas", "No idea is featured just now", "Authors pay for a place here, and it says so.",
                     button_link("Show the top ideas", to="/ideas"))  # fmt: skip
    first = empty("ideas", "No ideas yet", "The first one that somebody publishes appears here.", submit)
    nothing = rx.match(IdeasState.tab, ("mine", mine), ("featured", featured), first)
    fits = empty("ideas", "No idea fits", "Nothing matches these choices.", _all())
    return rx.cond(IdeasState.narrowed, fits, nothing)


def _waiting() -> rx.Component:
    def line() -> rx.Component:
        words = rx.el.div(bone("name"), bone("short"), class_name="stack tight grow")
        return rx.el.div(bone("square"), words, bone("pill"), class_name="bone-idea")

    lines: list[Any] = [line() for _ in range(6)]
    words = rx.el.p("Loading", class_name="unseen")
    return rx.el.div(words, *lines, class_name="skeleton ideas", aria_busy="true")
