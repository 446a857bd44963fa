"""The frame of every page: skip link, rail or top bar, toasts, keys. What stands in the rail exists."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from app.components.button import button, opener
from app.components.empty import notice
from app.components.icons import icon, mark
from app.components.links import anchor, link
from app.components.moments import time_zone
from app.components.native_form import native_form
from app.components.shortcuts import shortcuts
from app.components.team_switch import team_switch
from app.components.theme import theme_button
from app.components.toast import say, toasts, trouble
from app.session import actor_from_state, in_thread
from models.errors import IdeasmithError
from models.settings import settings
from services import credentials, profile, rate_limits, sandbox, teams
from services.accounts import Actor
from services.sandbox.base import Probe

RAIL = (
    ("Templates", "/templates", "templates"),
    ("Executions", "/executions", "executions"),
    ("Deployments", "/deployments", "deployments"),
)


@dataclass
class TeamChoice:
    """One of the visitor's teams, in the switcher."""

    id: str
    name: str
    chosen: bool


class ShellState(rx.State):
    """What the frame knows: who looks, and in which box foreign code runs."""

    loaded: bool = False
    name: str = ""
    email: str = ""
    tier: str = ""
    tier_fix: str = ""
    after: str = ""
    is_operator: bool = False
    sends_mail: bool = False
    unverified: bool = False
    picture: str = ""
    time_zone: str = ""
    team: str = ""
    teams: list[TeamChoice] = []
    # Until the next visit: a new tab begins anew.
    hidden: bool = False

    @rx.var
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return bool(self.email)

    @rx.event
    async def load(self) -> None:
        """Read the visitor and the sandbox's tier."""
        actor = await actor_from_state(self)
        probe, who, choices = await in_thread(_look, actor)
        self.name, self.email = (actor.name or actor.email, actor.email) if actor else ("", "")
        self.is_operator, self.unverified = (
            (actor.is_operator, not actor.email_verified) if actor else (False, False)
        )
        self.picture, self.time_zone = (who.picture, who.time_zone) if who else ("", "")
        self.teams = choices
        self.team = next((one.name for one in choices if one.chosen), "")
        self.sends_mail = bool(settings().smtp_host)
        self.tier, self.tier_fix = probe.tier.value, probe.fix
        # Going from one form to the other must not forget where the visitor wanted to go.
        wish = self.router.url.query_parameters.get("next", "")
        self.after = "?" + urlencode({"next": wish}) if wish else ""
        self.loaded = True

    @rx.event
    async def choose_theme(self, theme: str) -> None:
        """Keep the theme that was chosen here for all browsers of this account; a visitor's stays in the cookie."""
        actor = await actor_from_state(self)
        if actor is not None:
            await in_thread(profile.set_theme, actor, str(theme))

    @rx.event
    async def send_verification(self) -> None:
        """Mail the link that confirms the visitor's address once more."""
        actor = await actor_from_state(self)
        if actor is None:
            return
        try:
            await in_thread(_send_verification, actor)
            await say(self, f"A link is on its way to {actor.email}.")
        except IdeasmithError as error:
            await say(self, error.message, "failed")

    @rx.event
    async def hide_notice(self) -> None:
        """Hide what asks to confirm the address, until the next visit."""
        self.hidden = True


def _send_verification(session: Any, actor: Actor) -> None:
    rate_limits.use_form("verify_mail", actor.user_id, mailed=actor.email)
    credentials.send_verification(session, actor)


def _look(session: Any, actor: Actor | None) -> tuple[Probe, profile.Profile | None, list[TeamChoice]]:
    if actor is None:
        return sandbox.probe(), None, []
    choices = [TeamChoice(one.id, one.name, one.chosen) for one in teams.list_teams(session, actor)]
    return sandbox.probe(), profile.get_profile(session, actor), choices


def shell(*content: Any, here: str = "") -> rx.Component:
    """Return a page in the frame. `here` is the rail's current address."""
    return rx.fragment(
        _skip(),
        rx.el.div(
            rx.el.header(_rail(here), class_name="rail"),
            rx.el.div(
                _topbar(here),
                rx.el.main(trouble(), _unverified(), *content, id="content", class_name="page", tab_index=-1),
                class_name="main",
            ),
            class_name="shell",
        ),
        time_zone(zone=ShellState.time_zone),
        toasts(),
        shortcuts(),
    )


def front(*content: Any) -> rx.Component:
    """Return a page without the rail: landing, sign in, errors."""
    return rx.fragment(
        _skip(),
        rx.el.div(
            rx.el.header(brand(), rx.el.nav(*_front_links(), aria_label="Main"), class_name="front-head"),
            rx.el.main(trouble(), *content, id="content", class_name="front-main", tab_index=-1),
            rx.el.footer(_footer(), class_name="front-foot"),
            class_name="front",
        ),
        toasts(),
        shortcuts(),
    )


def breadcrumbs(*crumbs: tuple[Any, str]) -> rx.Component:
    """Return the way here. The last one is this page."""
    parts: list[rx.Component] = []
    for text, to in crumbs:
        parts.append(link(text, to=to) if to else rx.el.span(text, aria_current="page", class_name="clip"))
        parts.append(rx.el.span("/", aria_hidden="true"))
    return rx.el.nav(*parts[:-1], class_name="crumbs", aria_label="Breadcrumbs")


def page_head(title: Any, text: Any = "", *actions: rx.Component) -> rx.Component:
    """Return the one h1 of a page, a sentence, and what can be done."""
    words = rx.el.div(rx.el.h1(title), rx.el.p(text) if isinstance(text, rx.Var) or text else rx.fragment())
    return rx.el.div(
        words,
        rx.el.div(*actions, class_name="row tight") if actions else rx.fragment(),
        class_name="page-head",
    )


def brand() -> rx.Component:
    """Return mark and name; they lead home."""
    return link(mark(), "Ideasmith", to="/", class_name="brand")


def tier_notice() -> rx.Component:
    """Return the warning about a sandbox that is not whole, with the command that lifts it."""
    limited = (ShellState.tier == "weak") | (ShellState.tier == "none")
    weak = "Only Ideasmith's own templates run here, in a weaker sandbox. This makes it whole:"
    none = "Nothing can be built here until there is a sandbox. This brings it:"
    return rx.cond(
        limited,
        notice(
            "shield",
            rx.cond(ShellState.tier == "none", "No sandbox on this machine", "Weak sandbox on this machine"),
            rx.cond(ShellState.tier == "none", none, weak),
            rx.cond(ShellState.tier_fix != "", rx.el.code(ShellState.tier_fix)),
        ),
    )


def _unverified() -> rx.Component:
    """Return what asks to confirm the address: nothing is locked until then, so it can be put away."""
    where = rx.cond(
        ShellState.sends_mail,
        "Open the link in the mail that was sent to you. Without it a lost password cannot be replaced.",
        rx.cond(
            ShellState.is_operator,
            rx.fragment(
                "No mail server is set, so the link is kept in the ", link("outbox", to="/outbox"), "."
            ),
            "This installation sends no mail yet. Its operator finds the link in the outbox.",
        ),
    )
    actions = rx.el.div(
        button("Send again", kind="quiet", on_click=ShellState.send_verification),
        button("Not now", kind="quiet", on_click=ShellState.hide_notice),
        class_name="row tight",
    )
    asks = ShellState.unverified & ~ShellState.hidden  # type: ignore[operator]
    return rx.cond(
        asks, notice("clock", "Confirm your e-mail address", rx.el.p(where), actions, kind="info asks")
    )


def _skip() -> rx.Component:
    return anchor("Skip to content", href="#content", class_name="skip")


def _rail(here: str) -> rx.Component:
    links = [_rail_link(words, to, symbol, here) for words, to, symbol in RAIL]
    return rx.fragment(
        brand(), rx.el.nav(*links, class_name="rail-links", aria_label="Main"), _rail_foot(here)
    )


def _rail_link(words: str, to: str, symbol: str, here: str) -> rx.Component:
    current = {"aria_current": "page"} if to == here else {}
    return link(icon(symbol), words, to=to, class_name="rail-link", **current)


def _rail_foot(here: str) -> rx.Component:
    keys = rx.el.button(
        icon("keys"), "Keys", type="button", class_name="rail-link",
        custom_attrs={"commandfor": "keys", "command": "show-modal"},
    )  # fmt: skip
    return rx.el.div(
        _theme_button(),
        keys,
        rx.cond(ShellState.signed_in, _account(here), _visitor()),
        class_name="rail-foot",
    )


def _theme_button() -> rx.Component:
    return theme_button(icon("theme"), "Theme", class_name="rail-link", on_chosen=ShellState.choose_theme)


def _account(here: str) -> rx.Component:
    leave = rx.el.button(icon("leave"), "Sign out", type="submit", class_name="rail-link")
    return rx.fragment(
        _rail_link("Settings", "/settings", "settings", here),
        native_form(leave, action="/auth/sign-out", method="post"),
        team_switch(ShellState.team, ShellState.teams),
        rx.el.div(
            rx.cond(ShellState.picture != "", rx.el.img(src=ShellState.picture, alt="", class_name="avatar")),
            rx.el.div(
                rx.el.div(ShellState.name, class_name="clip"),
                rx.cond(
                    ShellState.name != ShellState.email,
                    rx.el.div(ShellState.email, class_name="clip muted small"),
                ),
                class_name="grow",
            ),
            class_name="rail-account",
        ),
    )


def _visitor() -> rx.Component:
    return rx.fragment(
        anchor(icon("enter"), "Sign in", href="/sign-in", class_name="rail-link"),
        anchor("Sign up", href="/sign-up", class_name="button lined wide"),
    )


def _topbar(here: str) -> rx.Component:
    drawer = rx.el.dialog(
        rx.el.div(_rail(here), class_name="rail"), id="drawer", class_name="drawer", aria_label="Menu",
        custom_attrs={"closedby": "any"},
    )  # fmt: skip
    menu = opener(icon("menu"), dialog="drawer", kind="quiet square", aria_label="Menu")
    return rx.el.header(menu, brand(), drawer, class_name="topbar")


def _front_links() -> list[rx.Component]:
    theme = theme_button(
        icon("theme"), class_name="button quiet square", aria_label="Theme", on_chosen=ShellState.choose_theme
    )
    visitor = rx.fragment(
        anchor("Sign in", href="/sign-in", class_name="button quiet"),
        anchor("Sign up", href="/sign-up", class_name="button lined"),
    )
    account = link("Executions", to="/executions", class_name="button lined")
    templates = link("Templates", to="/templates", class_name="button quiet spare")
    return [templates, theme, rx.cond(ShellState.signed_in, account, visitor)]


def _footer() -> rx.Component:
    return rx.el.div(
        rx.el.span("Ideasmith runs on this machine. Nothing you make leaves it."),
        rx.el.nav(
            anchor("API", href="/api/docs"), " · ", link("Templates", to="/templates"), aria_label="Footer"
        ),
    )  # fmt: skip
