"""What the lists share: read what the address asks for, look again, and do something with chosen rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from app.components.empty import failed
from app.components.filters import load_more, newest
from app.components.place import place
from app.components.selection import Offer, list_actions, row_menu, select_box
from app.components.skeleton import rows as skeleton
from app.components.table import table
from app.components.toast import say, tell
from app.session import actor_from_state, for_visitor, in_thread
from models.errors import IdeasmithError
from models.ids import new_id
from models.paging import Page
from services import catalog
from services.accounts import Actor
from services.bulk import BulkResult

STEP, MOST = 25, 200
ANY_TEMPLATE = {"value": "", "words": "All templates"}


@dataclass(frozen=True, slots=True)
class Action:
    """What may be done with rows: how it is offered, the service that does it, and what is said after it."""

    offer: Offer
    service: Callable[..., BulkResult]
    one: str
    many: str
    undo: str = ""


class ListState(rx.State, mixin=True):
    """One list. A screen says where it is, how it is read (`_read`) and what may be done with rows (`_actions`)."""

    loaded: bool = False
    problem: str = ""
    reference: str = ""
    cursor: str = ""
    query: str = ""
    template: str = ""
    templates: list[dict[str, str]] = [ANY_TEMPLATE]
    _wanted: int = STEP
    _after: str = ""

    @rx.event
    async def load(self) -> rx.event.EventSpec | None:
        """Read the choices out of the address, and the rows that fit."""
        chosen = self.router.url.query_parameters
        self.query, self.template = chosen.get("q", "")[:100], chosen.get("template", "")[:60]
        self._after = chosen.get("after", "")[:300]
        self._wanted = rows_wanted(chosen)
        self._choose(chosen)
        return await self._show()

    @rx.event
    async def refresh(self) -> rx.event.EventSpec | None:
        """Read again what is shown."""
        return await self._show()

    @rx.event
    async def act(self, name: str, ids: list[str]) -> rx.event.EventSpec | None:
        """Do something with rows. The service refuses what the person may not do."""
        actor, action = await actor_from_state(self), self._actions().get(str(name))
        if actor is None or action is None or not isinstance(ids, list):
            return None
        try:
            await tell(
                self, await in_thread(action.service, actor, ids), action.one, action.many, undo=action.undo
            )
        except IdeasmithError as error:
            await say(self, error.message, "failed")
        return await self._show()

    async def _show(self) -> rx.event.EventSpec | None:
        try:
            found = await for_visitor(self, self._find, len(self.templates) == 1)
            if found is None:
                return rx.redirect(f"/sign-in?next={self._path()}")
            page, choices = found
            self.templates = [*self.templates, *choices] if choices else self.templates
            self.cursor, self.problem = page.next_cursor or "", ""
            self._take(page.items)
        except IdeasmithError as error:
            self.problem, self.reference = error.message, new_id("err")
        self.loaded = True
        return None

    def _find(
        self, session: Session, actor: Actor | None, with_choices: bool
    ) -> tuple[Page[Any], list[dict[str, str]]] | None:
        """Return the rows and, where they are wanted, the templates to filter by; None for a visitor."""
        if actor is None:
            return None
        return self._read(session, actor, self._wanted), template_choices(session) if with_choices else []

    def _choose(self, chosen: Mapping[str, str]) -> None:
        """Take the filters that only this list has."""

    def _path(self) -> str:
        raise AssertionError("each list says where it is")

    def _actions(self) -> Mapping[str, Action]:
        raise AssertionError("each list says what may be done")

    def _read(self, session: Session, actor: Actor, limit: int) -> Page[Any]:
        raise AssertionError("each list says how it is read")

    def _take(self, items: Sequence[Any]) -> None:
        raise AssertionError("each list keeps its own rows")


def rows_wanted(chosen: Mapping[str, str]) -> int:
    """Return how many rows the address asks for."""
    rows = chosen.get("rows", "")
    return max(STEP, min(MOST, int(rows))) if rows.isdecimal() and len(rows) < 5 else STEP


def template_choices(session: Session) -> list[dict[str, str]]:
    """Return the templates to filter by."""
    return [{"value": slug, "words": name} for slug, name in catalog.template_names(session)]


def list_body(
    state: Any, name: str, headers: list[str], row: Callable[[Any], list[rx.Component]], none: rx.Component,
    *, noun: tuple[str, str], actions: Mapping[str, Action], extra: rx.Component, right: tuple[int, ...],
) -> rx.Component:  # fmt: skip
    """Return a list as it is now: waiting, empty, failed, or its rows with what may be done with them."""
    offers = [action.offer for action in actions.values()]

    def line(one: Any) -> rx.Component:
        box = rx.el.td(select_box(one.pick), class_name="pick")
        return rx.el.tr(
            box, *row(one), rx.el.td(row_menu(one.pick, offers), class_name="dots"), key=one.pick.id
        )

    filled = rx.fragment(
        newest(),
        list_actions(extra, noun=noun, rows=state.rows, offers=offers, on_act=state.act),
        table(name, headers, rx.foreach(state.rows, line), right=right, choose=True),
        load_more(state.rows.length(), state.cursor, step=STEP, most=MOST, on_choose=state.load),
    )
    trouble = failed(f"The {noun[1]} could not be read", state.problem, state.refresh, state.reference)
    content = rx.cond(state.rows.length() > 0, filled, none)
    return rx.fragment(
        rx.cond(state.problem != "", trouble, rx.cond(state.loaded, content, skeleton())),
        place(ready=state.loaded),
    )
