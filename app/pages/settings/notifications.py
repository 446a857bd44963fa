"""How somebody is told: each kind, the searches that they keep, and the authors whom they follow."""

from dataclasses import dataclass
from typing import Any

import reflex as rx
from sqlmodel import Session

from app.components.button import button, button_link
from app.components.empty import empty, failed
from app.components.links import link
from app.components.skeleton import bones
from app.components.toast import say
from app.pages.idea_searches import SearchesState, searches_section
from app.pages.settings.frame import section
from app.session import actor_from_state, for_visitor, in_thread
from app.shell import ShellState
from models.errors import IdeasmithError
from models.notifications import Ways
from services import follows, notifications
from services.accounts import Actor

PATH = "/settings/notifications"
SIGN_IN = f"/sign-in?next={PATH}"
WAYS = ((Ways.OFF, "Off"), (Ways.PAGE, "On the page"), (Ways.MAIL, "On the page and by mail"))
# Whoever follows more finds the rest on the authors' own pages.
MOST_SHOWN = 100


@dataclass
class KindRow:
    """One kind, and how it is told."""

    kind: str
    words: str
    ways: str


@dataclass
class FollowedRow:
    """One author who is followed."""

    id: str
    name: str
    picture: str
    address: str


@dataclass(frozen=True)
class Read:
    """What the section shows."""

    kinds: list[KindRow]
    followed: list[FollowedRow]


class NotifyState(rx.State):
    """How one person is told."""

    loaded: bool = False
    problem: str = ""
    kinds: list[KindRow] = []
    followed: list[FollowedRow] = []

    @rx.event
    async def load(self) -> Any:
        """Read what is chosen."""
        try:
            found = await for_visitor(self, _read)
            if found is None:
                return rx.redirect(SIGN_IN)
            self.kinds, self.followed, self.problem = found.kinds, found.followed, ""
        except IdeasmithError as error:
            self.problem = error.message
        self.loaded = True
        return SearchesState.load

    @rx.event
    async def choose(self, kind: str, ways: str) -> None:
        """Choose how a kind is told."""
        actor = await actor_from_state(self)
        if actor is None:
            return
        try:
            chosen = await in_thread(notifications.set_ways, actor, str(kind), str(ways))
        except IdeasmithError as error:
            await say(self, error.message, "failed")
            return
        self.kinds = [KindRow(one.kind, one.words, one.ways) for one in chosen]

    @rx.event
    async def leave(self, author_id: str) -> None:
        """Follow an author no longer."""
        actor = await actor_from_state(self)
        if actor is None:
            return
        try:
            await in_thread(follows.set_follow, actor, str(author_id), followed=False)
        except IdeasmithError as error:
            await say(self, error.message, "failed")
        self.followed = [row for row in self.followed if row.id != str(author_id)]


def _read(session: Session, actor: Actor | None) -> Read | None:
    if actor is None:
        return None
    kinds = [KindRow(one.kind, one.words, one.ways) for one in notifications.list_settings(session, actor)]
    followed = follows.list_following(session, actor, limit=MOST_SHOWN).items
    return Read(
        kinds,
        [FollowedRow(one.author_id, one.name, one.picture, f"/authors/{one.author_id}") for one in followed],
    )


@rx.page(route="/settings/notifications", title="Notifications · Settings · Ideasmith", image="/og.png",
         description="What you are told of, and how.",
         on_load=[NotifyState.load, ShellState.load_if_old])  # fmt: skip
def notification_settings() -> rx.Component:
    """Return the section."""
    trouble = failed("What you chose could not be read", NotifyState.problem, NotifyState.load)
    read = rx.fragment(_kinds(), searches_section(), _following())
    state = rx.cond(NotifyState.problem != "", trouble, read)
    return section(PATH, rx.cond(NotifyState.loaded, state, bones("title", "rows")))


def _kinds() -> rx.Component:
    mail = rx.cond(
        ShellState.unverified,
        rx.el.p("Mails begin once your address is confirmed.", class_name="muted"),
        rx.el.p(
            "Mails come together: one for all that happened, at most every half hour.", class_name="muted"
        ),
    )
    return rx.el.section(
        rx.el.h2("What you are told of"),
        mail,
        rx.el.ul(rx.foreach(NotifyState.kinds, _kind), class_name="plain-list card flush"),
        class_name="stack tight", aria_label="What you are told of",
    )  # fmt: skip


def _kind(row: rx.Var[KindRow]) -> rx.Component:
    options = [rx.el.option(words, value=ways.value) for ways, words in WAYS]
    name = f"ways-{row.kind}"
    return rx.el.li(
        rx.el.label(row.words, html_for=name, class_name="grow"),
        rx.el.select(
            *options, id=name, value=row.ways, class_name="input select-narrow",
            on_change=lambda ways: NotifyState.choose(row.kind, ways),
        ),
        key=row.kind,
    )  # fmt: skip


def _following() -> rx.Component:
    none = empty("bell", "You follow nobody", "Follow an author on their page, and hear when they publish.",
                 button_link("Go to the ideas", to="/ideas"))  # fmt: skip
    listed = rx.el.ul(rx.foreach(NotifyState.followed, _followed), class_name="plain-list card flush")
    return rx.el.section(
        rx.el.h2("Authors you follow"),
        rx.cond(NotifyState.followed.length() > 0, listed, none),
        class_name="stack tight", aria_label="Authors you follow",
    )  # fmt: skip


def _followed(row: rx.Var[FollowedRow]) -> rx.Component:
    return rx.el.li(
        rx.el.img(src=row.picture, alt="", class_name="avatar"),
        link(row.name, to=row.address, class_name="grow"),
        button("Unfollow", kind="quiet", aria_label=f"Unfollow {row.name}", on_click=NotifyState.leave(row.id)),
        key=row.id,
    )  # fmt: skip
