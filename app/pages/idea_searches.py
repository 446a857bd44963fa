"""Saved searches: kept from the feed, listed and changed in the settings."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import reflex as rx
from sqlmodel import Session

from app.components.button import button, button_link
from app.components.empty import empty
from app.components.links import link
from app.components.toast import UNDOS, Undo, say
from app.ideas.choices import BUILT
from app.ideas.rows import CATEGORY_NAMES
from app.session import actor_from_state, in_thread
from app.shell import ShellState
from app.wording import dollars
from models.errors import IdeasmithError
from services import saved_searches
from services.accounts import Actor
from services.ideas import LANGUAGES
from services.ideas.feed import FeedQuery, as_parameters, read_query
from services.saved_searches import LONGEST_NAME, SavedSearchView


@dataclass
class SearchRow:
    """One saved search."""

    id: str
    name: str
    address: str
    narrows: str
    alert: bool


class SearchesState(rx.State):
    """The searches of one person, and the form that keeps one more."""

    rows: list[SearchRow] = []
    error: str = ""
    # Raised when the form did its work, so that it is drawn anew and closed.
    saved: int = 0
    renaming: str = ""
    rename_error: str = ""

    @rx.event
    async def load(self) -> None:
        """Read the searches; a visitor has none."""
        actor = await actor_from_state(self)
        self.rows = await in_thread(_rows, actor) if actor else []
        self.renaming = self.rename_error = ""

    @rx.event
    async def save(self, form: dict[str, Any]) -> None:
        """Keep what the address asks for."""
        actor = await actor_from_state(self)
        if actor is None:
            return
        name, alert = str(form.get("name", "")), bool(form.get("alert"))
        try:
            await in_thread(_save, actor, name, dict(self.router.url.query_parameters), alert)
        except IdeasmithError as error:
            self.error = error.message
            return
        self.error, self.saved = "", self.saved + 1
        told = "You are told when something new fits." if alert else "It stands in your settings."
        await say(self, f"The search is saved. {told}")

    @rx.event
    async def set_alert(self, search_id: str, alert: bool) -> None:
        """Begin or end being told."""
        await self._change(saved_searches.set_alert, str(search_id), alert=bool(alert))

    @rx.event
    async def begin_renaming(self, search_id: str) -> None:
        """Offer a field for another name."""
        self.renaming, self.rename_error = str(search_id), ""

    @rx.event
    async def rename(self, form: dict[str, Any]) -> None:
        """Give the search another name."""
        actor = await actor_from_state(self)
        if actor is None or not self.renaming:
            return
        try:
            await in_thread(saved_searches.rename_search, actor, self.renaming, str(form.get("name", "")))
        except IdeasmithError as error:
            self.rename_error = error.message
            return
        await self.load()

    @rx.event
    async def delete(self, search_id: str) -> None:
        """Keep a search no longer, with a way back."""
        found = [row.name for row in self.rows if row.id == str(search_id)]
        if await self._change(saved_searches.delete_search, str(search_id)):
            name = found[0] if found else "The search"
            await say(self, f"{name} is deleted.", undo="searches", ids=[str(search_id)])

    async def _change(self, service: Any, search_id: str, **more: Any) -> bool:
        actor = await actor_from_state(self)
        if actor is None:
            return False
        try:
            await in_thread(service, actor, search_id, **more)
        except IdeasmithError as error:
            await say(self, error.message, "failed")
            return False
        finally:
            await self.load()
        return True


UNDOS["searches"] = Undo(
    saved_searches.bring_some_back, "{} is kept again.", "{} searches are kept again.", SearchesState.load
)


def _rows(session: Session, actor: Actor) -> list[SearchRow]:
    return [row_of(one) for one in saved_searches.list_searches(session, actor)]


def row_of(one: SavedSearchView) -> SearchRow:
    """Return a saved search as the list shows it: it opens with the newest first."""
    address = urlencode(as_parameters(one.query) | {"tab": "new"})
    return SearchRow(one.id, one.name, f"/ideas?{address}", " · ".join(narrowing_words(one.query)), one.alert)


def narrowing_words(query: FeedQuery) -> list[str]:
    """Return what a search asks for, in the words that the feed's choices have."""
    least, most = query.least_price_cents, query.most_price_cents
    said = [
        f"“{query.words}”" if query.words else "",
        CATEGORY_NAMES.get(query.category, ""),
        *(f"#{tag}" for tag in query.tags),
        LANGUAGES.get(query.language, ""),
        "" if least is None else f"from {dollars(least)}",
        "" if most is None else f"up to {dollars(most)}",
        "" if query.built is None else BUILT["yes" if query.built else "no"],
    ]
    return [one for one in said if one]


def _save(session: Session, actor: Actor, name: str, address: dict[str, str], alert: bool) -> None:
    saved_searches.save_search(session, actor, name, read_query(address), alert=alert)


def save_this_search(tab: rx.Var[str]) -> rx.Component:
    """Return the form that keeps what the feed shows, for who is signed in; Mine is kept anyway."""
    state = SearchesState
    error = rx.el.p(state.error, role="alert", id="error-search-name", class_name="field-error")
    form = rx.el.form(
        rx.el.div(
            rx.el.label("Name", html_for="search-name"),
            rx.el.input(
                id="search-name", name="name", class_name="input", max_length=LONGEST_NAME, auto_complete="off",
                aria_invalid=state.error != "", aria_describedby="error-search-name",
            ),
            rx.cond(state.error != "", error),
            class_name="field",
        ),
        rx.el.label(
            rx.el.input(type="checkbox", name="alert", default_checked=True),
            "Tell me when something new fits",
            class_name="choice switch",
        ),
        rx.el.div(button("Save", kind="lined", type="submit"), class_name="row"),
        on_submit=state.save, no_validate=True, class_name="stack tight save-search",
    )  # fmt: skip
    offered = rx.el.details(
        rx.el.summary("Save this search"), form, class_name="data save-search-box",
        key=state.saved.to_string(),
    )  # fmt: skip
    return rx.cond(ShellState.signed_in & (tab != "mine"), offered)


def searches_section() -> rx.Component:
    """Return the list for the settings."""
    none = empty("search", "No saved searches", "Narrow the ideas by words, a category or a price, and save that.",
                 button_link("Go to the ideas", to="/ideas"))  # fmt: skip
    listed = rx.el.ul(rx.foreach(SearchesState.rows, _row), class_name="plain-list card flush")
    return rx.el.section(
        rx.el.h2("Saved searches"),
        rx.cond(SearchesState.rows.length() > 0, listed, none),
        class_name="stack tight", id="searches", aria_label="Saved searches",
    )  # fmt: skip


def _row(row: rx.Var[SearchRow]) -> rx.Component:
    named = rx.el.div(
        link(row.name, to=row.address), rx.el.p(row.narrows, class_name="muted small"), class_name="grow"
    )
    told = rx.el.label(
        rx.el.input(
            type="checkbox", checked=row.alert, on_change=lambda on: SearchesState.set_alert(row.id, on),
            aria_label=f"Tell me what fits {row.name}",
        ),
        "Tell me", class_name="choice switch",
    )  # fmt: skip
    actions = rx.el.div(
        told,
        button("Rename", kind="quiet", aria_label=f"Rename {row.name}", on_click=SearchesState.begin_renaming(row.id)),
        button("Delete", kind="quiet", aria_label=f"Delete {row.name}", on_click=SearchesState.delete(row.id)),
        class_name="row tight",
    )  # fmt: skip
    return rx.el.li(
        rx.cond(SearchesState.renaming == row.id, _rename(row), rx.fragment(named, actions)), key=row.id
    )


def _rename(row: rx.Var[SearchRow]) -> rx.Component:
    state = SearchesState
    error = rx.el.p(state.rename_error, role="alert", id="error-rename", class_name="field-error")
    return rx.el.form(
        rx.el.div(
            rx.el.label("Name", html_for="rename"),
            rx.el.input(
                id="rename", name="name", default_value=row.name, class_name="input", max_length=LONGEST_NAME,
                auto_focus=True, aria_invalid=state.rename_error != "", aria_describedby="error-rename",
            ),
            rx.cond(state.rename_error != "", error),
            class_name="field",
        ),
        button("Save", kind="lined", type="submit"),
        button("Keep the old name", kind="quiet", on_click=state.load),
        on_submit=state.rename, no_validate=True, class_name="row form-row grow",
    )  # fmt: skip
