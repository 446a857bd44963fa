"""A calm line when the template moved on, and what would change: looked at first, then decided."""

from dataclasses import replace
from typing import Any

import reflex as rx
from sqlmodel import Session

from app.components.button import button
from app.components.field import Changes, FieldGroup, schema_form
from app.components.icons import icon
from app.components.toast import say
from app.pages.deployment_upgrade_options import offered
from app.pages.deployment_upgrade_rows import ChangeRow, ConflictRow, DiffLine, Look, look_of, title_of
from app.session import actor_from_state, for_visitor, in_pool, in_thread
from models.errors import IdeasmithError
from services.accounts import Actor
from services.upgrades import order
from services.upgrades.merging import SIDES
from services.upgrades.preview import Preview, Target, find_target, preview

WHILE_TYPING_MS = 600
Choices = tuple[tuple[str, str], ...]
CHOICES = (("ours", "Keep mine"), ("theirs", "Take the template's"))
CHOICES_FOR_DELETED = (("ours", "Keep it deleted"), ("theirs", "Take the template's"))


class UpgradeState(rx.State):
    """What is newer than the deployment in the address, and what was decided about it."""

    title: str = ""
    versions: str = ""
    open: bool = False
    busy: bool = False
    look: Look = Look()
    groups: list[FieldGroup] = []
    _take: dict[str, str] = {}
    _typed: dict[str, Any] = {}
    _options: dict[str, Any] = {}
    _round: int = 0
    _seen: tuple[str, str] = ("", "")  # the commit and the version that were looked at

    @rx.event
    async def load(self) -> None:
        """See whether there is something newer."""
        self.title, self.open, self.busy, self._take = "", False, False, {}
        try:
            target = await for_visitor(self, find_newer, self._deployment())
        except IdeasmithError:
            return  # nothing was released yet, or the page itself says what is wrong
        if target is not None:
            self.title = title_of(target)
            self.versions = f"{target.origin.version.version} → {target.version.version}"

    @rx.event
    async def show(self) -> None:
        """Look at what it would change."""
        self._take, self._typed, self._round = {}, {}, self._round + 1
        self.open = await self._look()

    @rx.event
    async def hide(self) -> None:
        """Leave it for another time."""
        self.open = False

    @rx.event
    async def take(self, path: str, side: str) -> None:
        """Decide about one file in conflict."""
        if str(side) in SIDES and any(one.path == path for one in (*self.look.conflicts, *self.look.stays)):
            self._take = {**self._take, str(path): str(side)}
            await self._look()

    @rx.event
    async def change(self, name: str, value: str) -> None:
        """Take one change of the options, and see what it makes of the upgrade."""
        await self._look((str(name), str(value)))

    @rx.event
    async def upgrade(self) -> rx.event.EventSpec | None:
        """Start it, and go where it is watched."""
        actor = await actor_from_state(self)
        if actor is None:
            return None
        try:
            head, version = self._seen
            made = await in_thread(
                order.upgrade, actor, self._deployment(),
                take=self._take, head=head, options=self._options, to_version=version,
            )  # fmt: skip
            return rx.redirect(f"/executions/{made.id}")
        except IdeasmithError as error:
            await say(self, error.message, "failed")
        return None

    async def _look(self, change: tuple[str, str] | None = None) -> bool:
        actor = await actor_from_state(self)
        if actor is None:
            return False
        try:
            target = await in_thread(read_target, actor, self._deployment())
            found = offered(target, self._typed, change)
            self._typed, self.groups = found.form.typed, found.form.groups(self._round)
            if found.refusal:  # what was seen stays, until the form is right again
                self.look = replace(self.look, refusal=found.refusal)
                return self.open or change is None
            seen: Preview = await in_pool(preview, target, self._take, found.options)
        except IdeasmithError as error:
            await say(self, error.message, "failed")
            return False
        self.look, self._options = look_of(seen, found.labels), found.options
        self._seen = (seen.head, seen.to_version)
        return True

    def _deployment(self) -> str:
        return self.router.url.path.strip("/").partition("/")[2]


def read_target(session: Session, actor: Actor, deployment_id: str) -> Target:
    """Return where an upgrade would lead, to be used when the transaction is over."""
    target = find_target(session, actor, deployment_id)
    session.expunge_all()
    return target


def find_newer(session: Session, actor: Actor | None, deployment_id: str) -> Target | None:
    """Return where an upgrade would lead; None for a visitor, and when there is nothing newer."""
    target = read_target(session, actor, deployment_id) if actor else None
    return None if target is None or target.up_to_date else target


def upgrade_strip() -> rx.Component:
    """Return the line, and below it what would change; nothing while there is nothing newer."""
    state = UpgradeState
    see = button("See what changes", on_click=state.show, aria_expanded=state.open, kind="quiet")
    away = button("Hide", on_click=state.hide, aria_expanded=state.open, kind="quiet")
    line = rx.el.div(
        icon("templates"),
        rx.el.div(
            rx.el.strong(state.title),
            rx.el.p("Your edits and your data stay; it is tried on a copy first."),
            rx.cond(state.open, away, see),
        ),
        class_name="notice info asks",
    )
    return rx.cond(state.title != "", rx.fragment(line, rx.cond(state.open, _preview())))


def _preview() -> rx.Component:
    look = UpgradeState.look
    changelog = rx.cond(
        look.changelog != "",
        rx.el.details(
            rx.el.summary("What the template says"),
            rx.el.pre(look.changelog, class_name="wrapped"),
            open=True,
        ),
    )
    kept = rx.cond(
        look.kept.length() > 0,
        rx.el.details(
            rx.el.summary("Edited by you, kept"),
            rx.el.ul(rx.foreach(look.kept, lambda path: rx.el.li(rx.el.code(path)))),
        ),
    )
    refusal = rx.cond(
        look.refusal != "", rx.el.p(icon("alert"), look.refusal, class_name="field-error", role="status")
    )
    act = button(icon("executions"), "Upgrade", on_click=UpgradeState.upgrade, disabled=look.refusal != "")
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Upgrade ", UpgradeState.versions, class_name="card-title"), act, class_name="row apart"
        ),
        rx.el.p(look.words),
        refusal,
        rx.foreach(look.conflicts, lambda one: _conflict(one)),
        _stays(),
        changelog,
        _options(),
        kept,
        rx.el.div(rx.foreach(look.changes, _change), class_name="stack"),
        class_name="card stack upgrade", aria_label="Upgrade",
    )  # fmt: skip


def _options() -> rx.Component:
    look, state = UpgradeState.look, UpgradeState
    changes = Changes(typed=state.change.debounce(WHILE_TYPING_MS), chosen=state.change)
    line = rx.foreach(look.options, lambda text: rx.el.li(text))
    return rx.fragment(
        rx.cond(look.options.length() > 0, rx.el.ul(line, class_name="options-told", aria_label="Options")),
        rx.el.details(
            rx.el.summary("Options"),
            rx.el.p(
                "What you change here goes along, and the files below show what it does.", class_name="hint"
            ),
            rx.el.form(schema_form(state.groups, changes), class_name="form", no_validate=True),
            class_name="options",
            open=look.asks,
        ),
    )


def _stays() -> rx.Component:
    stays = UpgradeState.look.stays
    return rx.cond(
        stays.length() > 0,
        rx.el.details(
            rx.el.summary("Deleted by you, stays deleted"),
            rx.el.div(rx.foreach(stays, lambda one: _conflict(one, CHOICES_FOR_DELETED)), class_name="stack"),
        ),
    )


def _conflict(one: rx.Var[ConflictRow], choices: Choices = CHOICES) -> rx.Component:
    def choice(side: str, words: str) -> rx.Component:
        radio = rx.el.input(
            type="radio", name=f"take-{one.path}", value=side, default_checked=one.take == side,
            on_change=UpgradeState.take(one.path, side),
        )  # fmt: skip
        return rx.el.label(radio, words, class_name="choice")

    return rx.el.fieldset(
        rx.el.legend(rx.el.code(one.path)),
        rx.el.p(one.words, class_name="hint"),
        rx.el.div(*[choice(side, words) for side, words in choices], class_name="choices"),
        class_name="field",
        key=one.path,
    )


def _change(one: rx.Var[ChangeRow]) -> rx.Component:
    def line(text: rx.Var[DiffLine]) -> rx.Component:
        return rx.el.span(text.text, "\n", class_name=text.look)

    return rx.el.details(
        rx.el.summary(
            rx.el.span(one.path, class_name="mono"), rx.el.span(one.kind, class_name="tag"),
            rx.el.span(one.figures, class_name="number"),
        ),
        rx.cond(one.note != "", rx.el.p(one.note, class_name="hint")),
        rx.cond(
            one.lines.length() > 0,
            rx.el.pre(rx.foreach(one.lines, line), tab_index=0, role="region", aria_label=f"Changes in {one.path}"),
        ),
        class_name="diff card",
        key=one.path,
    )  # fmt: skip
