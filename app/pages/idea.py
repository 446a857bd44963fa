"""One idea: what everybody reads of it, what it costs and gives, and for who may read it all of it."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from sqlmodel import Session

from app.components.address import at_address, known_head
from app.components.bought import bought
from app.components.button import button, button_link, opener
from app.components.copying import copy_button, copybox
from app.components.dialog import confirm
from app.components.empty import empty, failed, notice
from app.components.evidence import evidence
from app.components.icons import icon
from app.components.idea_rows import tag_link
from app.components.links import anchor, link
from app.components.looked import looked
from app.components.moments import ago
from app.components.native_form import server_slot
from app.components.report import report_button
from app.components.skeleton import bone, bones
from app.components.toast import say
from app.components.vote import vote_button
from app.components.why import why_here
from app.ideas.look import Look, Section, Version, open_idea
from app.pages.idea_lineage import lineage
from app.pages.idea_reviews import ReviewsState
from app.pages.idea_talk import TalkState, talk
from app.session import actor_from_state, for_visitor, in_thread
from app.shell import ShellState, breadcrumbs, shell
from models.errors import IdeasmithError, NotFound
from models.ids import new_id
from services import idea_templates, ideas, operators, purchases
from services.accounts import Actor


class IdeaState(rx.State):
    """What the page of one idea shows. What the idea sells never passes through here."""

    shown: str = ""
    missing: bool = False
    problem: str = ""
    reference: str = ""
    title: str = "Idea · Ideasmith"
    look: Look = Look()
    give_error: str = ""
    # Raised when the form did its work, so that it is drawn anew and empty.
    gave: int = 0

    @rx.event
    async def load(self) -> None:
        """Read the idea in the address."""
        path = self.router.url.path.rstrip("/")
        self.missing, self.problem, self.give_error = False, "", ""
        try:
            self.look = await for_visitor(self, open_idea, path.rpartition("/")[2])
            self.title = f"{self.look.title} · Ideasmith"
        except NotFound:
            self.missing, self.look = True, Look()
        except IdeasmithError as error:
            self.problem, self.reference, self.look = error.message, new_id("err"), Look()
        self.shown = path

    @rx.event
    async def unpublish(self) -> None:
        """Take the idea out of every list."""
        await self._move(ideas.unpublish, "It is out of every list. Whoever bought it still reads it.")

    @rx.event
    async def publish_again(self) -> None:
        """Put it back."""
        await self._move(ideas.publish_again, "It is published again.")

    @rx.event
    async def give(self, form: dict[str, Any]) -> None:
        """Give the idea to somebody, for the operator."""
        email = str(form.get("email", "")).strip()
        try:
            actor = await actor_from_state(self)
            if actor is None:
                return
            await in_thread(_give, actor, email, self.look.id)
        except IdeasmithError as error:
            self.give_error = error.message
            return
        self.give_error, self.gave = "", self.gave + 1
        await say(self, f"{email} can read it now.")

    @rx.event
    async def withdraw_template(self) -> None:
        """Take back what was made of the idea."""
        await self._move(idea_templates.withdraw_template, "It is withdrawn. What was built from it stays.")

    async def _move(self, service: Callable[..., Any], done: str) -> None:
        actor = await actor_from_state(self)
        if actor is None:
            return
        try:
            await in_thread(service, actor, self.look.id)
            await say(self, done)
        except IdeasmithError as error:
            await say(self, error.message, "failed")
        await self.load()


def _give(session: Session, actor: Actor, email: str, idea_id: str) -> None:
    purchases.grant(session, actor, operators.find_account(session, actor, email), idea_id)


@rx.page(route="/ideas/[id]", title="Idea · Ideasmith", image="/og.png",
         description="An idea for an application: the problem, for whom, and what its author sells.",
         on_load=[IdeaState.load, ShellState.load_if_old, ReviewsState.load, TalkState.load])  # fmt: skip
def idea_page() -> rx.Component:
    """Return the page."""
    trouble = failed("The idea could not be read", IdeaState.problem, IdeaState.load, IdeaState.reference)
    known = rx.cond(IdeaState.problem != "", rx.fragment(_plain_head(), trouble), _idea(IdeaState.look))
    state = rx.cond(IdeaState.missing, _missing(), known)
    return shell(
        rx.el.title(IdeaState.title),
        at_address(IdeaState.shown, state, rx.fragment(server_slot("idea"), _waiting())),
        here="/ideas",
    )


def _idea(look: rx.Var[Look]) -> rx.Component:
    body = rx.el.div(
        _text("Problem", rx.html(look.problem, class_name="readme")),
        _text("For whom", rx.el.p(look.audience)),
        rx.cond(look.owns, bought(idea=look.id, version=look.version), _opening(look)),
        evidence(look.evidence),
        lineage(look, on_withdraw=IdeaState.withdraw_template),
        _history(look),
        talk(look.id),
        class_name="stack loose",
    )
    return rx.fragment(
        looked(idea=look.id, ticket=look.ticket),
        breadcrumbs(("Ideas", "/ideas"), (look.title, "")),
        rx.cond(look.mine, _moderated(look)),
        _head(look),
        rx.el.div(
            body, rx.el.aside(_price_box(look), class_name="price-side"), class_name="split idea-split"
        ),
    )


def _head(look: rx.Var[Look]) -> rx.Component:
    facts = rx.el.div(
        link(look.author, to=look.author_address),
        rx.cond(look.published_at != "", rx.el.span(ago(at=look.published_at), class_name="muted small")),
        rx.cond(look.state_word != "", rx.el.span(look.state_word, class_name="tag")),
        rx.cond(look.built, rx.el.span(icon("check"), "Built", class_name="fact")),
        rx.cond(look.language != "", rx.el.span(look.language, class_name="tag")),
        rx.foreach(look.tags, tag_link),
        why_here(look.id, look.title),
        class_name="row tight",
    )
    vote = vote_button(idea=look.id, title=look.title, count=look.votes, voted=look.voted, mine=look.mine)
    words = rx.el.div(rx.el.h1(look.title), rx.el.p(look.promise, class_name="lead"), facts)
    return rx.el.div(
        vote,
        words,
        rx.cond(look.mine, _authors_actions(look)),
        class_name="page-head idea-head",
        custom_attrs={"data-voting": ""},
    )


def _authors_actions(look: rx.Var[Look]) -> rx.Component:
    edit = anchor(icon("edit"), "Edit", href=f"/ideas/{look.id}/edit", class_name="button lined")
    receipt = anchor(
        icon("shield"),
        "Receipt",
        href=f"/api/v1/ideas/{look.id}/receipt",
        class_name="button lined",
        download=True,
    )
    out = rx.fragment(
        opener("Unpublish", dialog="unpublish", kind="quiet"),
        confirm(
            "unpublish",
            title=f"Unpublish {look.title}?",
            text="It leaves every list. Whoever bought it still reads it, and you can publish it again.",
            keep="Keep it published",
            act="Unpublish",
            on_confirm=IdeaState.unpublish,
        ),
    )  # fmt: skip
    back = button("Publish again", on_click=IdeaState.publish_again)
    state = rx.match(look.state, ("published", out), ("unpublished", back), rx.fragment())
    return rx.el.div(edit, receipt, state, class_name="row tight")


def _moderated(look: rx.Var[Look]) -> rx.Component:
    """Return what its author is told while a moderator has a hand on it."""
    held = notice(
        "clock", "A moderator looks at it first", rx.el.p("Nobody else sees it until then. You hear by mail."),
        kind="info",
    )  # fmt: skip
    why = anchor("Your cases say why, and how to appeal.", href="/settings/cases")
    hidden = notice("alert", "A moderator has hidden it", rx.el.p("Whoever bought it still reads it. ", why))
    return rx.match(look.state, ("held", held), ("hidden", hidden), rx.fragment())


def _text(heading: str, *content: rx.Component) -> rx.Component:
    return rx.el.section(rx.el.h2(heading), *content, class_name="stack tight")


def _opening(look: rx.Var[Look]) -> rx.Component:
    begun = _text("How it begins", rx.el.div(rx.el.p(look.opening, " …"), class_name="opening"))
    return rx.cond(look.opening != "", begun)


def _price_box(look: rx.Var[Look]) -> rx.Component:
    def section(one: rx.Var[Section]) -> rx.Component:
        return rx.el.li(rx.el.span(one.heading), rx.el.span(one.words, class_name="muted number"))

    gets = rx.el.ul(rx.foreach(look.sections, section), class_name="gets")
    return rx.el.section(
        rx.el.div(
            rx.el.p(look.price, class_name="price number"),
            rx.el.p("of which the author gets ", look.share, class_name="muted"),
            class_name="stack tight",
        ),
        rx.cond(look.owns, _owned(look), _buy()),
        rx.el.h2("What you get", class_name="card-title"),
        gets,
        rx.cond(look.mail != "", _share(look)),
        rx.cond(ShellState.signed_in & ~look.mine, rx.el.div(report_button(look.id, look.title))),
        rx.cond(ShellState.is_operator & ~look.mine, _give_to(look)),
        class_name="card stack price-box", aria_label="Price",
    )  # fmt: skip


def _owned(look: rx.Var[Look]) -> rx.Component:
    words = rx.cond(
        look.mine, "It is yours: you read all of it.", "You have it: all of it stands on this page."
    )
    return rx.el.p(icon("check"), words, class_name="owned")


def _buy() -> rx.Component:
    """Return where buying begins. Payment comes with its own service; until then the button says so."""
    words = "Payment is not set up on this installation yet, so nothing can be bought here."
    return rx.el.div(
        button("Buy", kind="ink wide", disabled=True, aria_describedby="no-payment"),
        rx.el.p(words, class_name="hint", id="no-payment"),
        class_name="stack tight",
    )


def _share(look: rx.Var[Look]) -> rx.Component:
    ways = rx.el.div(
        copy_button(f"/ideas/{look.id}", "Copy link", relative=True, symbol="link"),
        anchor(icon("mail"), "Mail", href=look.mail, class_name="button lined"),
        class_name="row tight",
    )
    frame = rx.el.details(
        rx.el.summary("Show it on another site"),
        copybox(look.embed, "Code to embed"),
        class_name="data stack tight",
    )
    return rx.el.div(ways, frame, class_name="stack tight")


def _give_to(look: rx.Var[Look]) -> rx.Component:
    error = rx.el.p(IdeaState.give_error, role="alert", id="error-give", class_name="field-error")
    fields = rx.el.form(
        rx.el.div(
            rx.el.label("E-mail of an account", html_for="give-email", class_name="label"),
            rx.el.input(
                id="give-email", name="email", type="email", class_name="input", auto_complete="off",
                aria_invalid=IdeaState.give_error != "", aria_describedby="error-give",
            ),
            rx.cond(IdeaState.give_error != "", error),
            class_name="field",
        ),
        button("Give", type="submit"),
        on_submit=IdeaState.give, no_validate=True, key=IdeaState.gave.to_string(), class_name="stack tight give",
    )  # fmt: skip
    return rx.el.details(
        rx.el.summary("Give to…"),
        rx.el.p(
            "They read it as buyers do. Nothing is paid, and the author earns nothing.", class_name="hint"
        ),
        fields,
        class_name="data stack tight",
    )


def _history(look: rx.Var[Look]) -> rx.Component:
    def line(one: rx.Var[Version]) -> rx.Component:
        return rx.el.li(
            rx.el.strong("Version ", one.number),
            ago(at=one.at),
            rx.el.span(one.price, class_name="muted"),
            rx.cond(one.note != "", rx.el.span(one.note)),
            class_name="row tight",
        )

    listed = _text("History", rx.el.ul(rx.foreach(look.versions, line), class_name="history"))
    return rx.cond(look.versions.length() > 1, listed)


def _plain_head() -> rx.Component:
    return rx.el.div(rx.el.h1("Idea"), class_name="page-head")


def _missing() -> rx.Component:
    ways = button_link("All ideas", to="/ideas")
    none = empty(
        "ideas",
        "There is no idea at this address",
        "It may have been taken back by its author, or it is not published.",
        ways,
    )
    return rx.fragment(_plain_head(), none)


def _waiting() -> rx.Component:
    head = rx.el.div(rx.el.h1("Idea", class_name="unseen"), bone("title"), class_name="skeleton-head")
    return rx.el.div(
        known_head("Ideas", "/ideas", head), bones("short", "block", "block"), class_name="undrawn"
    )
