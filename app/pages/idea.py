"""One idea: what everybody reads of it, what it costs and gives, and for who may read it all of it."""

import reflex as rx

from app.components.address import at_address, known_head
from app.components.bought import bought
from app.components.button import button, button_link, opener
from app.components.dialog import confirm
from app.components.empty import empty, failed, notice
from app.components.evidence import evidence
from app.components.icons import icon
from app.components.idea_rows import tag_link
from app.components.links import anchor, link
from app.components.looked import looked
from app.components.moments import ago
from app.components.native_form import server_slot
from app.components.skeleton import bone, bones
from app.components.vote import vote_button
from app.components.why import why_here
from app.ideas.look import Look, Version
from app.pages.idea_lineage import lineage
from app.pages.idea_price import price_box
from app.pages.idea_reviews import ReviewsState
from app.pages.idea_state import IdeaState
from app.pages.idea_talk import TalkState, talk
from app.shell import ShellState, breadcrumbs, shell


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
        rx.el.div(body, rx.el.aside(price_box(look), class_name="price-side"), class_name="split idea-split"),
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
